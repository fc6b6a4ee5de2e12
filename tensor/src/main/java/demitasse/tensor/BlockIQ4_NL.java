package demitasse.tensor;

/**
 * IQ4_NL: 32 weights in 18 bytes, 4.5 bits a weight, sixteen unevenly spaced levels. Source: ggml-common.h,
 * block_iq4_nl and kvalues_iq4nl.
 *
 * <pre>
 * 0   f16 d
 * 2   16 bytes: low nibbles are weights 0..15, high nibbles weights 16..31
 * w = d LEVELS[q]
 * </pre>
 */
final class BlockIQ4_NL implements BlockFormat {
    private static final int SIZE = 32;
    private static final int BYTES = 18;

    @Override
    public void decode(byte[] in, int at, float[] out, int to, int blocks) {
        for (int block = 0; block < blocks; block++, at += BYTES, to += SIZE) {
            float d = Bytes.f16(in, at);
            for (int i = 0; i < 16; i++) {
                int q = in[at + 2 + i];
                out[to + i] = d * LEVELS[q & 15];
                out[to + 16 + i] = d * LEVELS[q >> 4 & 15];
            }
        }
    }

    static final byte[] LEVELS = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

    @Override
    public void encode(float[] in, int from, byte[] out, int to, int blocks) {
        float[] weights = new float[SIZE];
        for (int block = 0; block < blocks; block++, from += SIZE, to += BYTES) {
            Fit.squares(in, from, weights);
            finish(in, from, LevelFit.scale(in, from, weights), out, to);
        }
    }

    @Override
    public void encode(float[] in, int from, byte[] out, int to, int blocks, Importance importance) {
        float[] weights = new float[SIZE];
        for (int block = 0; block < blocks; block++, to += BYTES) {
            int first = from + SIZE * block;
            float square = Importance.sumOfSquares(in, first, SIZE) * (2f / SIZE);
            importance.weigh(in, first, SIZE * block, square, weights);
            finish(in, first, LevelFit.scale(in, first, weights), out, to);
        }
    }

    private static void finish(float[] in, int from, float d, byte[] out, int to) {
        Bytes.putF16(out, to, d);
        LevelFit.writeLevels(in, from, d == 0 ? 0 : 1 / d, out, to + 2);
    }
}
