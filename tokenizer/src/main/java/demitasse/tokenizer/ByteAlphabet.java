package demitasse.tokenizer;

import java.util.Arrays;

/**
 * GPT-2's alphabet: a printable character for each byte. Printable Latin-1 characters stand for themselves, the other
 * 68 bytes in turn for U+0100 and on. Source: OpenAI gpt-2 encoder.py, bytes_to_unicode.
 */
final class ByteAlphabet {
    private static final char FIRST_STAND_IN = 0x100;

    private static final char[] CHARACTERS = new char[256];
    private static final int[] BYTES;

    static {
        char standIn = FIRST_STAND_IN;
        for (int b = 0; b < CHARACTERS.length; b++) {
            boolean printable = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xFF && b != 0xAD;
            CHARACTERS[b] = printable ? (char) b : standIn++;
        }
        BYTES = new int[standIn];
        Arrays.fill(BYTES, -1);
        for (int b = 0; b < CHARACTERS.length; b++) {
            BYTES[CHARACTERS[b]] = b;
        }
    }

    private ByteAlphabet() {}

    static char character(int b) {
        return CHARACTERS[b];
    }

    /** The byte that a character stands for, or -1. */
    static int toByte(char c) {
        return c < BYTES.length ? BYTES[c] : -1;
    }

    /** The text of a token of type "byte", as SentencePiece has them: {@code <0x0A>}. */
    static String byteToken(int b) {
        return "<0x%02X>".formatted(b);
    }

    /** The byte that such a text stands for; nothing if it is none, as a file may call any token a byte. */
    static byte[] ofByteToken(String text) {
        int high = text.length() == 6 ? Character.digit(text.charAt(3), 16) : -1;
        int low = high >= 0 ? Character.digit(text.charAt(4), 16) : -1;
        return low >= 0 ? new byte[] {(byte) (high << 4 | low)} : new byte[0];
    }
}
