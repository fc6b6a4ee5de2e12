package demitasse.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The operations against their formulas in double. */
@Tag("kernels")
class OpsTest {
    private static final int N = 77;
    private final Random random = new Random(2);
    private final float[] x = Tensors.gaussian(N + 2, random);
    private final float[] w = Tensors.gaussian(N, random);
    private final float[] b = Tensors.gaussian(N, random);
    private final float[] out = new float[N + 1];

    @Test
    void rmsNormFollowsTheFormula() {
        double squares = 0;
        for (int i = 0; i < N; i++) {
            squares += (double) x[2 + i] * x[2 + i];
        }
        Ops.rmsNorm(x, 2, w, 1e-5f, out, 1, N);
        for (int i = 0; i < N; i++) {
            assertEquals(x[2 + i] / Math.sqrt(squares / N + 1e-5) * w[i], out[1 + i], 2e-6);
        }
    }

    @Test
    void layerNormFollowsTheFormulaAlsoFarFromZero() {
        for (int i = 0; i < N; i++) {
            x[2 + i] += 100;
        }
        double mean = 0;
        double variance = 0;
        for (int i = 0; i < N; i++) {
            mean += x[2 + i] / (double) N;
        }
        for (int i = 0; i < N; i++) {
            variance += (x[2 + i] - mean) * (x[2 + i] - mean) / N;
        }
        Ops.layerNorm(x, 2, w, b, 1e-12f, out, 1, N);
        for (int i = 0; i < N; i++) {
            assertEquals((x[2 + i] - mean) / Math.sqrt(variance) * w[i] + b[i], out[1 + i], 1e-4);
        }
    }

    @Test
    void softmaxSumsToOneAndStandsLargeValues() {
        float[] logits = {1000, 999, -1000, Float.NEGATIVE_INFINITY};
        Ops.softmax(logits, 0, 4);
        double e = Math.exp(-1);
        assertArrayEquals(new float[] {(float) (1 / (1 + e)), (float) (e / (1 + e)), 0, 0}, logits, 1e-6f);
    }

    @Test
    void swigluFollowsTheFormula() {
        float[] gate = {-100, -3, 0, 2, 100, 0.5f, 1, -1, 4};
        float[] up = {2, 2, 2, 2, 2, 2, 2, 2, 2};
        float[] y = new float[9];
        Ops.swiglu(gate, 0, up, 0, y, 0, 9);
        for (int i = 0; i < 9; i++) {
            assertEquals(2 * gate[i] / (1 + Math.exp(-gate[i])), y[i], 2e-5);
        }
    }

    @Test
    void normalisesToLengthOneAndLeavesZeroAlone() {
        Ops.l2normalize(x, 2, N);
        assertEquals(1, Ops.dot(x, 2, x, 2, N), 1e-6);
        float[] zero = new float[N];
        Ops.l2normalize(zero, 0, N);
        assertArrayEquals(new float[N], zero);
    }

    @Test
    void argmaxTakesTheFirstOfEqualsAndSkipsNan() {
        assertEquals(1, Ops.argmax(new float[] {9, Float.NaN, 3, 3, 1}, 1, 4));
        assertEquals(0, Ops.argmax(new float[] {Float.NaN, Float.NaN}, 0, 2));
    }
}
