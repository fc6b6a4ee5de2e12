package demitasse.tokenizer;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts text into the pieces within which byte pairs may join: each expression cuts the pieces that the one before left,
 * and what lies between its matches is a piece, too. Source: llama.cpp unicode_regex_split.
 *
 * <p>The expressions do not see the text itself but a copy of equal length in which white space beyond ASCII is a
 * vertical tab, so {@code \s} may stay the ASCII class, which is quick, and has the effect of the Unicode one. Code
 * points that are too new for llama.cpp's tables are replaced by unassigned ones.
 */
final class PreTokenizer {
    private static final char VERTICAL_TAB = 0x0B;
    private static final int FIRST_IDEOGRAPH = 0x4E00;
    private static final int UNASSIGNED_BELOW_IDEOGRAPHS = 0x2FE0;
    private static final int NONCHARACTER = 0xFDD0;
    private static final int NONCHARACTER_BEYOND_BMP = 0x1FFFE;

    private final List<Pattern> expressions;

    PreTokenizer(List<String> expressions) {
        this.expressions = expressions.stream().map(Pattern::compile).toList();
    }

    /** Where each piece ends, in {@code char}s; the last is the text's length. */
    int[] split(String text) {
        String shadow = shadow(text);
        IntList ends = new IntList(4);
        ends.add(text.length());
        for (Pattern expression : expressions) {
            ends = split(expression.matcher(shadow), ends);
        }
        return ends.toArray();
    }

    private static IntList split(Matcher matcher, IntList pieces) {
        IntList ends = new IntList(pieces.size() + 16);
        int start = 0;
        for (int i = 0; i < pieces.size(); i++) {
            int pieceEnd = pieces.get(i);
            matcher.region(start, pieceEnd);
            while (matcher.find()) {
                if (matcher.end() > matcher.start()) {
                    if (matcher.start() > start) {
                        ends.add(matcher.start());
                    }
                    start = matcher.end();
                    ends.add(start);
                }
            }
            if (start < pieceEnd) {
                ends.add(pieceEnd);
                start = pieceEnd;
            }
        }
        return ends;
    }

    private static String shadow(String text) {
        char[] changed = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                continue;
            }
            int codePoint = text.codePointAt(i);
            if (Unicode.isWhiteSpace(c) || Unicode.isTooNew(codePoint)) {
                changed = changed == null ? text.toCharArray() : changed;
                Character.toChars(standIn(codePoint), changed, i);
            }
            i += Character.charCount(codePoint) - 1;
        }
        return changed == null ? text : new String(changed);
    }

    private static int standIn(int codePoint) {
        if (Unicode.isWhiteSpace(codePoint)) {
            return VERTICAL_TAB;
        }
        if (codePoint > Character.MAX_VALUE) {
            return NONCHARACTER_BEYOND_BMP;
        }
        // DeepSeek's expressions have classes by number.
        return codePoint < FIRST_IDEOGRAPH ? UNASSIGNED_BELOW_IDEOGRAPHS : NONCHARACTER;
    }
}
