package demitasse.phi3.grammar;

/**
 * A character whose last bytes are missing.
 *
 * @param value the bits that are known
 * @param missing how many bytes, 1 to 3
 * @param length the bytes of the whole character
 */
record Utf8Tail(int value, int missing, int length) {
    private static final int BITS = 6;
    private static final int LEAST_OF_TWO = 0x80;
    private static final int LEAST_OF_THREE = 0x800;
    private static final int LEAST_OF_FOUR = 0x10000;

    static boolean continues(byte b) {
        return (b & 0xC0) == 0x80;
    }

    /** No character at all: two bytes for what one byte holds. */
    boolean overlong() {
        return missing == 1 && value < 2;
    }

    /**
     * Whether this can become a character, as Unicode has it: the shortest form, no surrogate, not beyond the last.
     * llama.cpp looks at less, so its masks have tokens that lead nowhere.
     */
    boolean usable() {
        int least = length == 4 ? LEAST_OF_FOUR : length == 3 ? LEAST_OF_THREE : length == 2 ? LEAST_OF_TWO : 0;
        boolean surrogate = low() >= Character.MIN_SURROGATE && high() <= Character.MAX_SURROGATE;
        return high() >= least && low() <= Character.MAX_CODE_POINT && !surrogate;
    }

    Utf8Tail with(byte next) {
        return new Utf8Tail(value << BITS | next & 0x3F, missing - 1, length);
    }

    /** The first code point that it may become. */
    int low() {
        int low = value << BITS * missing;
        if (low == 0) {
            return missing == 2 ? LEAST_OF_THREE : missing == 3 ? LEAST_OF_FOUR : 0;
        }
        return low;
    }

    /** The last one. */
    int high() {
        return value << BITS * missing | (1 << BITS * missing) - 1;
    }
}
