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
        int[] levels = new int[SIZE];
        for (int block = 0; block < blocks; block++, from += SIZE, to += BYTES) {
            for (int sub = 0; sub < SUBS; sub++) {
                int first = SUB_SIZE * sub;
                scales[sub] = Fit.byTurns(in, from + first, levels, first, SUB_SIZE, HALF);
            }
            int[] stored = writeScales(scales, out, to);
            for (int sub = 0; sub < SUBS; sub++) {
                float d = Bytes.f16(out, to + 108) * stored[sub];
                if (d != 0) {
                    Fit.roundSigned(in, from, levels, SUB_SIZE * sub, SUB_SIZE, d, HALF);
                }
            }
            writeLevels(levels, out, to);
        }
    }

    /** Returns the scales as a reader will see them, without d. */
    private static int[] writeScales(float[] scales, byte[] out, int to) {
        float largest = Fit.largest(scales, 0, SUBS);
        float inverse = largest == 0 ? 0 : -32f / largest;
        int[] stored = new int[SUBS];
        Arrays.fill(out, to + 96, to + 108, (byte) 0);
        for (int sub = 0; sub < SUBS; sub++) {
            // An all-zero block keeps the scale bits 0, which mean -32.
            int scale = -HALF_SCALE;
            if (largest != 0) {
                scale = Math.clamp((byte) Rounding.nearest(inverse * scales[sub]), -HALF_SCALE, HALF_SCALE - 1);
            }
            stored[sub] = scale;
            int bits = scale + HALF_SCALE;
            out[to + 96 + sub % 8] |= (byte) ((bits & 15) << 4 * (sub / 8));
            out[to + 104 + sub % 4] |= (byte) (bits >> 4 << 2 * (sub / 4));
        }
        Bytes.putF16(out, to + 108, largest == 0 ? 0 : 1 / inverse);
        return stored;
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
