package demitasse.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attention against the formula in double. */
@Tag("kernels")
class AttentionTest {
    private final Random random = new Random(5);

    @ParameterizedTest
    @CsvSource({
        // heads, kvHeads, headSize, kvLength, tokens
        "1, 1, 32, 1, 1",
        "4, 2, 64, 33, 1",
        "9, 3, 64, 300, 1",
        "2, 2, 96, 129, 129",
        "4, 4, 20, 40, 7",
        "6, 1, 80, 260, 31",
        "32, 1, 8, 50, 5",
        "64, 1, 16, 70, 3",
        "3, 3, 33, 161, 60",
    })
    void agreesWithTheFormula(int heads, int kvHeads, int headSize, int kvLength, int tokens) {
        for (KvType type : KvType.values()) {
            for (boolean causal : new boolean[] {true, false}) {
                check(heads, kvHeads, headSize, kvLength, tokens, type, causal);
            }
        }
    }

    private void check(int heads, int kvHeads, int headSize, int kvLength, int tokens, KvType type, boolean causal) {
        KvLayer kv = new KvLayer(kvLength + 5, kvHeads, headSize, type);
        int width = kvHeads * headSize;
        float[] k = Tensors.gaussian(kvLength * width, random);
        float[] v = Tensors.gaussian(kvLength * width, random);
        for (int p = 0; p < kvLength; p++) {
            kv.store(p, k, p * width, v, p * width);
        }
        int stride = heads * headSize + 3;
        float[] q = Tensors.gaussian(2 + tokens * stride, random);
        float[] out = new float[1 + tokens * stride];
        float scale = (float) (2 / Math.sqrt(headSize));
        int first = kvLength - tokens;
        try (Threads threads = new Threads(2)) {
            Attention.run(q, 2, stride, tokens, first, heads, kv, kvLength, scale, causal, out, 1, stride, threads);
        }
        double tolerance = type == KvType.F32 ? 5e-6 : 5e-3;
        for (int t = 0; t < tokens; t++) {
            int seen = causal ? first + t + 1 : kvLength;
            for (int head = 0; head < heads; head++) {
                int shared = head / (heads / kvHeads) * headSize;
                double[] expected =
                        formula(q, 2 + t * stride + head * headSize, k, v, shared, width, headSize, seen, scale);
                for (int i = 0; i < headSize; i++) {
                    assertEquals(expected[i], out[1 + t * stride + head * headSize + i], tolerance);
                }
            }
        }
    }

    private static double[] formula(
            float[] q, int qo, float[] k, float[] v, int shared, int width, int size, int seen, float scale) {
        double[] scores = new double[seen];
        double top = Double.NEGATIVE_INFINITY;
        for (int p = 0; p < seen; p++) {
            for (int i = 0; i < size; i++) {
                scores[p] += scale * (double) q[qo + i] * k[p * width + shared + i];
            }
            top = Math.max(top, scores[p]);
        }
        double sum = 0;
        double[] out = new double[size];
        for (int p = 0; p < seen; p++) {
            double weight = Math.exp(scores[p] - top);
            sum += weight;
            for (int i = 0; i < size; i++) {
                out[i] += weight * v[p * width + shared + i];
            }
        }
        for (int i = 0; i < size; i++) {
            out[i] /= sum;
        }
        return out;
    }

    @Test
    void sequencesSideBySideAreAsEachAlone() {
        int[] rowStarts = {0, 1, 34, 40, 104};
        int[] positionStarts = {32, 64, 0, 128};
        int heads = 4;
        int size = 24;
        int width = heads * size;
        KvLayer kv = new KvLayer(192, heads, size, KvType.F32);
        float[] q = Tensors.gaussian(104 * width, random);
        float[] k = Tensors.gaussian(104 * width, random);
        float[] together = new float[104 * width];
        float[] apart = new float[104 * width];
        Threads threads = new Threads(1);
        for (int s = 0; s < 4; s++) {
            int length = rowStarts[s + 1] - rowStarts[s];
            KvLayer own = new KvLayer(length, heads, size, KvType.F32);
            for (int i = 0; i < length; i++) {
                int at = (rowStarts[s] + i) * width;
                own.store(i, k, at, q, at);
                kv.store(positionStarts[s] + i, k, at, q, at);
            }
            int at = rowStarts[s] * width;
            Attention.run(q, at, width, length, 0, heads, own, length, 0.3f, false, apart, at, width, threads);
        }
        Attention.runSequences(q, 0, width, 4, rowStarts, positionStarts, heads, kv, 0.3f, together, 0, width, threads);
        assertArrayEquals(apart, together, 1e-6f);
    }

    /** Scores of hundreds, where exponentials without the running maximum would be infinite. */
    @Test
    void staysFiniteWithHugeScores() {
        KvLayer kv = new KvLayer(300, 1, 16, KvType.F32);
        float[] value = new float[16];
        for (int p = 0; p < 300; p++) {
            float[] key = new float[16];
            key[0] = p;
            value[0] = p;
            kv.store(p, key, 0, value, 0);
        }
        float[] q = new float[16];
        q[0] = 50;
        float[] out = new float[16];
        Attention.run(q, 0, 16, 1, 299, 1, kv, 300, 1, true, out, 0, 16, new Threads(1));
        assertEquals(299, out[0], 1e-3);
        q[0] = -50;
        Attention.run(q, 0, 16, 1, 299, 1, kv, 300, 1, true, out, 0, 16, new Threads(1));
        assertEquals(0, out[0], 1e-3);
    }

    @Test
    void halfPrecisionCutsWhatItCannotHold() {
        KvLayer kv = new KvLayer(1, 1, 16, KvType.F16);
        float[] value = new float[16];
        value[3] = 1e9f;
        kv.store(0, new float[16], 0, value, 0);
        float[] out = new float[16];
        Attention.run(new float[16], 0, 16, 1, 0, 1, kv, 1, 1, true, out, 0, 16, new Threads(1));
        assertEquals(65504, out[3]);
    }

    @Test
    void refusesWhatDoesNotFit() {
        KvLayer kv = new KvLayer(8, 2, 16, KvType.F32);
        float[] q = new float[96];
        Threads threads = new Threads(1);
        assertThrows(IndexOutOfBoundsException.class, () -> kv.store(8, q, 0, q, 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> Attention.run(q, 0, 48, 1, 0, 3, kv, 1, 1, true, q, 0, 48, threads));
        assertThrows(
                IllegalArgumentException.class,
                () -> Attention.run(q, 0, 32, 1, 0, 2, kv, 9, 1, true, q, 0, 32, threads));
        assertThrows(
                IllegalArgumentException.class,
                () -> Attention.run(q, 0, 32, 2, 3, 2, kv, 4, 1, true, q, 0, 32, threads));
    }
}
