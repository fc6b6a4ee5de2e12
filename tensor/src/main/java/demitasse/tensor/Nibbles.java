package demitasse.tensor;

/** The layout of the blocks of 32: low nibbles are weights 0..15, high nibbles weights 16..31, fifth bits apart. */
final class Nibbles {
    private static final int HALF = 16;

    private Nibbles() {}

    /** Writes the lower four bits of 32 levels, 16 bytes. */
    static void pack(int[] levels, byte[] out, int to) {
        for (int i = 0; i < HALF; i++) {
            out[to + i] = (byte) (levels[i] & 15 | (levels[HALF + i] & 15) << 4);
        }
    }

    /** Bit i is the fifth bit of level i. */
    static int fifthBits(int[] levels) {
        int bits = 0;
        for (int i = 0; i < 2 * HALF; i++) {
            bits |= (levels[i] >> 4 & 1) << i;
        }
        return bits;
    }
}
