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
    private static final int MOST = 31;
    private static final int HALF = 16;

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

    @Override
    public void encode(float[] in, int from, byte[] out, int to, int blocks) {
        for (int block = 0; block < blocks; block++, from += SIZE, to += BYTES) {
            float d = Fit.largest(in, from, SIZE) / -HALF;
            float inverse = d == 0 ? 0 : 1 / d;
            Bytes.putF16(out, to, d);
            int fifth = 0;
            for (int i = 0; i < 16; i++) {
                int low = Math.min(MOST, Rounding.toByte(in[from + i] * inverse + 16.5f));
                int high = Math.min(MOST, Rounding.toByte(in[from + 16 + i] * inverse + 16.5f));
                out[to + 6 + i] = (byte) (low & 15 | (high & 15) << 4);
                fifth |= (low >> 4 & 1) << i | (high >> 4 & 1) << i + 16;
            }
            Bytes.putI32(out, to + 2, fifth);
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
            Bytes.putI32(out, to + 2, Nibbles.fifthBits(levels));
            Nibbles.pack(levels, out, to + 6);
        }
    }
}
