package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shop's own phrases and rules. */
class LanguageFilesTest {
    private static final Languages SHOP = new Languages("en");

    @TempDir
    private Path folder;

    private void write(String name, String... lines) throws IOException {
        Files.writeString(folder.resolve(name), String.join("\n", lines));
    }

    private Optional<Escalation.Found> reason(String text) {
        return new Escalation(LanguageFiles.with(folder)).byRules(Heard.of(text, text, SHOP));
    }

    private String error() {
        LanguageFiles files = LanguageFiles.with(folder);
        return assertThrows(IllegalArgumentException.class, () -> {
                    Phrases.of(files);
                    new Escalation(files);
                    new SmallTalk(files);
                })
                .getMessage();
    }

    @Test
    void addALanguage() throws IOException {
        write(
                "escalation-rules.pl.txt",
                "# polski",
                "{person}\t(?:czlowiekiem|konsultantem)",
                "asked\t\\b(?:rozmawiac|porozmawiac) z {person}\\b",
                "self_harm\t\\bnie chce mi sie zyc\\b");
        write("small-talk.pl.txt", "greeting\t(?:dzien dobry|czesc)");
        write("phrases.pl.properties", "greeting = Dzień dobry! W czym mogę pomóc?");
        assertEquals(
                Optional.of(new Escalation.Found(Escalation.Reason.ASKED, "pl")),
                reason("chcę porozmawiać z człowiekiem"));
        assertEquals(
                Optional.of(new Escalation.Found(Escalation.Reason.SELF_HARM, "pl")), reason("nie chce mi się żyć"));
        LanguageFiles files = LanguageFiles.with(folder);
        assertEquals(
                Optional.of(new SmallTalk.Found("greeting", "pl")),
                new SmallTalk(files).byRules(Heard.of("Dzień dobry!", "Dzień dobry!", SHOP)));
        assertEquals(
                "Dzień dobry! W czym mogę pomóc?", Phrases.of(files).in("pl").get("greeting"));
    }

    @Test
    void addRulesAndExcusesToALanguage() throws IOException {
        assertTrue(reason("I want the operator app").isPresent(), "the bundled rules say so");
        assertTrue(reason("my subscription box never again").isEmpty());
        write("escalation-rules.txt", "not asked\t\\boperator app\\b", "complaint\t\\bbox never again\\b");
        assertTrue(reason("I want the operator app").isEmpty());
        assertEquals(
                Escalation.Reason.COMPLAINT,
                reason("my subscription box never again").get().reason());
        assertTrue(reason("talk to a person").isPresent(), "the bundled rules stay");
    }

    @Test
    void replacePhrases() throws IOException {
        write("phrases.properties", "greeting = Welcome to Demo!", "greeting.it = Benvenuti!");
        write("phrases.de.properties", "greeting = Willkommen bei Demo!");
        write(".phrases.swp", "left by an editor");
        Phrases phrases = Phrases.of(LanguageFiles.with(folder));
        assertEquals("Welcome to Demo!", phrases.get("greeting"));
        assertEquals("Willkommen bei Demo!", phrases.in("de").get("greeting"));
        assertEquals("Benvenuti!", phrases.in("it").get("greeting"));
        assertTrue(phrases.in("fr").get("greeting").startsWith("Bonjour"));
    }

    @Test
    void faultsAreTold() throws IOException {
        write("escalation-rules.de.txt", "# first", "asked\t(unclosed");
        assertTrue(error().matches(".*escalation-rules\\.de\\.txt line 2: Unclosed group.*"), error());
        write("escalation-rules.de.txt", "asked \\bno tab\\b");
        assertTrue(error().endsWith("line 1: has no name and tab before the expression"), error());
        write("escalation-rules.de.txt", "rude\t\\bword\\b");
        assertTrue(error().contains("escalation-rules.de.txt line 1: 'rude' is none of self_harm, safety"), error());
        write("escalation-rules.de.txt", "asked\t\\b{nobody}\\b");
        assertTrue(error().endsWith("line 1: no line {nobody} before it"), error());
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        write("escalation-rule.de.txt", "asked\tx");
        String told = assertThrows(IllegalArgumentException.class, () -> LanguageFiles.with(folder))
                .getMessage();
        assertTrue(told.contains("escalation-rule.de.txt: is none of"), told);
        Files.delete(folder.resolve("escalation-rule.de.txt"));
        Files.write(folder.resolve("small-talk.fr.txt"), "été\t.".getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> LanguageFiles.with(folder))
                .getMessage()
                .endsWith("is not UTF-8"));
        assertThrows(IllegalArgumentException.class, () -> LanguageFiles.with(folder.resolve("missing")));
    }
}
