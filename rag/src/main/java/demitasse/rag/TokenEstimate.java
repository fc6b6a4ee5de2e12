package demitasse.rag;

import java.lang.Character.UnicodeScript;
import java.util.Locale;

/**
 * About how many tokens a WordPiece encoder with an English vocabulary makes of a text. It counts too many rather than
 * too few, a quarter to a third on English help texts and hardly any on German, whose words fall into many pieces: the
 * end of a text that is longer than the encoder's window would not be found.
 */
final class TokenEstimate {
    /** Letters of a word that is likely to be one token even though it is not a common one. */
    private static final int SHORT_WORD = 4;

    private static final int LETTERS_PER_PIECE = 2;
    /** Digits that are always one token; further ones mostly stand alone ("4588" is 45, 8, 8). */
    private static final int SHORT_NUMBER = 2;

    /** A longer run is counted in parts, so that text without any white space can be cut, too. */
    private static final int LONGEST_RUN = 32;

    private TokenEstimate() {}

    static int of(String text) {
        int tokens = 0;
        for (int start = 0; start < text.length(); ) {
            int end = runEnd(text, start);
            tokens += runTokens(text, start, end);
            start = end;
        }
        return tokens;
    }

    /**
     * The length of the longest beginning that has at most this many tokens and ends before white space, or anywhere
     * if there is no white space in it.
     *
     * @param most no fewer than one run may have, or nothing would fit
     */
    static int fitting(String text, int most) {
        int tokens = 0;
        int lastSpace = 0;
        for (int start = 0; start < text.length(); ) {
            int end = runEnd(text, start);
            tokens += runTokens(text, start, end);
            if (tokens > most) {
                return lastSpace > 0 ? lastSpace : start;
            }
            if (Character.isWhitespace(text.codePointAt(start))) {
                lastSpace = start;
            }
            start = end;
        }
        return text.length();
    }

    /** A run of Latin letters, of digits, or any other code point alone. */
    private static int runEnd(String text, int start) {
        int first = text.codePointAt(start);
        boolean letters = isLatin(first);
        boolean digits = isDigit(first);
        int end = start + Character.charCount(first);
        while ((letters || digits) && end < text.length() && end - start < LONGEST_RUN) {
            int c = text.codePointAt(end);
            if (letters ? !isLatin(c) : !isDigit(c)) {
                break;
            }
            end += Character.charCount(c);
        }
        return end;
    }

    private static int runTokens(String text, int start, int end) {
        int first = text.codePointAt(start);
        if (Character.isWhitespace(first)) {
            return 0;
        }
        if (isDigit(first)) {
            return 1 + Math.max(0, end - start - SHORT_NUMBER);
        }
        if (!isLatin(first)) {
            return 1;
        }
        if (isCode(text, start, end)) {
            return end - start;
        }
        if (end - start <= SHORT_WORD
                || CommonWords.contains(text.substring(start, end).toLowerCase(Locale.ROOT))) {
            return 1;
        }
        return 1 + Math.ceilDiv(end - start - SHORT_WORD, LETTERS_PER_PIECE);
    }

    /** Letters in which there are no words: beside digits, or very many of them. */
    private static boolean isCode(String text, int start, int end) {
        return end - start >= LONGEST_RUN
                || (start > 0 && isDigit(text.charAt(start - 1)))
                || (end < text.length() && isDigit(text.charAt(end)));
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLatin(int c) {
        return Character.isLetter(c) && UnicodeScript.of(c) == UnicodeScript.LATIN;
    }
}
