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
        KvCache kv = cache(kvLength + 5, kvHeads, headSize, type);
        int width = kvHeads * headSize;
        float[] k = Tensors.gaussian(kvLength * width, random);
        float[] v = Tensors.gaussian(kvLength * width, random);
        for (int p = 0; p < kvLength; p++) {
            kv.store(LAYER, p, k, p * width, v, p * width);
        }
        int stride = heads * headSize + 3;
        float[] q = Tensors.gaussian((2 + tokens) * stride, random);
        float[] out = new float[(1 + tokens) * stride];
        float scale = (float) (2 / Math.sqrt(headSize));
        int first = kvLength - tokens;
        try (Threads threads = new Threads(2)) {
            Attention attention = new Attention(heads, kvHeads, headSize, scale);
            attention.add(kv, 0, kvLength, causal, 2, 1, tokens);
            attention.run(LAYER, q, stride, out, stride, threads);
        }
        double tolerance = switch (type) {
            case F32 -> 5e-6;
            case F16 -> 5e-3;
            case Q8_0 -> 5e-2;
        };
        for (int t = 0; t < tokens; t++) {
            int seen = causal ? first + t + 1 : kvLength;
            for (int head = 0; head < heads; head++) {
                int shared = head / (heads / kvHeads) * headSize;
                double[] expected =
                        formula(q, (2 + t) * stride + head * headSize, k, v, shared, width, headSize, seen, scale);
                for (int i = 0; i < headSize; i++) {
                    assertEquals(expected[i], out[(1 + t) * stride + head * headSize + i], tolerance);
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

    private static final int LAYER = 1;

    private static KvCache cache(int positions, int kvHeads, int headSize, KvType type) {
        KvCache kv = new KvCache(new KvShape(LAYER + 1, kvHeads, headSize, type), positions);
        kv.reserve(0, positions);
        return kv;
    }

    @Test
    void sequencesSideBySideAreAsEachAlone() {
        int[] rowStarts = {0, 1, 34, 40, 104};
        int[] positionStarts = {32, 64, 0, 128};
        int heads = 4;
        int size = 24;
        int width = heads * size;
        KvCache kv = cache(192, heads, size, KvType.F32);
        float[] q = Tensors.gaussian(104 * width, random);
        float[] k = Tensors.gaussian(104 * width, random);
        float[] together = new float[104 * width];
        float[] apart = new float[104 * width];
        Threads threads = new Threads(1);
        Attention all = new Attention(heads, heads, size, 0.3f);
        for (int s = 0; s < 4; s++) {
            int length = rowStarts[s + 1] - rowStarts[s];
            KvCache own = cache(length, heads, size, KvType.F32);
            for (int i = 0; i < length; i++) {
                int at = (rowStarts[s] + i) * width;
                own.store(LAYER, i, k, at, q, at);
                kv.store(LAYER, positionStarts[s] + i, k, at, q, at);
            }
            Attention alone = new Attention(heads, heads, size, 0.3f);
            alone.add(own, 0, length, false, rowStarts[s], rowStarts[s], length);
            alone.run(LAYER, q, width, apart, width, threads);
            all.add(kv, positionStarts[s], positionStarts[s] + length, false, rowStarts[s], rowStarts[s], length);
        }
        all.run(LAYER, q, width, together, width, threads);
        assertArrayEquals(apart, together);
    }

    /** To the last bit: a prompt may be cut anywhere, and drafted tokens be verified together. */
    @ParameterizedTest
    @CsvSource({"1, 1, 32", "4, 1, 96", "9, 3, 64", "7, 1, 80", "2, 1, 20"})
    void rowsTogetherAreAsEachAlone(int heads, int kvHeads, int size) {
        int tokens = 150;
        int width = heads * size;
        float[] q = Tensors.gaussian(tokens * width, random);
        float[] k = Tensors.gaussian(tokens * kvHeads * size, random);
        Threads threads = new Threads(1);
        for (KvType type : KvType.values()) {
            KvCache kv = cache(tokens, kvHeads, size, type);
            for (int p = 0; p < tokens; p++) {
                kv.store(LAYER, p, k, p * kvHeads * size, k, p * kvHeads * size);
            }
            Attention together = new Attention(heads, kvHeads, size, 0.4f);
            together.add(kv, 0, tokens, true, 0, 0, tokens);
            float[] expected = new float[tokens * width];
            together.run(LAYER, q, width, expected, width, threads);
            Attention apart = new Attention(heads, kvHeads, size, 0.4f);
            for (int t = 0; t < tokens; t++) {
                apart.add(kv, 0, t + 1, true, t, t, 1);
            }
            float[] out = new float[tokens * width];
            apart.run(LAYER, q, width, out, width, threads);
            assertArrayEquals(expected, out, type + ", " + heads + " heads");
        }
    }

    /** Scores of hundreds, where exponentials without the running maximum would be infinite. */
    @Test
    void staysFiniteWithHugeScores() {
        KvCache kv = cache(300, 1, 16, KvType.F32);
        float[] value = new float[16];
        for (int p = 0; p < 300; p++) {
            float[] key = new float[16];
            key[0] = p;
            value[0] = p;
            kv.store(LAYER, p, key, 0, value, 0);
        }
        float[] q = new float[16];
        q[0] = 50;
        float[] out = new float[16];
        one(kv, 300, q, out);
        assertEquals(299, out[0], 1e-3);
        q[0] = -50;
        one(kv, 300, q, out);
        assertEquals(0, out[0], 1e-3);
    }

    @Test
    void halfPrecisionCutsWhatItCannotHold() {
        KvCache kv = cache(1, 1, 16, KvType.F16);
        float[] value = new float[16];
        value[3] = 1e9f;
        kv.store(LAYER, 0, new float[16], 0, value, 0);
        float[] out = new float[16];
        one(kv, 1, new float[16], out);
        assertEquals(65504, out[3]);
    }

    private static void one(KvCache kv, int length, float[] q, float[] out) {
        Attention attention = new Attention(1, 1, 16, 1);
        attention.add(kv, 0, length, true, 0, 0, 1);
        attention.run(LAYER, q, 16, out, 16, new Threads(1));
    }

    @Test
    void refusesWhatDoesNotFit() {
        KvCache kv = cache(8, 2, 16, KvType.F32);
        float[] q = new float[96];
        Attention attention = new Attention(2, 2, 16, 1);
        assertThrows(IndexOutOfBoundsException.class, () -> kv.store(0, 8, q, 0, q, 0));
        assertThrows(IllegalArgumentException.class, () -> new Attention(3, 2, 16, 1));
        assertThrows(IllegalArgumentException.class, () -> attention.add(kv, 0, 9, true, 0, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> attention.add(kv, 0, 4, true, 0, 0, 5));
        assertThrows(IllegalArgumentException.class, () -> attention.add(kv, 5, 8, false, 0, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Attention(4, 4, 16, 1).add(kv, 0, 1, true, 0, 0, 1));
    }
}
