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
}
