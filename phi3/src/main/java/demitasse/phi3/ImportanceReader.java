package demitasse.phi3;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufFile;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.Metadata;
import demitasse.gguf.ModelLoadException;
import demitasse.tensor.Blocks;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Reads an importance matrix in GGUF: for each tensor sums of squares ({@code .in_sum2}) and for each of its matrices
 * how many tokens were added ({@code .counts}).
 */
final class ImportanceReader {
    private final GgufFile file;
    private final Predicate<String> wanted;

    ImportanceReader(GgufFile file, Predicate<String> wanted) {
        this.file = file;
        this.wanted = wanted;
    }

    ImportanceMatrix read() throws ModelLoadException {
        Metadata keys = file.metadata();
        for (String key :
                List.of(ImportanceMatrix.DATASETS_KEY, ImportanceMatrix.CHUNKS_KEY, ImportanceMatrix.CHUNK_SIZE_KEY)) {
            if (!keys.contains(key)) {
                throw new ModelLoadException("key " + key, "an importance matrix's", "nothing");
            }
        }
        Map<String, float[]> entries = new HashMap<>();
        for (GgufTensor tensor : file.tensors().values()) {
            String name = tensor.name();
            if (name.endsWith(ImportanceMatrix.SUMS)) {
                String of = name.substring(0, name.length() - ImportanceMatrix.SUMS.length());
                float[] means = means(tensor, file.requireTensor(of + ImportanceMatrix.COUNTS));
                if (wanted.test(of)) {
                    entries.put(of, means);
                }
            } else if (name.endsWith(ImportanceMatrix.COUNTS)) {
                file.requireTensor(
                        name.substring(0, name.length() - ImportanceMatrix.COUNTS.length()) + ImportanceMatrix.SUMS);
            }
        }
        String[] datasets = keys.strings(ImportanceMatrix.DATASETS_KEY).orElseThrow();
        int chunks = keys.requireInteger(ImportanceMatrix.CHUNKS_KEY);
        return new ImportanceMatrix(file.path(), entries, List.of(datasets), chunks);
    }

    private static float[] means(GgufTensor sums, GgufTensor counts) throws ModelLoadException {
        float[] values = floats(sums);
        float[] tokens = floats(counts);
        if (values.length == 0 || tokens.length == 0 || values.length % tokens.length != 0) {
            throw new ModelLoadException(
                    "tensor " + counts.name(),
                    "a count for each matrix of " + sums.name(),
                    tokens.length + " for " + values.length + " sums");
        }
        int columns = values.length / tokens.length;
        for (int matrix = 0; matrix < tokens.length; matrix++) {
            // As it was counted: a whole number, and no more of it than a float holds.
            float count = Math.round((double) tokens[matrix]);
            if (!Float.isFinite(tokens[matrix])) {
                throw new ModelLoadException("tensor " + counts.name(), "finite counts", "" + tokens[matrix]);
            }
            int from = matrix * columns;
            if (count <= 0) {
                Arrays.fill(values, from, from + columns, 1);
                continue;
            }
            for (int i = from; i < from + columns; i++) {
                values[i] /= count;
            }
        }
        return values;
    }

    private static float[] floats(GgufTensor tensor) throws ModelLoadException {
        if (tensor.type() != GgmlType.F32) {
            throw new ModelLoadException(
                    "tensor " + tensor.name(), "F32", tensor.type().name());
        }
        return Blocks.dequantize(tensor);
    }
}
