package demitasse.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts text into the pieces within which byte pairs may join: each expression cuts the pieces that the one before left,
 * and what lies between its matches is a piece, too. Source: llama.cpp unicode_regex_split.
 *
 * <p>The expressions do not see the text itself but a copy of equal length in which white space beyond ASCII is a
 * vertical tab, so {@code \s} may stay the ASCII class, which is quick, and has the effect of the Unicode one.
 */
final class PreTokenizer {
    private static final char VERTICAL_TAB = 0x0B;

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
            if (c >= 0x80 && Unicode.isWhiteSpace(c)) {
                if (changed == null) {
                    changed = text.toCharArray();
                }
                changed[i] = VERTICAL_TAB;
            }
        }
        return changed == null ? text : new String(changed);
    }

    /** For messages and tests. */
    List<String> expressions() {
        List<String> sources = new ArrayList<>();
        expressions.forEach(e -> sources.add(e.pattern()));
        return sources;
    }
}
