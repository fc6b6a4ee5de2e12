package demitasse.tokenizer;

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

    private Unicode() {}

    /** Unicode's White_Space property. */
    static boolean isWhiteSpace(int c) {
        return c == ' ' || c >= '\t' && c <= '\r' || c == 0x85 || c >= 0xA0 && Character.isSpaceChar(c);
    }

    static Category category(int c) {
        return switch (Character.getType(c)) {
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
