package demitasse.phi3;

import demitasse.gguf.GgufFile;
import demitasse.gguf.GgufFormatException;
import demitasse.gguf.ModelLoadException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * How much the errors in each column of a model's matrices count: the mean squares of what the columns are multiplied
 * with over some text. Reads both forms of llama-imatrix. Source: llama.cpp's common/imatrix-loader.cpp and
 * tools/quantize/quantize.cpp.
 */
public final class ImportanceMatrix {
    static final String DATASETS_KEY = "imatrix.datasets";
    static final String CHUNKS_KEY = "imatrix.chunk_count";
    static final String CHUNK_SIZE_KEY = "imatrix.chunk_size";
    static final String SUMS = ".in_sum2";
    static final String COUNTS = ".counts";

    private final Path file;
    private final Map<String, float[]> entries;
    private final List<String> datasets;
    private final int chunks;

    /** @param entries by tensor, a value for each column of each of its matrices; all finite */
    ImportanceMatrix(Path file, Map<String, float[]> entries, List<String> datasets, int chunks) {
        this.file = file;
        this.entries = Collections.unmodifiableMap(entries);
        this.datasets = List.copyOf(datasets);
        this.chunks = chunks;
    }

    /**
     * Reads a file of either form: GGUF, or the older one that ends in .dat.
     *
     * @param wanted which tensors' values are kept
     * @throws GgufFormatException if it is broken
     * @throws ModelLoadException if it is a GGUF file that is no importance matrix, or a value is infinite or NaN
     */
    public static ImportanceMatrix read(Path file, Predicate<String> wanted) throws IOException {
        ImportanceMatrix matrix;
        if (isGguf(file)) {
            try (GgufFile gguf = GgufFile.open(file)) {
                matrix = new ImportanceReader(gguf, wanted).read();
            }
        } else {
            matrix = LegacyImportanceReader.read(file, wanted);
        }
        matrix.checkFinite();
        return matrix;
    }

    private static boolean isGguf(Path file) throws IOException {
        byte[] magic = {'G', 'G', 'U', 'F'};
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(magic, in.readNBytes(magic.length));
        }
    }

    private void checkFinite() throws ModelLoadException {
        for (Map.Entry<String, float[]> entry : entries.entrySet()) {
            for (float value : entry.getValue()) {
                if (!Float.isFinite(value)) {
                    throw new ModelLoadException(
                            "importance of " + entry.getKey(), "finite values", String.valueOf(value));
                }
            }
        }
    }

    /** The values for a tensor. */
    Optional<float[]> of(String tensor) {
        return Optional.ofNullable(entries.get(tensor));
    }

    public Path file() {
        return file;
    }

    /** How many tensors it has values for. */
    public int size() {
        return entries.size();
    }

    /** Names of the texts that it was computed on; the older form has one at most. */
    public List<String> datasets() {
        return datasets;
    }

    /** Chunks of text that it was computed on, or 0 if it does not say. */
    public int chunks() {
        return chunks;
    }
}
