package demitasse.tokenizer;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.stream.Stream;

/** Character classes as llama.cpp's tables have them. Source: llama.cpp unicode.cpp and gen-unicode-data.py. */
final class Unicode {
    /** The first letter of the general category; OTHER holds what is unassigned. */
    enum Category {
        LETTER,
        NUMBER,
        MARK,
        PUNCTUATION,
        SYMBOL,
        SEPARATOR,
        CONTROL,
        OTHER
    }

    /** No code point below has a decomposition. */
    private static final int FIRST_COMPOSED = 0xC0;

    /** What Unicode 16 added; llama.cpp's tables, and so what models are run with, end with 15.1. */
    private static final String ADDED =
            "897 1B4E-1B4F 1B7F 1C89-1C8A 2427-2429 31E4-31E5 A7CB-A7CD A7DA-A7DC 105C0-105F3 "
                    + "10D40-10D65 10D69-10D85 10D8E-10D8F 10EC2-10EC4 10EFC 11380-11389 1138B 1138E 11390-113B5 "
                    + "113B7-113C0 113C2 113C5 113C7-113CA 113CC-113D5 113D7-113D8 113E1-113E2 116D0-116E3 "
                    + "11BC0-11BE1 11BF0-11BF9 11F5A 13460-143FA 16100-16139 16D40-16D79 18CFF 1CC00-1CCF9 "
                    + "1CD00-1CEB3 1E5D0-1E5FA 1E5FF 1F8B2-1F8BB 1F8C0-1F8C1 1FA89 1FA8F 1FABE 1FAC6 1FADC 1FADF "
                    + "1FAE9 1FBCB-1FBEF";

    /** First and last code point of each range of {@link #ADDED}, ascending. */
    private static final int[] ADDED_BOUNDS = Stream.of(ADDED.split(" "))
            .flatMap(range -> Stream.of(range.split("-")[0], range.replaceFirst(".*-", "")))
            .mapToInt(codePoint -> Integer.parseInt(codePoint, 16))
            .toArray();

    private Unicode() {}

    /** Whether llama.cpp's tables do not have this code point, although the JDK's do. */
    static boolean isTooNew(int c) {
        if (c < ADDED_BOUNDS[0]) {
            return false;
        }
        int found = Arrays.binarySearch(ADDED_BOUNDS, c);
        // Not a bound: inside a range if an odd number of bounds is below.
        return found >= 0 || (-found - 1) % 2 == 1;
    }

    /** Simple lower-casing of one code point. */
    static int lowerCase(int c) {
        return isTooNew(c) ? c : Character.toLowerCase(c);
    }

    /** The first code point of the canonical decomposition: the letter without its accents. */
    static int base(int c) {
        return c < FIRST_COMPOSED || isTooNew(c)
                ? c
                : Normalizer.normalize(Character.toString(c), Normalizer.Form.NFD)
                        .codePointAt(0);
    }

    /** Unicode's White_Space property. */
    static boolean isWhiteSpace(int c) {
        return c == ' ' || c >= '\t' && c <= '\r' || c == 0x85 || c >= 0xA0 && Character.isSpaceChar(c);
    }

    static Category category(int c) {
        return switch (isTooNew(c) ? Character.UNASSIGNED : Character.getType(c)) {
            case Character.UPPERCASE_LETTER,
                    Character.LOWERCASE_LETTER,
                    Character.TITLECASE_LETTER,
                    Character.MODIFIER_LETTER,
                    Character.OTHER_LETTER -> Category.LETTER;
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> Category.NUMBER;
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK ->
                Category.MARK;
            case Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.CONNECTOR_PUNCTUATION,
                    Character.OTHER_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION -> Category.PUNCTUATION;
            case Character.MATH_SYMBOL, Character.CURRENCY_SYMBOL, Character.MODIFIER_SYMBOL, Character.OTHER_SYMBOL ->
                Category.SYMBOL;
            case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                Category.SEPARATOR;
            case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> Category.CONTROL;
            default -> Category.OTHER;
        };
    }

    /** The same text with each surrogate that stands alone replaced by U+FFFD, as it has no UTF-8 form. */
    static String wellFormed(String text) {
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                int[] repaired = text.codePoints()
                        .map(p -> p >= Character.MIN_SURROGATE && p <= Character.MAX_SURROGATE ? 0xFFFD : p)
                        .toArray();
                return new String(repaired, 0, repaired.length);
            }
            i += Character.charCount(c);
        }
        return text;
    }
}
