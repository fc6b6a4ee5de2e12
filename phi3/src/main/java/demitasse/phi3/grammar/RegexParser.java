package demitasse.phi3.grammar;

import java.util.ArrayList;
import java.util.List;

/** Reads regular expressions: ECMA-262's, without look-around, word boundaries and back-references. */
final class RegexParser {
    private static final int END = -1;
    private static final int MOST_NESTING = 200;
    private static final int MOST_REPETITIONS = 100_000;
    private static final List<Integer> DIGITS = List.of((int) '0', (int) '9');
    private static final List<Integer> WORD = "09AZ__az".codePoints().boxed().toList();
    private static final List<Integer> BLANK =
            "\t\r  \u00a0\u00a0\u1680\u1680\u2000\u200a\u2028\u2029\u202f\u202f\u205f\u205f\u3000\u3000\ufeff\ufeff"
                    .codePoints()
                    .boxed()
                    .toList();
    /** Blanks in other dialects: no {@code \\S} for us. */
    private static final List<Integer> BLANK_ELSEWHERE = List.of(0x1C, 0x1F, 0x85, 0x85);

    private static final List<Integer> LINE_ENDS =
            List.of((int) '\n', (int) '\n', (int) '\r', (int) '\r', 0x2028, 0x2029);

    private final String pattern;
    private final int[] text;
    private int at;
    private int nesting;

    private RegexParser(String pattern) {
        this.pattern = pattern;
        text = pattern.codePoints().toArray();
    }

    /** @throws GrammarException if it is broken, or holds what we cannot express */
    static Regex parse(String pattern) {
        RegexParser parser = new RegexParser(pattern);
        Regex all = parser.alternatives();
        if (parser.at < parser.text.length) {
            throw parser.unsupported("unbalanced ')'");
        }
        return all;
    }

    private Regex alternatives() {
        List<Regex> all = new ArrayList<>();
        all.add(sequence());
        while (peek() == '|') {
            at++;
            all.add(sequence());
        }
        return all.size() == 1 ? all.getFirst() : new Regex.Choice(all);
    }

    private Regex sequence() {
        List<Regex> all = new ArrayList<>();
        while (peek() != END && peek() != '|' && peek() != ')') {
            all.add(quantified(atom()));
        }
        return all.size() == 1 ? all.getFirst() : new Regex.Sequence(all);
    }

    private Regex atom() {
        int c = text[at++];
        return switch (c) {
            case '(' -> group();
            case '[' -> characterClass();
            case '.' -> new Regex.Chars(new CharSet(LINE_ENDS, true));
            case '\\' -> new Regex.Chars(escaped());
            case '^' -> new Regex.Start();
            case '$' -> new Regex.End();
            case '*', '+', '?' -> throw unsupported("nothing to repeat");
            default -> new Regex.Chars(CharSet.of(c));
        };
    }

    private Regex group() {
        if (++nesting > MOST_NESTING) {
            throw unsupported("more than " + MOST_NESTING + " nested groups");
        }
        if (peek() == '?') {
            if (peek(1) == ':') {
                at += 2;
            } else if (peek(1) == '<' && peek(2) != '=' && peek(2) != '!') {
                while (peek() != END && peek() != '>') {
                    at++;
                }
                at++;
            } else {
                throw unsupported("look-around");
            }
        }
        Regex inside = alternatives();
        if (peek() != ')') {
            throw unsupported("unbalanced '('");
        }
        at++;
        nesting--;
        return inside;
    }

    private Regex quantified(Regex item) {
        int[] times = times();
        if (times == null) {
            return item;
        }
        if (item instanceof Regex.Start || item instanceof Regex.End) {
            throw unsupported("a repeated anchor");
        }
        if (peek() == '?') {
            at++; // lazy: the same language
        }
        if (peek() == '*' || peek() == '+') {
            throw unsupported("nothing to repeat");
        }
        return new Regex.Repeat(item, times[0], times[1]);
    }

    private int[] times() {
        int start = at;
        switch (peek()) {
            case '*':
                at++;
                return new int[] {0, RuleBuilder.UNBOUNDED};
            case '+':
                at++;
                return new int[] {1, RuleBuilder.UNBOUNDED};
            case '?':
                at++;
                return new int[] {0, 1};
            case '{':
                at++;
                break;
            default:
                return null;
        }
        int min = number();
        int max = min;
        if (peek() == ',') {
            at++;
            max = peek() == '}' ? RuleBuilder.UNBOUNDED : number();
        }
        if (min < 0 || peek() != '}') {
            at = start; // a brace that means itself
            return null;
        }
        at++;
        if (max != RuleBuilder.UNBOUNDED && max < min) {
            throw unsupported("a repetition whose most is below its least");
        }
        return new int[] {min, max};
    }

    /** Digits, or -1 if there are none. */
    private int number() {
        int value = -1;
        while (peek() >= '0' && peek() <= '9') {
            value = Math.max(value, 0) * 10 + text[at++] - '0';
            if (value > MOST_REPETITIONS) {
                throw unsupported("more than " + MOST_REPETITIONS + " repetitions");
            }
        }
        return value;
    }

    private Regex characterClass() {
        boolean negated = peek() == '^';
        if (negated) {
            at++;
        }
        List<Integer> bounds = new ArrayList<>();
        while (peek() != ']') {
            List<Integer> first = member();
            boolean range = peek() == '-' && peek(1) != ']' && first.size() == 2;
            if (range) {
                at++;
                List<Integer> last = member();
                bounds.add(first.getFirst());
                bounds.add(last.getLast());
            } else {
                bounds.addAll(first);
            }
        }
        at++;
        return new Regex.Chars(new CharSet(bounds, negated));
    }

    private List<Integer> member() {
        if (peek() == END) {
            throw unsupported("unbalanced '['");
        }
        int c = text[at++];
        if (c != '\\') {
            return List.of(c, c);
        }
        if (peek() == 'b') {
            at++;
            return List.of((int) '\b', (int) '\b');
        }
        CharSet escaped = escaped();
        return escaped.negated() ? escaped.ranges() : escaped.bounds();
    }

    private CharSet escaped() {
        int c = peek();
        at++;
        return switch (c) {
            case 'd' -> new CharSet(DIGITS, false);
            case 'D' -> new CharSet(DIGITS, true);
            case 'w' -> new CharSet(WORD, false);
            case 'W' -> new CharSet(WORD, true);
            case 's' -> new CharSet(BLANK, false);
            case 'S' -> new CharSet(BLANK, true).without(BLANK_ELSEWHERE);
            case 't' -> CharSet.of('\t');
            case 'n' -> CharSet.of('\n');
            case 'r' -> CharSet.of('\r');
            case 'f' -> CharSet.of('\f');
            case 'v' -> CharSet.of(0x0B);
            case 'x' -> CharSet.of(hex(2));
            case 'u' -> CharSet.of(hex(4));
            default -> {
                if (c == END || Character.isLetterOrDigit(c)) {
                    throw unsupported("this escape");
                }
                yield CharSet.of(c);
            }
        };
    }

    private int hex(int digits) {
        int value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = peek() == END ? -1 : Character.digit(peek(), 16);
            if (digit < 0) {
                throw unsupported("too few hexadecimal digits");
            }
            value = value << 4 | digit;
            at++;
        }
        return value;
    }

    private int peek() {
        return peek(0);
    }

    private int peek(int ahead) {
        return at + ahead < text.length ? text[at + ahead] : END;
    }

    private GrammarException unsupported(String what) {
        return new GrammarException("JSON Schema: pattern '" + pattern + "': " + what + " at " + at);
    }
}
