package demitasse.bertembed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.gguf.GgufFile;
import demitasse.tensor.Threads;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The encoder against llama.cpp's vectors for small models of random weights. */
class BertEncoderTest {
    /** Of golden/README.md, for float activations and an F32 cache. */
    private static final double EXACT_NMSE = 1e-8;

    @ParameterizedTest
    @CsvSource({"F32, true", "F32, false", "Q4_K_M, true", "Q4_K_M, false"})
    void agreesWithTheReference(String type, boolean exact) throws IOException {
        Path folder = SharedData.require("golden/models");
        try (GgufFile file = GgufFile.open(folder.resolve("bert." + type + ".gguf"));
                Threads threads = new Threads(2)) {
            BertEncoder encoder = encoder(file, exact, threads);
            List<int[]> ids = new ArrayList<>();
            JsonNode cases = SharedData.json(folder.resolve("bert." + type + ".expected.json"))
                    .get("cases");
            for (JsonNode row : cases) {
                ids.add(ids(row));
            }
            assertEquals(cases.size(), encoder.batch(ids, 0));
            int width = 128;
            float[] out = new float[width * cases.size()];
            encoder.encode(ids, out, null);
            for (int i = 0; i < cases.size(); i++) {
                JsonNode row = cases.get(i);
                float[] expected =
                        SharedData.floats(folder.resolve(row.get("exact_file").asText()));
                double nmse = SharedData.nmse(Arrays.copyOfRange(out, i * width, (i + 1) * width), expected);
                boolean floatActivations = exact || type.equals("F32");
                double limit = floatActivations
                        ? EXACT_NMSE
                        : 3 * row.get("native_nmse").asDouble();
                String what = type + " " + row.get("name").asText() + (exact ? " exact" : " fast");
                System.out.printf("bert %s: NMSE %.2g of at most %.2g%n", what, nmse, limit);
                assertTrue(nmse <= limit, what + ": " + nmse);
            }
        }
    }

    private static BertEncoder encoder(GgufFile file, boolean exact, Threads threads) throws IOException {
        BertConfig config = BertConfig.read(file.metadata());
        return new BertEncoder(
                config, BertWeights.read(file, config, config.context(), exact, threads), config.context(), threads);
    }

    private static int[] ids(JsonNode row) {
        int[] ids = new int[row.get("tokens").size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = row.get("tokens").get(i).asInt();
        }
        return ids;
    }

    /** Any mix of lengths must fit the buffers that a batch is made for. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 31, 32, 33, 127, 128})
    void batchesOfAnyLengthFit(int length) throws IOException {
        Path folder = SharedData.require("golden/models");
        try (GgufFile file = GgufFile.open(folder.resolve("bert.F32.gguf"));
                Threads threads = new Threads(2)) {
            BertEncoder encoder = encoder(file, false, threads);
            List<int[]> ids = new ArrayList<>();
            for (int i = 0; i < 700; i++) {
                ids.add(new int[length]);
            }
            int count = encoder.batch(ids, 0);
            assertTrue(count >= 1 && count * length <= BertEncoder.BATCH_TOKENS);
            float[] out = new float[128 * count];
            encoder.encode(ids.subList(0, count), out, null);
            float[] first = Arrays.copyOf(out, 128);
            assertEquals(0, Vectors.distance(first, out, count - 1), 1e-6);
        }
    }
}
