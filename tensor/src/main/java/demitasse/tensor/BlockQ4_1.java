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
    private static final int MOST = 15;

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

    @Override
    public void encode(float[] in, int from, byte[] out, int to, int blocks) {
        for (int block = 0; block < blocks; block++, from += SIZE, to += BYTES) {
            float minimum = Fit.minimum(in, from, SIZE);
            float d = (Fit.maximum(in, from, SIZE) - minimum) / MOST;
            float inverse = d == 0 ? 0 : 1 / d;
            Bytes.putF16(out, to, d);
            Bytes.putF16(out, to + 2, minimum);
            for (int i = 0; i < 16; i++) {
                int low = Math.min(MOST, Rounding.toByte((in[from + i] - minimum) * inverse + 0.5f));
                int high = Math.min(MOST, Rounding.toByte((in[from + 16 + i] - minimum) * inverse + 0.5f));
                out[to + 4 + i] = (byte) (low | high << 4);
            }
        }
    }

    @Override
    public void encode(float[] in, int from, byte[] out, int to, int blocks, Importance importance) {
        float square = Importance.sumOfSquares(in, from, SIZE * blocks) / (SIZE * blocks);
        MinimumFit fit = new MinimumFit(SIZE, MinimumFit.Search.thorough(MOST));
        int[] levels = new int[SIZE];
        for (int block = 0; block < blocks; block++, to += BYTES) {
            int first = from + SIZE * block;
            importance.weigh(in, first, SIZE * block, square, fit.weights);
            Bytes.putF16(out, to, fit.solve(in, first, levels, 0));
            Bytes.putF16(out, to + 2, -fit.minimum());
            Nibbles.pack(levels, out, to + 4);
        }
    }
}
