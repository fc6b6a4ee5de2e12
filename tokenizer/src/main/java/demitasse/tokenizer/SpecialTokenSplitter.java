package demitasse.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Cuts the special tokens out of a text before anything else looks at it: the longest first, each over the whole text.
 * Source: llama.cpp tokenizer_st_partition.
 */
final class SpecialTokenSplitter {
    /** A special token, or text where {@code token} is -1. */
    record Fragment(int token, int start, int end) {
        boolean isText() {
            return token < 0;
        }
    }

    private static final int NO_TOKEN = -1;

    private final TokenTable tokens;
    private final int[] all;
    private final int[] userDefined;

    SpecialTokenSplitter(TokenTable tokens) {
        this.tokens = tokens;
        all = IntStream.range(0, tokens.size())
                .filter(id -> tokens.has(id, Attribute.CONTROL | Attribute.USER_DEFINED | Attribute.UNKNOWN))
                .boxed()
                .sorted(Comparator.comparingInt(id -> -tokens.text(id).getBytes(StandardCharsets.UTF_8).length))
                .mapToInt(Integer::intValue)
                .toArray();
        // A person's text may hold what looks like a control token; it stays text.
        userDefined = IntStream.of(all)
                .filter(id -> !tokens.has(id, Attribute.CONTROL | Attribute.UNKNOWN))
                .toArray();
    }

    /** @param parseSpecial whether control and unknown tokens are looked for, or user-defined ones only */
    List<Fragment> split(String text, boolean parseSpecial) {
        List<Fragment> fragments = new ArrayList<>();
        if (!text.isEmpty()) {
            fragments.add(new Fragment(NO_TOKEN, 0, text.length()));
        }
        for (int id : parseSpecial ? all : userDefined) {
            if (text.contains(tokens.text(id))) {
                fragments = split(text, fragments, id);
            }
        }
        return fragments;
    }

    private List<Fragment> split(String text, List<Fragment> fragments, int id) {
        List<Fragment> result = new ArrayList<>(fragments.size() + 2);
        String token = tokens.text(id);
        for (Fragment fragment : fragments) {
            if (!fragment.isText()) {
                result.add(fragment);
                continue;
            }
            int start = fragment.start();
            int match = find(text, token, start, fragment.end());
            while (match >= 0) {
                addText(result, start, tokens.has(id, Attribute.STRIP_LEFT) ? stripLeft(text, start, match) : match);
                result.add(new Fragment(id, match, match + token.length()));
                start = match + token.length();
                if (tokens.has(id, Attribute.STRIP_RIGHT)) {
                    start = stripRight(text, start, fragment.end());
                }
                match = find(text, token, start, fragment.end());
            }
            addText(result, start, fragment.end());
        }
        return result;
    }

    private static int find(String text, String token, int start, int end) {
        return start + token.length() > end ? -1 : text.indexOf(token, start, end);
    }

    private static void addText(List<Fragment> fragments, int start, int end) {
        if (end > start) {
            fragments.add(new Fragment(NO_TOKEN, start, end));
        }
    }

    private static int stripLeft(String text, int start, int end) {
        int e = end;
        while (e > start && isSpace(text.charAt(e - 1))) {
            e--;
        }
        return e;
    }

    private static int stripRight(String text, int start, int end) {
        int s = start;
        while (s < end && isSpace(text.charAt(s))) {
            s++;
        }
        return s;
    }

    /** C's isspace: llama.cpp looks at single bytes here, so no white space beyond ASCII. */
    private static boolean isSpace(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }
}
