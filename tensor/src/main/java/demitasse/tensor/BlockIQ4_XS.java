package demitasse.tensor;

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
}
