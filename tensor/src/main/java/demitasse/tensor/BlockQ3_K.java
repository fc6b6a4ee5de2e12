package demitasse.tensor;

import java.util.Arrays;

/**
 * Q3_K: 256 weights in 110 bytes, 3.4375 bits a weight, 16 sub-blocks of 16. Source: ggml-common.h, block_q3_K.
 *
 * <pre>
 * 0    32 bytes: bit j of byte i is the third bit of weight 32 j + i
 * 32   64 bytes: byte i of each half of 32 has 2 bits for the weights i, i + 32, i + 64, i + 96 of 128
 * 96   12 bytes, sixteen 6-bit scales: low nibbles of bytes 0..7 are scales 0..7, high nibbles 8..15;
 *      bytes 8..11 hold the upper two bits of scales i, i + 4, i + 8, i + 12
 * 108  f16 d
 * w = (d (scale - 32)) (q - 4), q of three bits
 * </pre>
 */
final class BlockQ3_K implements BlockFormat {
    private static final int SIZE = 256;
    private static final int BYTES = 110;
    private static final int SUBS = 16;
    private static final int SUB_SIZE = 16;
    private static final int HALF = 4;
    private static final int HALF_SCALE = 32;

    @Override
    public void decode(byte[] in, int at, float[] out, int to, int blocks) {
        for (int block = 0; block < blocks; block++, at += BYTES, to += SIZE) {
            float d = Bytes.f16(in, at + 108);
            for (int sub = 0; sub < 16; sub++) {
                int low = in[at + 96 + sub % 8] >> 4 * (sub / 8) & 15;
                int high = in[at + 104 + sub % 4] >> 2 * (sub / 4) & 3;
                float scale = d * ((low | high << 4) - 32);
                int shift = 2 * (sub / 2 % 4);
                int half = 16 * (sub % 2);
                int quants = at + 32 + 32 * (sub / 8) + half;
                for (int i = 0; i < 16; i++) {
                    int third = in[at + half + i] >> sub / 2 & 1;
                    out[to + 16 * sub + i] = scale * ((in[quants + i] >> shift & 3 | third << 2) - 4);
                }
            }
        }
    }

    @Override
    public void encode(float[] in, int from, byte[] out, int to, int blocks) {
        float[] scales = new float[SUBS];
        int[] scaleLevels = new int[SUBS];
        int[] levels = new int[SIZE];
        for (int block = 0; block < blocks; block++, from += SIZE, to += BYTES) {
            for (int sub = 0; sub < SUBS; sub++) {
                int first = SUB_SIZE * sub;
                scales[sub] = Fit.byTurns(in, from + first, levels, first, SUB_SIZE, HALF);
            }
            float d = roundScales(scales, scaleLevels);
            finish(in, from, d, scaleLevels, levels, out, to);
        }
    }

    @Override
    public void encode(float[] in, int from, byte[] out, int to, int blocks, Importance importance) {
        float[] weights = new float[SUB_SIZE];
        float[] scales = new float[SUBS];
        float[] sums = new float[SUBS];
        int[] scaleLevels = new int[SUBS];
        int[] levels = new int[SIZE];
        for (int block = 0; block < blocks; block++, to += BYTES) {
            int start = from + SIZE * block;
            float square = 2 * Importance.sumOfSquares(in, start, SIZE) / SIZE;
            for (int sub = 0; sub < SUBS; sub++) {
                int first = SUB_SIZE * sub;
                sums[sub] = importance.weigh(in, start + first, SIZE * block + first, square, weights);
                scales[sub] = Fit.signed(in, start + first, weights, levels, first, HALF);
            }
            float d = Fit.signed(scales, 0, sums, scaleLevels, 0, HALF_SCALE);
            finish(in, start, d, scaleLevels, levels, out, to);
        }
    }

    /** Levels 0..63 of the scales; an all-zero block has 0, which means -32. Returns d. */
    private static float roundScales(float[] scales, int[] scaleLevels) {
        float largest = Fit.largest(scales, 0, SUBS);
        if (largest == 0) {
            Arrays.fill(scaleLevels, 0);
            return 0;
        }
        float inverse = -32f / largest;
        for (int sub = 0; sub < SUBS; sub++) {
            int scale = Math.clamp((byte) Rounding.nearest(inverse * scales[sub]), -HALF_SCALE, HALF_SCALE - 1);
            scaleLevels[sub] = scale + HALF_SCALE;
        }
        return 1 / inverse;
    }

    /** Writes the block; its weights are rounded with the scales as they are stored, not as they were fitted. */
    private static void finish(float[] in, int from, float d, int[] scaleLevels, int[] levels, byte[] out, int to) {
        Bytes.putF16(out, to + 108, d);
        Arrays.fill(out, to + 96, to + 108, (byte) 0);
        for (int sub = 0; sub < SUBS; sub++) {
            int bits = scaleLevels[sub];
            out[to + 96 + sub % 8] |= (byte) ((bits & 15) << 4 * (sub / 8));
            out[to + 104 + sub % 4] |= (byte) (bits >> 4 << 2 * (sub / 4));
            float scale = Bytes.f16(out, to + 108) * (bits - HALF_SCALE);
            if (scale != 0) {
                Fit.roundSigned(in, from, levels, SUB_SIZE * sub, SUB_SIZE, scale, HALF);
            }
        }
        writeLevels(levels, out, to);
    }

    private static void writeLevels(int[] levels, byte[] out, int to) {
        Arrays.fill(out, to, to + 32, (byte) 0);
        for (int i = 0; i < SIZE; i++) {
            if (levels[i] >= HALF) {
                out[to + i % 32] |= (byte) (1 << i / 32);
                levels[i] -= HALF;
            }
        }
        TwoBits.pack(levels, out, to + 32);
    }
}
