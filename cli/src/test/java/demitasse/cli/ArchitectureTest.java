package demitasse.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.junit.jupiter.api.Test;

/** The rules of docs/ARCHITECTURE.md that a compiler does not check. */
final class ArchitectureTest {
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("jmh_generated")) // JMH's code, not ours
            .importPackages("demitasse");

    @Test
    void arrowsPointOneWay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("gguf")
                .definedBy("demitasse.gguf..")
                .layer("tensor")
                .definedBy("demitasse.tensor..")
                .layer("tokenizer")
                .definedBy("demitasse.tokenizer..")
                .layer("phi3")
                .definedBy("demitasse.phi3..")
                .layer("bert-embed")
                .definedBy("demitasse.bertembed..")
                .layer("convert")
                .definedBy("demitasse.convert..")
                .layer("rag")
                .definedBy("demitasse.rag..")
                .layer("agent")
                .definedBy("demitasse.agent..")
                .layer("server")
                .definedBy("demitasse.server..")
                .layer("bench")
                .definedBy("demitasse.bench..")
                .layer("cli")
                .definedBy("demitasse.cli..")
                .whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("convert")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("bench")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("server")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("agent")
                .mayOnlyBeAccessedByLayers("server", "cli")
                .whereLayer("rag")
                .mayOnlyBeAccessedByLayers("agent", "server", "bench", "cli")
                .whereLayer("phi3")
                .mayOnlyBeAccessedByLayers("server", "bench", "cli")
                .whereLayer("bert-embed")
                .mayOnlyBeAccessedByLayers("server", "bench", "cli")
                .whereLayer("tokenizer")
                .mayOnlyBeAccessedByLayers("phi3", "bert-embed", "convert", "server", "bench", "cli")
                .whereLayer("tensor")
                .mayOnlyBeAccessedByLayers("phi3", "bert-embed", "convert", "bench")
                .whereLayer("gguf")
                .mayOnlyBeAccessedByLayers(
                        "tensor", "tokenizer", "phi3", "bert-embed", "convert", "server", "bench", "cli")
                .check(MAIN);
    }

    @Test
    void onlyTensorUsesTheVectorApi() {
        noClasses()
                .that()
                .resideOutsideOfPackage("demitasse.tensor..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator..")
                .check(MAIN);
    }

    @Test
    void theEvaluationKnowsNoCommands() {
        noClasses()
                .that()
                .resideInAPackage("demitasse.cli.eval..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("demitasse.cli", "picocli..")
                .check(MAIN);
    }

    @Test
    void engineAndRetrievalNeedNothingButTheJdk() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "demitasse.gguf..",
                        "demitasse.tensor..",
                        "demitasse.tokenizer..",
                        "demitasse.phi3..",
                        "demitasse.bertembed..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("demitasse..", "java..", "jdk.incubator..")
                .check(MAIN);
    }

    /** Whatever a model is talked into, it is words: nothing here opens a connection or starts a process. */
    @Test
    void theAssistantHasNoHands() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "demitasse.agent..",
                        "demitasse.rag..",
                        "demitasse.phi3..",
                        "demitasse.bertembed..",
                        "demitasse.tokenizer..",
                        "demitasse.tensor..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.lang\\.Process(Builder)?|java\\.net\\.(http\\..*|(Server)?Socket|URL|"
                        + "URLConnection|DatagramSocket)|java\\.nio\\.channels\\..*Socket.*|javax\\.script\\..*|"
                        + "java\\.io\\.ObjectInputStream")
                .check(MAIN);
    }

    @Test
    void classesAreFinal() {
        classes()
                .that(areOrdinaryClasses())
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(MAIN);
    }

    private static DescribedPredicate<JavaClass> areOrdinaryClasses() {
        return DescribedPredicate.describe(
                "are neither interfaces, enums, records, exceptions, anonymous, abstract nor benchmarks",
                type -> !type.isInterface()
                        && !type.isEnum()
                        && !type.isRecord()
                        && !type.isAnonymousClass()
                        && !type.isAssignableTo(Throwable.class)
                        && !type.getModifiers().contains(JavaModifier.ABSTRACT)
                        && !type.isAssignableTo(Enum.class) // constants with a body
                        && !type.isAnnotatedWith("org.openjdk.jmh.annotations.State") // JMH subclasses them
                        && !type.getSimpleName().equals("package-info"));
    }

    @Test
    void onlyTheCommandPrints() {
        noClasses()
                .that()
                .resideOutsideOfPackages("demitasse.cli..", "demitasse.testkit..")
                .should()
                .accessTargetWhere(
                        DescribedPredicate.describe("System.out or System.err", ArchitectureTest::isStandardStream))
                .check(MAIN);
    }

    private static boolean isStandardStream(JavaAccess<?> access) {
        return access.getTargetOwner().isEquivalentTo(System.class)
                && (access.getTarget().getName().equals("out")
                        || access.getTarget().getName().equals("err"));
    }

    @Test
    void mutableStateIsNotStatic() {
        classes()
                .should(new ArchCondition<>("have only final static fields") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        type.getFields().stream()
                                .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
                                .filter(field -> !field.getModifiers().contains(JavaModifier.FINAL))
                                .forEach(field -> events.add(SimpleConditionEvent.violated(
                                        field, field.getFullName() + " is static and not final")));
                    }
                })
                .check(MAIN);
    }
}
