package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.gguf.GgufFile;
import demitasse.gguf.GgufTensor;
import demitasse.tensor.Blocks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportanceCollectorTest {
    private static final int CONTEXT = 64;
    private static final int CHUNKS = 4;

    @TempDir
    private Path folder;

    /** llama-imatrix's own, of the same text: equal but for the order of additions. */
    @Test
    void sumsAreLlamaImatrixs() throws IOException {
        Path target = folder.resolve("imatrix.gguf");
        try (LanguageModel model =
                LanguageModel.load(NanoModels.folder().resolve("llama-spm.gguf"), new LoadOptions(1, true))) {
            int[] ids = Perplexity.encode(
                    model, Files.readString(NanoModels.folder().resolve("base.txt")));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> ImportanceCollector.of(model, ids, ids.length, 2, chunk -> {}));
            ImportanceCollector.of(model, ids, CONTEXT, CHUNKS, chunk -> {}).write(target, "base.txt");
        }
        try (GgufFile expected = GgufFile.open(NanoModels.folder().resolve("base.imatrix.gguf"));
                GgufFile actual = GgufFile.open(target)) {
            assertEquals(
                    List.copyOf(expected.tensors().keySet()),
                    List.copyOf(actual.tensors().keySet()));
            assertEquals(
                    expected.metadata().asMap().keySet(),
                    actual.metadata().asMap().keySet());
            assertEquals(CHUNKS, actual.metadata().requireInteger("imatrix.chunk_count"));
            for (GgufTensor tensor : expected.tensors().values()) {
                assertArrayEquals(
                        tensor.shape(), actual.requireTensor(tensor.name()).shape());
                float[] sums = Blocks.dequantize(tensor);
                float[] ours = Blocks.dequantize(actual.requireTensor(tensor.name()));
                for (int i = 0; i < sums.length; i++) {
                    assertEquals(sums[i], ours[i], 1e-3 * sums[i], tensor.name());
                }
            }
        }
        assertTrue(ImportanceMatrix.read(target, name -> true).size() == 14);
    }
}
