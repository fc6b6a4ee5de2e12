package demitasse.tensor;

/**
 * Finds the scale of 32 weights for the uneven levels of IQ4_NL with the least squared error, of which large weights
 * count more. All float expressions are in ggml's order. Source: ggml-quants.c, quantize_row_iq4_nl_impl with 7 tries.
 */
final class LevelFit {
    static final int SIZE = 32;

    private static final int TRIES = 7;
    private static final byte[] LEVELS = BlockIQ4_NL.LEVELS;

    /** Twice the largest weight that matters, a round number above 2 x 127. */
    private static final int REACH = 256;

    private static final byte[] INDEX = indexByTwice();

    private LevelFit() {}

    /**
     * The borders between levels are halves of whole numbers, so the whole part of twice the weight decides: a search
     * would cost four branches that no processor can foresee.
     */
    private static byte[] indexByTwice() {
        byte[] index = new byte[2 * REACH + 1];
        for (int twice = -REACH; twice <= REACH; twice++) {
            int level = 0;
            while (level + 1 < LEVELS.length && twice >= LEVELS[level] + LEVELS[level + 1]) {
                level++;
            }
            index[twice + REACH] = (byte) level;
        }
        return index;
    }

    /** The nearest level; the upper one in the middle between two. */
    static int nearest(float x) {
        int twice = (int) Math.floor((double) (x + x));
        return INDEX[Math.max(-REACH, Math.min(REACH, twice)) + REACH];
    }

    /**
     * The scale with the least error among some around the obvious one; 0 if all weights are.
     *
     * @param weights how much the 32 errors count
     */
    static float scale(float[] x, int from, float[] weights) {
        float largest = Fit.largest(x, from, SIZE);
        if (Math.abs(largest) < Fit.ALL_ZERO) {
            return 0;
        }
        float scale = 0;
        float best = 0;
        for (int step = 0; step <= 2 * TRIES + 1; step++) {
            // The obvious scale first, and again among the others, computed in another way.
            float inverse = step == 0 ? 1 / (-largest / LEVELS[0]) : (step - 1 - TRIES + LEVELS[0]) / largest;
            float sumQx = 0;
            float sumQ2 = 0;
            for (int i = 0; i < SIZE; i++) {
                float v = x[from + i];
                float q = LEVELS[nearest(inverse * v)];
                float w = weights[i];
                sumQx += w * q * v;
                sumQ2 += w * q * q;
            }
            if (step == 0) {
                scale = sumQ2 > 0 ? sumQx / sumQ2 : 0;
                best = scale * sumQx;
            } else if (sumQ2 > 0 && sumQx * sumQx > best * sumQ2) {
                scale = sumQx / sumQ2;
                best = scale * sumQx;
            }
        }
        return scale;
    }

    /** Writes 16 bytes: low nibbles are weights 0..15, high nibbles weights 16..31. */
    static void writeLevels(float[] x, int from, float inverse, byte[] out, int to) {
        for (int i = 0; i < SIZE / 2; i++) {
            int low = nearest(inverse * x[from + i]);
            int high = nearest(inverse * x[from + SIZE / 2 + i]);
            out[to + i] = (byte) (low | high << 4);
        }
    }
}
