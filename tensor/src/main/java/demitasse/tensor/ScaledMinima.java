package demitasse.tensor;

/**
 * What Q4_K and Q5_K share: 8 sub-blocks of 32 with 6-bit scales and minima, behind f16 d and dmin. Source:
 * ggml-quants.c, quantize_row_q4_K_ref and quantize_row_q5_K_ref.
 */
final class ScaledMinima {
    private static final int SUBS = 8;
    private static final int SUB_SIZE = 32;
    private static final int MOST_SCALE = 63;

    private final MinimumFit fit;
    private final int most;
    private final float[] scales = new float[SUBS];
    private final float[] minima = new float[SUBS];
    private final int[] levels = new int[SUBS * SUB_SIZE];

    ScaledMinima(MinimumFit.Search search) {
        fit = new MinimumFit(SUB_SIZE, search);
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
        writeScales(out, to);
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
        float squares = 0;
        for (int i = 0; i < SUB_SIZE; i++) {
            squares += in[first + i] * in[first + i];
        }
        float mean = (float) Math.sqrt(squares / SUB_SIZE);
        for (int i = 0; i < SUB_SIZE; i++) {
            fit.weights[i] = mean + Math.abs(in[first + i]);
        }
    }

    private void writeScales(byte[] out, int to) {
        float maxScale = Math.max(0, Fit.maximum(scales, 0, SUBS));
        float maxMinimum = Math.max(0, Fit.maximum(minima, 0, SUBS));
        float inverseScale = maxScale > 0 ? MOST_SCALE / maxScale : 0;
        float inverseMinimum = maxMinimum > 0 ? MOST_SCALE / maxMinimum : 0;
        Bytes.putF16(out, to, maxScale / MOST_SCALE);
        Bytes.putF16(out, to + 2, maxMinimum / MOST_SCALE);
        for (int sub = 0; sub < SUBS; sub++) {
            int scale = sixBits(inverseScale * scales[sub]);
            int minimum = sixBits(inverseMinimum * minima[sub]);
            if (sub < 4) {
                out[to + 4 + sub] = (byte) scale;
                out[to + 8 + sub] = (byte) minimum;
            } else {
                out[to + 8 + sub] = (byte) (scale & 15 | (minimum & 15) << 4);
                out[to + sub] |= (byte) (scale >> 4 << 6);
                out[to + 4 + sub] |= (byte) (minimum >> 4 << 6);
            }
        }
    }

    /** A negative scale, which a fit can give, becomes 63, as in ggml: through uint8_t. */
    private static int sixBits(float x) {
        return Math.min(MOST_SCALE, Rounding.nearest(x) & 0xff);
    }
}
