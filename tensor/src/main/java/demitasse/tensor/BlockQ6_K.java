package demitasse.tensor;

import java.util.Arrays;

/**
 * Q6_K: 256 weights in 210 bytes, 6.5625 bits a weight, 16 sub-blocks of 16. Source: ggml-common.h, block_q6_K.
 *
 * <pre>
 * 0    128 bytes, 64 for each 128 weights: byte i has the low nibbles of the weights i (low) and i + 64 (high)
 * 128  64 bytes, 32 for each 128 weights: byte i has the upper two bits of weights i, i + 32, i + 64, i + 96
 * 192  16 int8 scales
 * 208  f16 d
 * w = (d scale) (q - 32)
 * </pre>
 */
final class BlockQ6_K implements BlockFormat {
    private static final int SIZE = 256;
    private static final int BYTES = 210;
    private static final int SUBS = 16;
    private static final int SUB_SIZE = 16;
    private static final int HALF = 32;

    @Override
    public void decode(byte[] in, int at, float[] out, int to, int blocks) {
        for (int block = 0; block < blocks; block++, at += BYTES, to += SIZE) {
            float d = Bytes.f16(in, at + 208);
            for (int sub = 0; sub < 16; sub++) {
                float scale = d * in[at + 192 + sub];
                int quarter = sub / 2 % 4;
                int low = at + 64 * (sub / 8) + 32 * (quarter % 2) + 16 * (sub % 2);
                int high = at + 128 + 32 * (sub / 8) + 16 * (sub % 2);
                int lowShift = 4 * (quarter / 2);
                int highShift = 2 * quarter;
                for (int i = 0; i < 16; i++) {
                    int q = in[low + i] >> lowShift & 15 | (in[high + i] >> highShift & 3) << 4;
                    out[to + 16 * sub + i] = scale * (q - 32);
                }
            }
        }
    }

    @Override
    public void encode(float[] in, int from, byte[] out, int to, int blocks) {
        float[] weights = new float[SUB_SIZE];
        float[] scales = new float[SUBS];
        int[] levels = new int[SIZE];
        for (int block = 0; block < blocks; block++, from += SIZE, to += BYTES) {
            for (int sub = 0; sub < SUBS; sub++) {
                int first = SUB_SIZE * sub;
                Fit.squares(in, from + first, weights);
                scales[sub] = Fit.signed(in, from + first, weights, levels, first, HALF);
            }
            finish(in, from, scales, levels, out, to);
        }
    }

    @Override
    public void encode(float[] in, int from, byte[] out, int to, int blocks, Importance importance) {
        float[] weights = new float[SUB_SIZE];
        float[] scales = new float[SUBS];
        int[] levels = new int[SIZE];
        for (int block = 0; block < blocks; block++, to += BYTES) {
            int start = from + SIZE * block;
            for (int sub = 0; sub < SUBS; sub++) {
                int first = SUB_SIZE * sub;
                // The values as they are, where the other types mix in the size of the weights: so does ggml.
                System.arraycopy(importance.values(), importance.at() + SIZE * block + first, weights, 0, SUB_SIZE);
                scales[sub] = Fit.signed(in, start + first, weights, levels, first, HALF);
            }
            finish(in, start, scales, levels, out, to);
        }
    }

    /** Writes the block; its weights are rounded with the scales as they are stored, not as they were fitted. */
    private static void finish(float[] in, int from, float[] scales, int[] levels, byte[] out, int to) {
        float largest = Fit.largest(scales, 0, SUBS);
        if (Math.abs(largest) < Fit.ALL_ZERO) {
            Arrays.fill(out, to, to + BYTES, (byte) 0);
            return;
        }
        float inverse = -128f / largest;
        Bytes.putF16(out, to + 208, 1 / inverse);
        for (int sub = 0; sub < SUBS; sub++) {
            out[to + 192 + sub] = (byte) Math.min(127, Rounding.nearest(inverse * scales[sub]));
            float d = Bytes.f16(out, to + 208) * out[to + 192 + sub];
            if (d != 0) {
                Fit.roundSigned(in, from, levels, SUB_SIZE * sub, SUB_SIZE, d, HALF);
            }
        }
        writeLevels(levels, out, to);
    }

    private static void writeLevels(int[] levels, byte[] out, int to) {
        for (int half = 0; half < 2; half++) {
            for (int i = 0; i < 32; i++) {
                int first = 128 * half + i;
                int a = levels[first];
                int b = levels[first + 32];
                int c = levels[first + 64];
                int d = levels[first + 96];
                out[to + 64 * half + i] = (byte) (a & 15 | (c & 15) << 4);
                out[to + 64 * half + 32 + i] = (byte) (b & 15 | (d & 15) << 4);
                out[to + 128 + 32 * half + i] = (byte) (a >> 4 | b >> 4 << 2 | c >> 4 << 4 | d >> 4 << 6);
            }
        }
    }
}
