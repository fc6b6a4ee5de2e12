package demitasse.tensor;

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
}
