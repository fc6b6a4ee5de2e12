package demitasse.tensor;

/**
 * Q4_K: 256 weights in 144 bytes, 4.5 bits a weight, 8 sub-blocks of 32. Source: ggml-common.h, block_q4_K.
 *
 * <pre>
 * 0    f16 d, f16 dmin
 * 4    12 bytes: eight 6-bit scales and eight 6-bit minima, see {@link #scale} and {@link #minimum}
 * 16   128 bytes: of each 32, low nibbles are sub-block 2 j, high nibbles sub-block 2 j + 1
 * w = (d scale) q - (dmin minimum)
 * </pre>
 */
final class BlockQ4_K implements BlockFormat {
    private static final int SIZE = 256;
    private static final int BYTES = 144;
    private static final MinimumFit.Search SEARCH = new MinimumFit.Search(15, -1f, 0.1f, 20, false);

    /** See {@link ScaledMinima}. */
    private static final boolean LIMITED = false;

    @Override
    public void decode(byte[] in, int at, float[] out, int to, int blocks) {
        for (int block = 0; block < blocks; block++, at += BYTES, to += SIZE) {
            float d = Bytes.f16(in, at);
            float dmin = Bytes.f16(in, at + 2);
            for (int sub = 0; sub < 8; sub++) {
                float scale = d * scale(in, at + 4, sub);
                float minimum = dmin * minimum(in, at + 4, sub);
                int quants = at + 16 + 32 * (sub / 2);
                int shift = 4 * (sub % 2);
                for (int i = 0; i < 32; i++) {
                    out[to + 32 * sub + i] = scale * (in[quants + i] >> shift & 15) - minimum;
                }
            }
        }
    }

    /** The 6-bit scale of a sub-block; scales 4..7 have their upper two bits in the bytes of scales 0..3. */
    static int scale(byte[] in, int at, int sub) {
        return sub < 4 ? in[at + sub] & 63 : in[at + sub + 4] & 15 | (in[at + sub - 4] >> 6 & 3) << 4;
    }

    /** The 6-bit minimum of a sub-block, packed like the scales. */
    static int minimum(byte[] in, int at, int sub) {
        return sub < 4 ? in[at + sub + 4] & 63 : in[at + sub + 4] >> 4 & 15 | (in[at + sub] >> 6 & 3) << 4;
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
        for (int i = 0; i < SIZE / 2; i++) {
            int first = 64 * (i / 32) + i % 32;
            out[to + 16 + i] = (byte) (levels[first] | levels[first + 32] << 4);
        }
    }
}
