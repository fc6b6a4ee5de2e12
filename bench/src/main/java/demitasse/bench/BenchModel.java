package demitasse.bench;

import demitasse.gguf.GgufFile;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.Metadata;
import demitasse.phi3.FileType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Which model was timed.
 *
 * @param type architecture, size and file type, for example {@code phi3 3.8B Q4_K_M}
 * @param bytes of its tensors
 * @param parameters its weights
 */
public record BenchModel(String file, String name, String type, long bytes, long parameters) {
    private static final double BILLION = 1e9;
    private static final double MILLION = 1e6;
    private static final int UNKNOWN = -1;

    /** Reads the header. */
    public static BenchModel of(Path file) throws IOException {
        try (GgufFile gguf = GgufFile.open(file)) {
            Metadata keys = gguf.metadata();
            long bytes = 0;
            long elements = 0;
            for (GgufTensor tensor : gguf.tensors().values()) {
                bytes += tensor.bytes();
                elements += tensor.elements();
            }
            int id = keys.integer("general.file_type", UNKNOWN);
            String type = Arrays.stream(FileType.values())
                    .filter(known -> known.id() == id)
                    .map(FileType::name)
                    .findFirst()
                    .orElse("mixed");
            String architecture = keys.string("general.architecture").orElse("unknown");
            return new BenchModel(
                    file.toString(),
                    keys.string("general.name").orElse(file.getFileName().toString()),
                    architecture + " " + inWords(elements) + " " + type,
                    bytes,
                    elements);
        }
    }

    private static String inWords(long parameters) {
        return parameters >= BILLION
                ? String.format(Locale.ROOT, "%.1fB", parameters / BILLION)
                : String.format(Locale.ROOT, "%.0fM", parameters / MILLION);
    }
}
