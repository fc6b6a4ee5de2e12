package demitasse.phi3.grammar;

import java.util.Arrays;

/**
 * Bytes as code points.
 *
 * @param whole the complete characters
 * @param tail the character that the bytes end inside of, or null
 */
record Utf8Points(int[] whole, Utf8Tail tail) {
    /** Bytes of a character by the upper half of its first byte; 0 for none. */
    private static final int[] LENGTHS = {1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 2, 2, 3, 4};

    /** Null if the bytes are no UTF-8 after {@code before}, which may be null. */
    static Utf8Points decode(byte[] bytes, Utf8Tail before) {
        int[] whole = new int[bytes.length];
        int count = 0;
        Utf8Tail tail = before;
        for (byte b : bytes) {
            if (tail != null) {
                if (!Utf8Tail.continues(b)) {
                    return null;
                }
                tail = tail.with(b);
            } else {
                int length = LENGTHS[(b & 0xFF) >> 4];
                if (length == 0) {
                    return null;
                }
                tail = new Utf8Tail(length == 1 ? b : b & (1 << 8 - length) - 1, length - 1, length);
            }
            if (tail.missing() == 0) {
                if (!tail.usable()) {
                    return null;
                }
                whole[count++] = tail.value();
                tail = null;
            }
        }
        return new Utf8Points(Arrays.copyOf(whole, count), tail);
    }
}
