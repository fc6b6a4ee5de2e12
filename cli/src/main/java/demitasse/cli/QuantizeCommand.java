package demitasse.cli;

import demitasse.gguf.GgufFile;
import demitasse.gguf.ModelLoadException;
import demitasse.phi3.FileType;
import demitasse.phi3.ModelQuantizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code quantize}: a smaller file of the same model, as llama-quantize writes it. */
@Command(
        name = "quantize",
        description = "Write a model with quantised weights: the same bytes as llama-quantize without an importance"
                + " matrix.",
        footer = {
            "",
            "TYPE is F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q2_K, Q3_K_S, Q3_K_M, Q3_K_L, Q4_K_S, Q4_K_M,"
                    + " Q5_K_S, Q5_K_M, Q6_K, IQ4_NL or IQ4_XS, in any case. Q4_K_M is a good first choice."
        })
final class QuantizeCommand extends BaseCommand {
    private static final double BITS = 8.0;
    private static final double MEGA = 1e6;

    @Parameters(index = "0", paramLabel = "IN", description = "A GGUF file with F32, F16 or BF16 weights.")
    private Path in;

    @Parameters(index = "1", paramLabel = "OUT", description = "Where to write.")
    private Path target;

    @Parameters(index = "2", paramLabel = "TYPE", description = "What to quantise to.")
    private String typeName;

    @Option(names = "--force", description = "Replace OUT if it is there.")
    private boolean force;

    @Option(
            names = "--allow-requantize",
            description = "Also take weights that are quantised already; the result is worse than from the original.")
    private boolean requantize;

    @Option(
            names = {"-t", "--threads"},
            paramLabel = "N",
            description = "Threads (default: all processors).")
    private int threads;

    @Override
    void run() throws IOException {
        FileType type = FileType.named(typeName)
                .orElseThrow(() -> usage("no type " + typeName + "; there are "
                        + Arrays.stream(FileType.values()).map(Enum::name).collect(Collectors.joining(", "))));
        int count = Threads.orAll(threads);
        try (GgufFile source = GgufFile.open(in)) {
            checkTarget();
            quantize(source, type, count);
        } catch (ModelLoadException e) {
            throw Load.named(in, e);
        }
    }

    private void checkTarget() throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        if (Files.isDirectory(target) || folder == null || !Files.isDirectory(folder)) {
            throw new InputException(target + ": cannot be written: "
                    + (Files.isDirectory(target) ? "it is a folder" : "there is no folder " + folder));
        }
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.exists(target) && Files.isSameFile(in, target)) {
            throw new InputException(target + ": is the model that is read");
        }
        if (!Files.isRegularFile(target)) {
            throw new InputException(target + ": is no ordinary file");
        }
        if (!force) {
            throw new InputException(target + ": is there already; --force replaces it");
        }
    }

    private void quantize(GgufFile source, FileType type, int count) throws IOException {
        ModelQuantizer quantizer = new ModelQuantizer(source, type, requantize);
        long bytes = quantizer.bytes();
        long free = Files.getFileStore(target.toAbsolutePath().getParent()).getUsableSpace();
        if (free < bytes) {
            throw new InputException(target + ": needs " + bytes + " bytes; " + free + " are free");
        }
        try (Progress progress = notes().progress("quantising to " + type)) {
            quantizer.write(target, count, progress::at);
        }
        long before = 0;
        long elements = 0;
        for (var tensor : source.tensors().values()) {
            before += tensor.bytes();
            elements += tensor.elements();
        }
        notes().say(String.format(
                "%s: %.1f MB of weights, from %.1f MB; %.2f bits a weight",
                target, bytes / MEGA, before / MEGA, bytes * BITS / Math.max(elements, 1)));
    }
}
