package demitasse.tokenizer;

import java.util.function.Consumer;

/**
 * Cuts text into BERT's words: white space divides; punctuation, ASCII symbols and Chinese characters stand alone;
 * control characters go; accents go and case is folded where the model asks for it. Source: llama.cpp
 * llm_tokenizer_wpm_session::preprocess, which keeps only the first code point of a character's decomposition (so a
 * Hangul syllable becomes its first consonant).
 */
record BertNormalizer(boolean lowercase, boolean stripAccents) {
    void words(String text, Consumer<String> sink) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < text.length(); ) {
            int original = text.codePointAt(i);
            i += Character.charCount(original);
            int c = stripAccents ? Unicode.base(original) : original;
            if (Unicode.isWhiteSpace(c)) {
                flush(word, sink);
            } else if (!isDropped(c)) {
                int folded = lowercase ? Unicode.lowerCase(c) : c;
                if (standsAlone(c)) {
                    flush(word, sink);
                    sink.accept(Character.toString(folded));
                } else {
                    word.appendCodePoint(folded);
                }
            }
        }
        flush(word, sink);
    }

    private static void flush(StringBuilder word, Consumer<String> sink) {
        if (!word.isEmpty()) {
            sink.accept(word.toString());
            word.setLength(0);
        }
    }

    private boolean isDropped(int c) {
        if (c == 0 || c == 0xFFFD) {
            return true;
        }
        return switch (Unicode.category(c)) {
            case CONTROL -> true;
            case MARK -> stripAccents;
            default -> false;
        };
    }

    private static boolean standsAlone(int c) {
        Unicode.Category category = Unicode.category(c);
        return category == Unicode.Category.PUNCTUATION
                || c < 0x7F && category == Unicode.Category.SYMBOL
                || isChinese(c);
    }

    /** The blocks that BERT takes for Chinese; U+2B820 to U+2B91F are missing in the original, too. */
    private static boolean isChinese(int c) {
        return c >= 0x4E00 && c <= 0x9FFF
                || c >= 0x3400 && c <= 0x4DBF
                || c >= 0x20000 && c <= 0x2A6DF
                || c >= 0x2A700 && c <= 0x2B73F
                || c >= 0x2B740 && c <= 0x2B81F
                || c >= 0x2B920 && c <= 0x2CEAF
                || c >= 0xF900 && c <= 0xFAFF
                || c >= 0x2F800 && c <= 0x2FA1F;
    }
}
