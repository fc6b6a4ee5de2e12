package demitasse.tensor;

/**
 * Q5_0: 32 weights in 22 bytes, 5.5 bits a weight. Source: ggml-common.h, block_q5_0.
 *
 * <pre>
 * 0   f16 d
 * 2   u32: bit i is the fifth bit of weight i
 * 6   16 bytes: low nibbles are weights 0..15, high nibbles weights 16..31
 * w = (q - 16) d
 * </pre>
 */
final class BlockQ5_0 implements BlockFormat {
    private static final int SIZE = 32;
    private static final int BYTES = 22;

    @Override
    public void decode(byte[] in, int at, float[] out, int to, int blocks) {
        for (int block = 0; block < blocks; block++, at += BYTES, to += SIZE) {
            float d = Bytes.f16(in, at);
            int high = Bytes.i32(in, at + 2);
            for (int i = 0; i < 16; i++) {
                int q = in[at + 6 + i];
                out[to + i] = ((q & 15 | (high >>> i & 1) << 4) - 16) * d;
                out[to + 16 + i] = ((q >> 4 & 15 | (high >>> i + 16 & 1) << 4) - 16) * d;
            }
        }
    }
}
