package demitasse.phi3.grammar;

import demitasse.phi3.grammar.RuleBuilder.Element;
import java.util.ArrayList;
import java.util.List;

/**
 * A regular expression (ECMA-262, without look-around and back-references) as a grammar for the inside of a JSON string
 * that matches it somewhere. Characters that JSON escapes are matched as their short escapes.
 */
final class StringPattern {
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

    private final RuleBuilder builder;
    private final List<Element> anything;
    private final String pattern;
    private final int[] text;
    private int at;
    private int nesting;

    /** @param anyCharacter a character of a JSON string */
    StringPattern(RuleBuilder builder, List<Element> anyCharacter, String pattern) {
        this.builder = builder;
        this.pattern = pattern;
        anything = builder.star(anyCharacter);
        text = pattern.codePoints().toArray();
    }

    List<Element> convert() {
        List<Element> all = alternatives(true);
        if (at < text.length) {
            throw unsupported("unbalanced ')'");
        }
        return all;
    }

    private List<Element> alternatives(boolean outer) {
        List<List<Element>> all = new ArrayList<>();
        all.add(sequence(outer));
        while (peek() == '|') {
            at++;
            all.add(sequence(outer));
        }
        return builder.choice(all);
    }

    private List<Element> sequence(boolean outer) {
        List<Element> all = new ArrayList<>();
        if (outer && peek() == '^') {
            at++;
        } else if (outer) {
            all.addAll(anything);
        }
        while (peek() != END && peek() != '|' && peek() != ')') {
            if (peek() == '$' && outer && (peek(1) == END || peek(1) == '|')) {
                at++;
                return all;
            }
            all.addAll(quantified(atom()));
        }
        if (outer) {
            all.addAll(anything);
        }
        return all;
    }

    private List<Element> atom() {
        int c = text[at++];
        return switch (c) {
            case '(' -> group();
            case '[' -> characterClass();
            case '.' -> set(List.of((int) '\n', (int) '\n', (int) '\r', (int) '\r', 0x2028, 0x2029), true);
            case '\\' -> escape();
            case '^', '$' -> throw unsupported("an anchor inside");
            case '*', '+', '?' -> throw unsupported("nothing to repeat");
            default -> set(List.of(c, c), false);
        };
    }

    private List<Element> group() {
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
        List<Element> inside = alternatives(false);
        if (peek() != ')') {
            throw unsupported("unbalanced '('");
        }
        at++;
        nesting--;
        return inside;
    }

    private List<Element> quantified(List<Element> item) {
        int[] times = times();
        if (times == null) {
            return item;
        }
        if (peek() == '?') {
            at++; // lazy: the same language
        }
        return item.isEmpty() ? item : builder.repeat(item, times[0], times[1]);
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

    private List<Element> characterClass() {
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
        return set(bounds, negated);
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

    private List<Element> escape() {
        CharSet chars = escaped();
        return set(chars.bounds(), chars.negated());
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
            case 'S' -> new CharSet(BLANK, true);
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

    /** A set of characters as JSON writes them. */
    private List<Element> set(List<Integer> bounds, boolean negated) {
        CharSet wanted = new CharSet(bounds, negated);
        List<List<Element>> ways = new ArrayList<>();
        CharSet plain = SchemaConverter.without(wanted, SchemaConverter.ESCAPED);
        if (!plain.ranges().isEmpty()) {
            ways.add(RuleBuilder.chars(negated ? SchemaConverter.excluding(bounds) : plain));
        }
        for (int c : new int[] {'"', '\\', '\n', '\r', '\t', '\b', '\f'}) {
            if (wanted.contains(c)) {
                ways.add(RuleBuilder.literal(JsonText.escaped(Character.toString(c))));
            }
        }
        if (ways.isEmpty()) {
            return RuleBuilder.chars(new CharSet(List.of(), false));
        }
        return builder.choice(ways);
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
