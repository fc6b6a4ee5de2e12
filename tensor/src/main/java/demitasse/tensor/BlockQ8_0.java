package demitasse.tensor;

/**
 * Q8_0: 32 weights in 34 bytes, 8.5 bits a weight. Source: ggml-common.h, block_q8_0.
 *
 * <pre>
 * 0   f16 d
 * 2   32 int8
 * w = q d
 * </pre>
 */
final class BlockQ8_0 implements BlockFormat {
    private static final int SIZE = 32;
    private static final int BYTES = 34;
    private static final int MOST = 127;

    @Override
    public void decode(byte[] in, int at, float[] out, int to, int blocks) {
        for (int block = 0; block < blocks; block++, at += BYTES, to += SIZE) {
            float d = Bytes.f16(in, at);
            for (int i = 0; i < SIZE; i++) {
                out[to + i] = in[at + 2 + i] * d;
            }
        }
    }

    @Override
    public void encode(float[] in, int from, byte[] out, int to, int blocks) {
        for (int block = 0; block < blocks; block++, from += SIZE, to += BYTES) {
            float largest = 0;
            for (int i = 0; i < SIZE; i++) {
                largest = Math.max(largest, Math.abs(in[from + i]));
            }
            float d = largest / MOST;
            float inverse = d == 0 ? 0 : 1 / d;
            Bytes.putF16(out, to, d);
            for (int i = 0; i < SIZE; i++) {
                out[to + 2 + i] = (byte) Rounding.awayFromZero(in[from + i] * inverse);
            }
        }
    }
}
