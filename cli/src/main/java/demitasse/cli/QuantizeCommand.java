package demitasse.cli;

import demitasse.gguf.GgufFile;
import demitasse.gguf.ModelLoadException;
import demitasse.phi3.FileType;
import demitasse.phi3.ModelQuantizer;
import demitasse.phi3.QuantizeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code quantize}: a smaller file of the same model, as llama-quantize writes it. */
@Command(
        name = "quantize",
        description = "Write a model with quantised weights: the same bytes as llama-quantize.",
        footer = {
            "",
            "TYPE is F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q2_K, Q3_K_S, Q3_K_M, Q3_K_L, Q4_K_S, Q4_K_M,"
                    + " Q5_K_S, Q5_K_M, Q6_K, IQ4_NL or IQ4_XS, in any case. Q4_K_M is a good first choice."
        })
final class QuantizeCommand extends BaseCommand {
    private static final double BITS = 8.0;
    private static final double MEGA = 1e6;

    /** Tensors that a note names. */
    private static final int NAMED = 3;

    @Parameters(index = "0", paramLabel = "IN", description = "A GGUF file with F32, F16 or BF16 weights.")
    private Path in;

    @Parameters(
            index = "1..2",
            arity = "1..2",
            paramLabel = "OUT TYPE",
            hideParamSyntax = true,
            description = "Where to write, unless it is a dry run, and what to quantise to.")
    private List<String> targetAndType;

    @Option(names = "--force", description = "Replace OUT if it is there.")
    private boolean force;

    @Option(
            names = "--allow-requantize",
            description = "Also take weights that are quantised already; the result is worse than from the original.")
    private boolean requantize;

    @Option(names = "--dry-run", description = "Write nothing; tell what each tensor would become, and the size.")
    private boolean dryRun;

    @ArgGroup(exclusive = false, heading = "%nTypes:%n")
    private TypeOptions types = new TypeOptions();

    @ArgGroup(exclusive = false, heading = "%nImportance:%n")
    private ImportanceOptions importance = new ImportanceOptions();

    @Mixin
    private ThreadsChoice threads;

    @Override
    void run() throws IOException {
        if (targetAndType.size() == 1 && !dryRun) {
            throw usage("OUT or TYPE is missing");
        }
        if (importance.contradict()) {
            throw usage("--include-weights and --exclude-weights cannot be used together");
        }
        String typeName = targetAndType.getLast();
        FileType type = FileType.named(typeName)
                .orElseThrow(() -> usage("no type " + typeName + "; there are "
                        + Arrays.stream(FileType.values()).map(Enum::name).collect(Collectors.joining(", "))));
        int count = threads.count();
        try (GgufFile source = GgufFile.open(in)) {
            if (!dryRun) {
                checkTarget(Path.of(targetAndType.getFirst()));
            }
            QuantizeOptions options = new QuantizeOptions(type, requantize, types.choices(), importance.read(notes()));
            quantize(source, new ModelQuantizer(source, options), type, count);
        } catch (ModelLoadException e) {
            throw Load.named(in, e);
        }
    }

    private void checkTarget(Path target) throws IOException {
        if (Files.exists(target) && Files.isSameFile(in, target)) {
            throw new InputException(target + ": is the model that is read");
        }
        OutputFile.check(target, force);
    }

    private void quantize(GgufFile source, ModelQuantizer quantizer, FileType type, int count) throws IOException {
        List<String> without = quantizer.withoutImportance();
        if (!without.isEmpty()) {
            notes().say("no importance for " + without.stream().limit(NAMED).collect(Collectors.joining(", "))
                    + (without.size() > NAMED ? " and " + (without.size() - NAMED) + " more" : ""));
        }
        if (dryRun) {
            quantizer
                    .types()
                    .forEach((name, to) -> out().printf(
                                    "%s: %s -> %s%n",
                                    name, source.tensors().get(name).type(), to));
            summary(source, quantizer.bytes(), in + " as " + type);
            return;
        }
        Path target = Path.of(targetAndType.getFirst());
        long bytes = quantizer.bytes();
        OutputFile.checkSpace(target, bytes);
        try (Progress progress = notes().progress("quantising to " + type)) {
            quantizer.write(target, count, progress::at);
        }
        summary(source, bytes, target.toString());
    }

    private void summary(GgufFile source, long bytes, String subject) {
        long before = 0;
        long elements = 0;
        for (var tensor : source.tensors().values()) {
            before += tensor.bytes();
            elements += tensor.elements();
        }
        notes().say(String.format(
                "%s: %.1f MB of weights, from %.1f MB; %.2f bits a weight",
                subject, bytes / MEGA, before / MEGA, bytes * BITS / Math.max(elements, 1)));
    }
}
