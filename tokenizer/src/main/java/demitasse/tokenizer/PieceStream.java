package demitasse.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Holds back the bytes at the end that may be the beginning of a UTF-8 character. */
final class PieceStream implements TextStream {
    private static final int LONGEST_CHARACTER = 4;

    private final Tokenizer tokenizer;
    private final boolean special;
    private byte[] held = {};

    PieceStream(Tokenizer tokenizer, boolean special) {
        this.tokenizer = tokenizer;
        this.special = special;
    }

    @Override
    public String next(int id) {
        byte[] piece = tokenizer.piece(id, special);
        byte[] bytes = Arrays.copyOf(held, held.length + piece.length);
        System.arraycopy(piece, 0, bytes, held.length, piece.length);
        int complete = completeLength(bytes);
        held = Arrays.copyOfRange(bytes, complete, bytes.length);
        return new String(bytes, 0, complete, StandardCharsets.UTF_8);
    }

    @Override
    public String flush() {
        String rest = new String(held, StandardCharsets.UTF_8);
        held = new byte[0];
        return rest;
    }

    /** Where a last, incomplete character begins; the length if there is none, also where the bytes are no UTF-8. */
    private static int completeLength(byte[] bytes) {
        for (int back = 1; back < LONGEST_CHARACTER && back <= bytes.length; back++) {
            int b = bytes[bytes.length - back] & 0xFF;
            boolean continuation = (b & 0xC0) == 0x80;
            if (!continuation) {
                return characterLength(b) > back ? bytes.length - back : bytes.length;
            }
        }
        return bytes.length;
    }

    /** Bytes in a character with this first byte; 1 for bytes that begin none. */
    private static int characterLength(int first) {
        if (first >= 0xC2 && first <= 0xDF) {
            return 2;
        }
        if (first >= 0xE0 && first <= 0xEF) {
            return 3;
        }
        return first >= 0xF0 && first <= 0xF4 ? 4 : 1;
    }
}
