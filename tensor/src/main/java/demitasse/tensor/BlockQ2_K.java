package demitasse.tensor;

/**
 * Q2_K: 256 weights in 84 bytes, 2.625 bits a weight, 16 sub-blocks of 16. Source: ggml-common.h, block_q2_K.
 *
 * <pre>
 * 0   16 bytes, one a sub-block: scale in the low nibble, minimum in the high one
 * 16  64 bytes: byte i of each half of 32 has 2 bits for the weights i, i + 32, i + 64, i + 96 of 128
 * 80  f16 d, f16 dmin
 * w = (d scale) q - (dmin minimum)
 * </pre>
 */
final class BlockQ2_K implements BlockFormat {
    private static final int SIZE = 256;
    private static final int BYTES = 84;
    private static final int SUBS = 16;
    private static final int SUB_SIZE = 16;
    private static final int MOST = 3;
    private static final int MOST_SCALE = 15;
    private static final MinimumFit.Search SEARCH = new MinimumFit.Search(MOST, -0.5f, 0.1f, 15, true);

    @Override
    public void decode(byte[] in, int at, float[] out, int to, int blocks) {
        for (int block = 0; block < blocks; block++, at += BYTES, to += SIZE) {
            float d = Bytes.f16(in, at + 80);
            float dmin = Bytes.f16(in, at + 82);
            for (int sub = 0; sub < 16; sub++) {
                float scale = d * (in[at + sub] & 15);
                float minimum = dmin * (in[at + sub] >> 4 & 15);
                int shift = 2 * (sub / 2 % 4);
                int quants = at + 16 + 32 * (sub / 8) + 16 * (sub % 2);
                for (int i = 0; i < 16; i++) {
                    out[to + 16 * sub + i] = scale * (in[quants + i] >> shift & 3) - minimum;
                }
            }
        }
    }

    @Override
    public void encode(float[] in, int from, byte[] out, int to, int blocks) {
        MinimumFit fit = new MinimumFit(SUB_SIZE, SEARCH);
        float[] scales = new float[SUBS];
        float[] minima = new float[SUBS];
        int[] levels = new int[SIZE];
        for (int block = 0; block < blocks; block++, from += SIZE, to += BYTES) {
            for (int sub = 0; sub < SUBS; sub++) {
                int first = from + SUB_SIZE * sub;
                for (int i = 0; i < SUB_SIZE; i++) {
                    fit.weights[i] = Math.abs(in[first + i]);
                }
                scales[sub] = fit.solve(in, first, levels, SUB_SIZE * sub);
                minima[sub] = fit.minimum();
            }
            writeScales(scales, minima, out, to);
            roundAgain(in, from, out, to, levels);
            TwoBits.pack(levels, out, to + 16);
        }
    }

    @Override
    public void encode(float[] in, int from, byte[] out, int to, int blocks, Importance importance) {
        MinimumFit fit = new MinimumFit(SUB_SIZE, MinimumFit.Search.thorough(MOST));
        float[] scales = new float[SUBS];
        float[] minima = new float[SUBS];
        float[] sums = new float[SUBS];
        int[] scaleLevels = new int[SUBS];
        int[] minimumLevels = new int[SUBS];
        int[] levels = new int[SIZE];
        for (int block = 0; block < blocks; block++, to += BYTES) {
            int start = from + SIZE * block;
            float square = Importance.sumOfSquares(in, start, SIZE) / SIZE;
            for (int sub = 0; sub < SUBS; sub++) {
                int first = SUB_SIZE * sub;
                sums[sub] = importance.weigh(in, start + first, SIZE * block + first, square, fit.weights);
                scales[sub] = fit.solve(in, start + first, levels, first);
                minima[sub] = fit.minimum();
            }
            Bytes.putF16(out, to + 80, PositiveFit.solve(scales, sums, scaleLevels, MOST_SCALE));
            Bytes.putF16(out, to + 82, PositiveFit.solve(minima, sums, minimumLevels, MOST_SCALE));
            for (int sub = 0; sub < SUBS; sub++) {
                out[to + sub] = (byte) (scaleLevels[sub] | minimumLevels[sub] << 4);
            }
            roundAgain(in, start, out, to, levels);
            TwoBits.pack(levels, out, to + 16);
        }
    }

    private static void writeScales(float[] scales, float[] minima, byte[] out, int to) {
        float maxScale = Math.max(0, Fit.maximum(scales, 0, SUBS));
        float maxMinimum = Math.max(0, Fit.maximum(minima, 0, SUBS));
        float inverseScale = maxScale > 0 ? MOST_SCALE / maxScale : 0;
        float inverseMinimum = maxMinimum > 0 ? MOST_SCALE / maxMinimum : 0;
        for (int sub = 0; sub < SUBS; sub++) {
            int scale = maxScale > 0 ? Rounding.nearest(inverseScale * scales[sub]) : 0;
            int minimum = maxMinimum > 0 ? Rounding.nearest(inverseMinimum * minima[sub]) : 0;
            out[to + sub] = (byte) (scale | minimum << 4);
        }
        Bytes.putF16(out, to + 80, maxScale / MOST_SCALE);
        Bytes.putF16(out, to + 82, maxMinimum / MOST_SCALE);
    }

    /** With the scales and minima as they are stored, not as they were fitted. */
    private static void roundAgain(float[] in, int from, byte[] out, int to, int[] levels) {
        for (int sub = 0; sub < SUBS; sub++) {
            float d = Bytes.f16(out, to + 80) * (out[to + sub] & 15);
            if (d != 0) {
                float minimum = Bytes.f16(out, to + 82) * (out[to + sub] >> 4 & 15);
                Fit.round(in, from, levels, SUB_SIZE * sub, SUB_SIZE, d, minimum, MOST);
            }
        }
    }
}
