package demitasse.tensor;

/**
 * Q4_1: 32 weights in 20 bytes, 5 bits a weight. Source: ggml-common.h, block_q4_1.
 *
 * <pre>
 * 0   f16 d
 * 2   f16 m
 * 4   16 bytes: low nibbles are weights 0..15, high nibbles weights 16..31
 * w = q d + m
 * </pre>
 */
final class BlockQ4_1 implements BlockFormat {
    private static final int SIZE = 32;
    private static final int BYTES = 20;

    @Override
    public void decode(byte[] in, int at, float[] out, int to, int blocks) {
        for (int block = 0; block < blocks; block++, at += BYTES, to += SIZE) {
            float d = Bytes.f16(in, at);
            float m = Bytes.f16(in, at + 2);
            for (int i = 0; i < 16; i++) {
                int q = in[at + 4 + i];
                out[to + i] = (q & 15) * d + m;
                out[to + 16 + i] = (q >> 4 & 15) * d + m;
            }
        }
    }
}
