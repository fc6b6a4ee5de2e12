package demitasse.tensor;

/**
 * Finds the scale of 32 weights for the uneven levels of IQ4_NL, with squared error weighted by w². All float
 * expressions are in ggml's order. Source: ggml-quants.c, quantize_row_iq4_nl_impl with 7 tries.
 */
final class LevelFit {
    private static final int SIZE = 32;
    private static final int TRIES = 7;
    private static final byte[] LEVELS = BlockIQ4_NL.LEVELS;

    /** Twice the border below each level but the first: exact, and compared with twice the weight. */
    private static final float[] BORDERS = borders();

    private LevelFit() {}

    private static float[] borders() {
        float[] borders = new float[LEVELS.length];
        for (int i = 1; i < LEVELS.length; i++) {
            borders[i] = LEVELS[i - 1] + LEVELS[i];
        }
        return borders;
    }

    /** The nearest level; the upper one in the middle between two. */
    static int nearest(float x) {
        float twice = x + x;
        int index = 0;
        for (int step = LEVELS.length / 2; step > 0; step /= 2) {
            if (twice >= BORDERS[index + step]) {
                index += step;
            }
        }
        return index;
    }

    /** The scale with the least error among some around the obvious one; 0 if all weights are. */
    static float scale(float[] x, int from) {
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
            for (int i = from; i < from + SIZE; i++) {
                float q = LEVELS[nearest(inverse * x[i])];
                float w = x[i] * x[i];
                sumQx += w * q * x[i];
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
