package demitasse.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.gguf.GgmlType;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Products of quantised rows with a row of floats: what ggml gives, and what is exact. */
final class GoldenDots {
    private static final int ROWS = 24;
    private static final int COLUMNS = 768;

    private GoldenDots() {}

    /** With activations of 8 bits, one scale for 32. */
    static void check(GgmlType type, Threads threads) throws IOException {
        Path quant = SharedData.require("golden/quant");
        byte[] bytes = Files.readAllBytes(quant.resolve(type + ".q"));
        Matrix matrix = Matrices.load(Tensors.of(type, bytes, COLUMNS, ROWS), false, threads);
        Activations x = new Activations(COLUMNS, 1);
        System.arraycopy(SharedData.floats(quant.resolve("y.f32")), 0, x.values(), 0, COLUMNS);
        x.ready(1);
        float[] out = new float[ROWS];
        matrix.multiply(x, out, 0, ROWS, threads);
        boolean superBlocks = type.blockSize() == PanelFormat.GROUP;
        double bound = superBlocks ? 0.016 : 0.011;
        double ours = 0;
        double reference = 0;
        int index = 0;
        JsonNode dots = SharedData.json(quant.resolve(type + ".dot.json"));
        for (JsonNode row : dots.isArray() ? dots : dots.get("rows")) {
            double exact = row.get("exact").asDouble();
            double size = row.get("abs_sum").asDouble();
            if (size > 0) {
                ours += Math.pow((out[index] - exact) / size, 2);
                reference += Math.pow((row.get("exact_quantised_activation").asDouble() - exact) / size, 2);
                assertTrue(Math.abs(out[index] - exact) <= bound * size, type + " row " + index);
            }
            index++;
        }
        assertEquals(ROWS, index);
        // One scale for 32: half the squared error of the 256 that llama.cpp takes for K-quants. For the other types it
        // takes 32 too; its rounding of scales and sums to 16 bits is not in the reference, being luck either way.
        assertTrue(ours <= reference * (superBlocks ? 0.6 : 1.001), type + ": " + ours + " against " + reference);
    }
}
