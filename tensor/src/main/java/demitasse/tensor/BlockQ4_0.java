package demitasse.tensor;

/**
 * Q4_0: 32 weights in 18 bytes, 4.5 bits a weight. Source: ggml-common.h, block_q4_0.
 *
 * <pre>
 * 0   f16 d
 * 2   16 bytes: low nibbles are weights 0..15, high nibbles weights 16..31
 * w = (q - 8) d
 * </pre>
 */
final class BlockQ4_0 implements BlockFormat {
    private static final int SIZE = 32;
    private static final int BYTES = 18;
    private static final int MOST = 15;
    private static final int HALF = 8;

    @Override
    public void decode(byte[] in, int at, float[] out, int to, int blocks) {
        for (int block = 0; block < blocks; block++, at += BYTES, to += SIZE) {
            float d = Bytes.f16(in, at);
            for (int i = 0; i < 16; i++) {
                int q = in[at + 2 + i];
                out[to + i] = ((q & 15) - 8) * d;
                out[to + 16 + i] = ((q >> 4 & 15) - 8) * d;
            }
        }
    }

    @Override
    public void encode(float[] in, int from, byte[] out, int to, int blocks) {
        for (int block = 0; block < blocks; block++, from += SIZE, to += BYTES) {
            float d = Fit.largest(in, from, SIZE) / -HALF;
            float inverse = d == 0 ? 0 : 1 / d;
            Bytes.putF16(out, to, d);
            for (int i = 0; i < 16; i++) {
                int low = Math.min(MOST, Rounding.toByte(in[from + i] * inverse + 8.5f));
                int high = Math.min(MOST, Rounding.toByte(in[from + 16 + i] * inverse + 8.5f));
                out[to + 2 + i] = (byte) (low | high << 4);
            }
        }
    }

    @Override
    public void encode(float[] in, int from, byte[] out, int to, int blocks, Importance importance) {
        float square = Importance.sumOfSquares(in, from, SIZE * blocks) / (SIZE * blocks);
        float[] weights = new float[SIZE];
        int[] levels = new int[SIZE];
        for (int block = 0; block < blocks; block++, to += BYTES) {
            int first = from + SIZE * block;
            importance.weigh(in, first, SIZE * block, square, weights);
            Bytes.putF16(out, to, Fit.signed(in, first, weights, levels, 0, HALF));
            Nibbles.pack(levels, out, to + 2);
        }
    }
}
