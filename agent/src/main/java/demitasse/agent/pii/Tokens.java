package demitasse.agent.pii;

import java.util.ArrayList;
import java.util.List;

/**
 * A text cut into words, numbers, signs and line ends. What rules have found already (an e-mail, a card number) is one
 * token whatever it holds, and its word is the type of the finding.
 *
 * @param start offset of each token in UTF-16 units
 * @param end behind the token
 * @param word folded as by {@link Lexicon#fold}
 */
record Tokens(String text, int[] start, int[] end, String[] word) {
    static final String LINE_END = "\n";

    /** @param found matches without overlaps, by position */
    static Tokens of(String text, List<PiiRule.Match> found) {
        List<int[]> spans = new ArrayList<>();
        List<String> words = new ArrayList<>();
        int next = 0;
        int at = 0;
        while (at < text.length()) {
            while (next < found.size() && found.get(next).end() <= at) {
                next++;
            }
            int end;
            String word;
            if (next < found.size() && found.get(next).start() <= at) {
                end = found.get(next).end();
                word = "<" + found.get(next).type() + ">";
            } else {
                int limit = next < found.size() ? found.get(next).start() : text.length();
                int c = text.codePointAt(at);
                if (c == '\n') {
                    end = at + 1;
                    word = words.isEmpty() || words.getLast().equals(LINE_END) ? "" : LINE_END;
                } else if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
                    end = at + 1;
                    word = "";
                } else {
                    end = Math.min(limit, tokenEnd(text, at, c));
                    word = Lexicon.fold(text.substring(at, end));
                }
            }
            if (!word.isEmpty()) {
                spans.add(new int[] {at, end});
                words.add(word);
            }
            at = end;
        }
        return new Tokens(
                text,
                spans.stream().mapToInt(s -> s[0]).toArray(),
                spans.stream().mapToInt(s -> s[1]).toArray(),
                words.toArray(String[]::new));
    }

    int size() {
        return start.length;
    }

    String surface(int i) {
        return text.substring(start[i], end[i]);
    }

    private static int tokenEnd(String text, int from, int first) {
        if (!isWordPart(first)) {
            return from + Character.charCount(first);
        }
        int at = from;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            boolean joins = at > from
                    && (c == '-' || c == '\'' || c == '’')
                    && at + 1 < text.length()
                    && Character.isLetter(text.codePointAt(at + 1))
                    && Character.isLetter(text.codePointBefore(at))
                    && !isPossessive(text, at);
            if (!isWordPart(c) && !joins) {
                break;
            }
            at += Character.charCount(c);
        }
        return at;
    }

    /** The 's of "Maria's", which is no part of her name. */
    private static boolean isPossessive(String text, int apostrophe) {
        return text.charAt(apostrophe) != '-'
                && Character.toLowerCase(text.charAt(apostrophe + 1)) == 's'
                && (apostrophe + 2 == text.length() || !isWordPart(text.codePointAt(apostrophe + 2)));
    }

    private static boolean isWordPart(int c) {
        return Character.isLetterOrDigit(c) || Character.getType(c) == Character.NON_SPACING_MARK;
    }
}
