package demitasse.tensor;

/**
 * Q5_K: 256 weights in 176 bytes, 5.5 bits a weight, 8 sub-blocks of 32. Source: ggml-common.h, block_q5_K.
 *
 * <pre>
 * 0    f16 d, f16 dmin
 * 4    12 bytes of scales and minima, as in Q4_K
 * 16   32 bytes: bit j of byte i is the fifth bit of weight 32 j + i
 * 48   128 bytes: of each 32, low nibbles are sub-block 2 j, high nibbles sub-block 2 j + 1
 * w = (d scale) q - (dmin minimum)
 * </pre>
 */
final class BlockQ5_K implements BlockFormat {
    private static final int SIZE = 256;
    private static final int BYTES = 176;
    private static final MinimumFit.Search SEARCH = new MinimumFit.Search(31, -0.5f, 0.1f, 15, false);

    /** See {@link ScaledMinima}. */
    private static final boolean LIMITED = true;

    @Override
    public void decode(byte[] in, int at, float[] out, int to, int blocks) {
        for (int block = 0; block < blocks; block++, at += BYTES, to += SIZE) {
            float d = Bytes.f16(in, at);
            float dmin = Bytes.f16(in, at + 2);
            for (int sub = 0; sub < 8; sub++) {
                float scale = d * BlockQ4_K.scale(in, at + 4, sub);
                float minimum = dmin * BlockQ4_K.minimum(in, at + 4, sub);
                int quants = at + 48 + 32 * (sub / 2);
                int shift = 4 * (sub % 2);
                for (int i = 0; i < 32; i++) {
                    int q = in[quants + i] >> shift & 15 | (in[at + 16 + i] >> sub & 1) << 4;
                    out[to + 32 * sub + i] = scale * q - minimum;
                }
            }
        }
    }

    @Override
    public void encode(float[] in, int from, byte[] out, int to, int blocks) {
        ScaledMinima fit = new ScaledMinima(SEARCH, LIMITED);
        for (int block = 0; block < blocks; block++, from += SIZE, to += BYTES) {
            writeLevels(fit.encode(in, from, out, to), out, to);
        }
    }

    @Override
    public void encode(float[] in, int from, byte[] out, int to, int blocks, Importance importance) {
        ScaledMinima fit = new ScaledMinima(MinimumFit.Search.thorough(SEARCH.most()), LIMITED);
        for (int block = 0; block < blocks; block++, to += BYTES) {
            int column = SIZE * block;
            writeLevels(fit.encode(in, from + column, out, to, importance, column), out, to);
        }
    }

    private static void writeLevels(int[] levels, byte[] out, int to) {
        for (int i = 0; i < 32; i++) {
            int fifth = 0;
            for (int sub = 0; sub < 8; sub++) {
                fifth |= levels[32 * sub + i] >> 4 << sub;
            }
            out[to + 16 + i] = (byte) fifth;
        }
        for (int i = 0; i < SIZE / 2; i++) {
            int first = 64 * (i / 32) + i % 32;
            out[to + 48 + i] = (byte) (levels[first] & 15 | (levels[first + 32] & 15) << 4);
        }
    }
}
