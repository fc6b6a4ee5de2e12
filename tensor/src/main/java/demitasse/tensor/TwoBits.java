package demitasse.tensor;

/** The layout that Q2_K and Q3_K share: byte i of each half has 2 bits for the weights i, i + 32, i + 64, i + 96. */
final class TwoBits {
    private static final int HALVES = 2;
    private static final int HALF = 128;

    private TwoBits() {}

    /** Writes 64 bytes for 256 levels of 0..3. */
    static void pack(int[] levels, byte[] out, int to) {
        for (int half = 0; half < HALVES; half++) {
            for (int i = 0; i < 32; i++) {
                int first = HALF * half + i;
                out[to + 32 * half + i] = (byte)
                        (levels[first] | levels[first + 32] << 2 | levels[first + 64] << 4 | levels[first + 96] << 6);
            }
        }
    }
}
