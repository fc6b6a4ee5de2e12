package demitasse.tensor;

import java.util.Arrays;

/**
 * IQ4_XS: 256 weights in 136 bytes, 4.25 bits a weight, 8 sub-blocks of 32 with IQ4_NL's levels. Source:
 * ggml-common.h, block_iq4_xs.
 *
 * <pre>
 * 0   f16 d
 * 2   u16: bits 2 j, 2 j + 1 are the upper bits of scale j
 * 4   4 bytes: nibble j is the lower part of scale j
 * 8   128 bytes: of each 16, low nibbles are weights 0..15 of a sub-block, high nibbles weights 16..31
 * w = (d (scale - 32)) LEVELS[q]
 * </pre>
 */
final class BlockIQ4_XS implements BlockFormat {
    private static final int SIZE = 256;
    private static final int BYTES = 136;
    private static final int SUBS = 8;
    private static final int SUB_SIZE = 32;
    private static final int HALF_SCALE = 32;

    @Override
    public void decode(byte[] in, int at, float[] out, int to, int blocks) {
        for (int block = 0; block < blocks; block++, at += BYTES, to += SIZE) {
            float d = Bytes.f16(in, at);
            int upper = Bytes.u16(in, at + 2);
            for (int sub = 0; sub < 8; sub++) {
                int low = in[at + 4 + sub / 2] >> 4 * (sub % 2) & 15;
                float scale = d * ((low | (upper >> 2 * sub & 3) << 4) - 32);
                for (int i = 0; i < 16; i++) {
                    int q = in[at + 8 + 16 * sub + i];
                    out[to + 32 * sub + i] = scale * BlockIQ4_NL.LEVELS[q & 15];
                    out[to + 32 * sub + 16 + i] = scale * BlockIQ4_NL.LEVELS[q >> 4 & 15];
                }
            }
        }
    }

    @Override
    public void encode(float[] in, int from, byte[] out, int to, int blocks) {
        float[] weights = new float[SUB_SIZE];
        float[] scales = new float[SUBS];
        for (int block = 0; block < blocks; block++, from += SIZE, to += BYTES) {
            for (int sub = 0; sub < SUBS; sub++) {
                int first = from + SUB_SIZE * sub;
                Fit.squares(in, first, weights);
                scales[sub] = LevelFit.scale(in, first, weights);
            }
            finish(in, from, scales, out, to);
        }
    }

    @Override
    public void encode(float[] in, int from, byte[] out, int to, int blocks, Importance importance) {
        float[] weights = new float[SUB_SIZE];
        float[] scales = new float[SUBS];
        for (int block = 0; block < blocks; block++, to += BYTES) {
            int start = from + SIZE * block;
            float square = Importance.sumOfSquares(in, start, SIZE) * (2f / SIZE);
            for (int sub = 0; sub < SUBS; sub++) {
                int first = SUB_SIZE * sub;
                importance.weigh(in, start + first, SIZE * block + first, square, weights);
                scales[sub] = LevelFit.scale(in, start + first, weights);
            }
            finish(in, start, scales, out, to);
        }
    }

    private static void finish(float[] in, int from, float[] scales, byte[] out, int to) {
        float d = -Fit.largest(scales, 0, SUBS) / HALF_SCALE;
        float inverse = d == 0 ? 0 : 1 / d;
        Bytes.putF16(out, to, d);
        Arrays.fill(out, to + 4, to + 8, (byte) 0);
        int upper = 0;
        for (int sub = 0; sub < SUBS; sub++) {
            int scale = Math.clamp(Rounding.nearest(inverse * scales[sub]), -HALF_SCALE, HALF_SCALE - 1);
            // d as computed, not as stored: so does ggml.
            float step = d * scale;
            int at = to + 8 + SUB_SIZE / 2 * sub;
            LevelFit.writeLevels(in, from + SUB_SIZE * sub, step == 0 ? 0 : 1 / step, out, at);
            int bits = scale + HALF_SCALE;
            out[to + 4 + sub / 2] |= (byte) ((bits & 15) << 4 * (sub % 2));
            upper |= bits >> 4 << 2 * sub;
        }
        Bytes.putU16(out, to + 2, upper);
    }
}
