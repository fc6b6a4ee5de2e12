package demitasse.tensor;

/**
 * What Q4_K and Q5_K share: 8 sub-blocks of 32 with 6-bit scales and minima, behind f16 d and dmin. Source:
 * ggml-quants.c, quantize_row_q4_K_ref and quantize_row_q5_K_ref, and the same with _impl for an importance.
 */
final class ScaledMinima {
    private static final int SUBS = 8;
    private static final int SUB_SIZE = 32;
    private static final int SIZE = SUBS * SUB_SIZE;
    private static final int MOST_SCALE = 63;

    private final MinimumFit fit;
    private final int most;
    private final boolean limited;
    private final float[] scales = new float[SUBS];
    private final float[] minima = new float[SUBS];
    private final float[] sums = new float[SUBS];
    private final int[] scaleLevels = new int[SUBS];
    private final int[] minimumLevels = new int[SUBS];
    private final int[] levels = new int[SIZE];

    /** @param limited whether levels of scales that wrapped around become 63: in Q5_K, not in Q4_K; so does ggml */
    ScaledMinima(MinimumFit.Search search, boolean limited) {
        fit = new MinimumFit(SUB_SIZE, search);
        this.limited = limited;
        most = search.most();
    }

    /** Writes the first 16 bytes of a block and returns the levels, which the next call overwrites. */
    int[] encode(float[] in, int from, byte[] out, int to) {
        for (int sub = 0; sub < SUBS; sub++) {
            int first = from + SUB_SIZE * sub;
            weigh(in, first);
            scales[sub] = fit.solve(in, first, levels, SUB_SIZE * sub);
            minima[sub] = fit.minimum();
        }
        Bytes.putF16(out, to, roundScales(scales, scaleLevels));
        Bytes.putF16(out, to + 2, roundScales(minima, minimumLevels));
        return finish(in, from, out, to);
    }

    /**
     * The same with an importance.
     *
     * @param column of the block's first weight
     */
    int[] encode(float[] in, int from, byte[] out, int to, Importance importance, int column) {
        float square = 2 * Importance.sumOfSquares(in, from, SIZE) / SIZE;
        for (int sub = 0; sub < SUBS; sub++) {
            int first = SUB_SIZE * sub;
            sums[sub] = importance.weigh(in, from + first, column + first, square, fit.weights);
            scales[sub] = fit.solve(in, from + first, levels, first);
            minima[sub] = fit.minimum();
        }
        Bytes.putF16(out, to, PositiveFit.solve(scales, sums, scaleLevels, MOST_SCALE));
        Bytes.putF16(out, to + 2, PositiveFit.solve(minima, sums, minimumLevels, MOST_SCALE));
        if (limited) {
            for (int sub = 0; sub < SUBS; sub++) {
                scaleLevels[sub] = Math.min(MOST_SCALE, scaleLevels[sub]);
                minimumLevels[sub] = Math.min(MOST_SCALE, minimumLevels[sub]);
            }
        }
        return finish(in, from, out, to);
    }

    private int[] finish(float[] in, int from, byte[] out, int to) {
        writeScales(out, to + 4);
        for (int sub = 0; sub < SUBS; sub++) {
            float d = Bytes.f16(out, to) * BlockQ4_K.scale(out, to + 4, sub);
            if (d != 0) {
                float minimum = Bytes.f16(out, to + 2) * BlockQ4_K.minimum(out, to + 4, sub);
                Fit.round(in, from, levels, SUB_SIZE * sub, SUB_SIZE, d, minimum, most);
            }
        }
        return levels;
    }

    /** Large weights count more. */
    private void weigh(float[] in, int first) {
        float mean = (float) Math.sqrt(Importance.sumOfSquares(in, first, SUB_SIZE) / SUB_SIZE);
        for (int i = 0; i < SUB_SIZE; i++) {
            fit.weights[i] = mean + Math.abs(in[first + i]);
        }
    }

    /** The largest gets the highest level. Returns the step between levels. */
    private static float roundScales(float[] scales, int[] levels) {
        float largest = Math.max(0, Fit.maximum(scales, 0, SUBS));
        float inverse = largest > 0 ? MOST_SCALE / largest : 0;
        for (int sub = 0; sub < SUBS; sub++) {
            // A negative scale, which a fit can give, becomes 63, as in ggml: through uint8_t.
            levels[sub] = Math.min(MOST_SCALE, Rounding.nearest(inverse * scales[sub]) & 0xff);
        }
        return largest / MOST_SCALE;
    }

    private void writeScales(byte[] out, int to) {
        for (int sub = 0; sub < SUBS; sub++) {
            int scale = scaleLevels[sub];
            int minimum = minimumLevels[sub];
            if (sub < 4) {
                out[to + sub] = (byte) scale;
                out[to + 4 + sub] = (byte) minimum;
            } else {
                out[to + 4 + sub] = (byte) (scale & 15 | (minimum & 15) << 4);
                out[to - 4 + sub] |= (byte) (scale >> 4 << 6);
                out[to + sub] |= (byte) (minimum >> 4 << 6);
            }
        }
    }
}
