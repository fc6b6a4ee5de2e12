package demitasse.phi3.grammar;

import demitasse.phi3.grammar.RuleBuilder.Element;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads GBNF. Dialect: llama.cpp's grammars/README.md and src/llama-grammar.cpp, without token elements. */
final class GbnfParser {
    private static final int MOST_REPETITIONS = 2000;
    private static final int MOST_NESTING = 500;
    private static final int END = -1;
    private static final int EXCERPT = 24;

    private final int[] text;
    private final RuleBuilder builder = new RuleBuilder();
    private final Map<String, Integer> names = new HashMap<>();
    private int at;
    private int nesting;

    private GbnfParser(String text) {
        this.text = text.codePoints().toArray();
    }

    /** The compiled rules, from {@code root} on. */
    static RuleTable parse(String text) {
        GbnfParser parser = new GbnfParser(text);
        parser.rules();
        Integer root = parser.names.get("root");
        if (root == null) {
            throw new GrammarException("grammar: there is no rule 'root'");
        }
        parser.names.forEach((name, rule) -> {
            if (parser.builder.alternatives(rule) == null) {
                throw new GrammarException("grammar: rule '" + name + "' is not defined");
            }
        });
        LeftRecursion.refuse(parser.builder, true);
        return RuleTable.of(parser.builder, root);
    }

    private void rules() {
        space(true);
        while (peek() != END) {
            int rule = rule(name());
            space(false);
            if (peek() != ':' || peek(1) != ':' || peek(2) != '=') {
                throw expected("'::='");
            }
            at += 3;
            space(true);
            builder.define(rule, alternatives(false));
            if (peek() != END && peek() != '\n' && peek() != '\r') {
                throw expected("a new line or the end");
            }
            space(true);
        }
    }

    private int rule(String name) {
        return names.computeIfAbsent(name, n -> builder.declare());
    }

    private List<List<Element>> alternatives(boolean nested) {
        List<List<Element>> all = new ArrayList<>();
        all.add(sequence(nested));
        while (peek() == '|') {
            at++;
            space(true);
            all.add(sequence(nested));
        }
        return all;
    }

    private List<Element> sequence(boolean nested) {
        List<Element> all = new ArrayList<>();
        List<Element> last = List.of();
        long copies = 1;
        while (true) {
            int c = peek();
            int before = builder.ruleCount();
            if (c == '*' || c == '+' || c == '?' || c == '{') {
                int[] times = times(nested);
                copies *= Math.max(1, times[1] > 0 ? times[1] : times[0]);
                last = repeated(last, times, copies);
            } else {
                List<Element> symbol = symbol(c, nested);
                if (symbol == null) {
                    all.addAll(last);
                    return all;
                }
                all.addAll(last);
                last = symbol;
                copies = c == '(' ? Math.max(1, builder.ruleCount() - before) : 1;
            }
            space(nested);
        }
    }

    /** The next symbol; null if there is none. */
    private List<Element> symbol(int c, boolean nested) {
        return switch (c) {
            case '"' -> literal();
            case '[' -> characterClass();
            case '(' -> group();
            case '.' -> {
                at++;
                yield RuleBuilder.chars(CharSet.ANY);
            }
            case '<', '!' -> throw expected("a symbol (token elements are not supported)");
            default -> isWord(c) ? RuleBuilder.reference(rule(name())) : null;
        };
    }

    private List<Element> repeated(List<Element> item, int[] times, long copies) {
        if (item.isEmpty()) {
            throw new GrammarException("grammar: nothing to repeat before '" + excerpt() + "'");
        }
        if (copies >= MOST_REPETITIONS) {
            throw new GrammarException("grammar: repetitions multiply to " + copies + " before '" + excerpt()
                    + "', the most is " + (MOST_REPETITIONS - 1));
        }
        return builder.repeat(item, times[0], times[1]);
    }

    /** Least and most. */
    private int[] times(boolean nested) {
        switch (text[at++]) {
            case '*':
                return new int[] {0, RuleBuilder.UNBOUNDED};
            case '+':
                return new int[] {1, RuleBuilder.UNBOUNDED};
            case '?':
                return new int[] {0, 1};
            default:
                space(nested);
        }
        int min = number();
        int max = min;
        space(nested);
        if (peek() == ',') {
            at++;
            space(nested);
            max = isDigit(peek()) ? number() : RuleBuilder.UNBOUNDED;
            space(nested);
        }
        if (peek() != '}') {
            throw expected("',' or '}'");
        }
        at++;
        if (max != RuleBuilder.UNBOUNDED && max < min) {
            throw new GrammarException("grammar: repetition {" + min + "," + max + "}: the most is below the least");
        }
        return new int[] {min, max};
    }

    private int number() {
        if (!isDigit(peek())) {
            throw expected("a number");
        }
        long value = 0;
        while (isDigit(peek())) {
            value = Math.min(value * 10 + text[at++] - '0', Integer.MAX_VALUE);
        }
        if (value > MOST_REPETITIONS) {
            throw new GrammarException(
                    "grammar: more than " + MOST_REPETITIONS + " repetitions before '" + excerpt() + "'");
        }
        return (int) value;
    }

    private List<Element> literal() {
        at++;
        List<Element> all = new ArrayList<>();
        while (peek() != '"') {
            all.add(Element.of(CharSet.of(character())));
        }
        at++;
        return all;
    }

    /** An empty class is the empty text, as in llama.cpp. */
    private List<Element> characterClass() {
        at++;
        boolean negated = peek() == '^';
        if (negated) {
            at++;
        }
        List<Integer> bounds = new ArrayList<>();
        while (peek() != ']') {
            int first = character();
            int last = first;
            if (peek() == '-' && peek(1) != ']') {
                at++;
                last = character();
            }
            bounds.add(first);
            bounds.add(last);
        }
        at++;
        return bounds.isEmpty() ? List.of() : RuleBuilder.chars(new CharSet(bounds, negated));
    }

    private List<Element> group() {
        if (++nesting > MOST_NESTING) {
            throw new GrammarException("grammar: more than " + MOST_NESTING + " nested parentheses");
        }
        at++;
        space(true);
        int rule = builder.declare();
        builder.define(rule, alternatives(true));
        if (peek() != ')') {
            throw expected("')'");
        }
        at++;
        nesting--;
        return RuleBuilder.reference(rule);
    }

    /** A character of a literal or class, with its escapes. */
    private int character() {
        int c = peek();
        if (c == END) {
            throw expected("more");
        }
        at++;
        if (c != '\\') {
            return c;
        }
        int escaped = peek();
        at++;
        return switch (escaped) {
            case 'x' -> hex(2);
            case 'u' -> hex(4);
            case 'U' -> hex(8);
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'n' -> '\n';
            case '\\', '"', '[', ']', '-' -> escaped;
            default -> {
                at -= 2;
                throw expected("a known escape");
            }
        };
    }

    private int hex(int digits) {
        long value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = peek() == END ? -1 : Character.digit(peek(), 16);
            if (digit < 0 || peek() > 'f') {
                throw expected(digits + " hexadecimal digits");
            }
            value = value << 4 | digit;
            at++;
        }
        if (value > CharSet.LAST) {
            throw new GrammarException("grammar: " + Long.toHexString(value) + " is no code point");
        }
        return (int) value;
    }

    private String name() {
        int start = at;
        while (isWord(peek())) {
            at++;
        }
        if (at == start) {
            throw expected("a name");
        }
        return new String(text, start, at - start);
    }

    /** Skips blanks and comments, and new lines where they may stand. */
    private void space(boolean lines) {
        while (true) {
            int c = peek();
            if (c == '#') {
                while (peek() != END && peek() != '\n' && peek() != '\r') {
                    at++;
                }
            } else if (c == ' ' || c == '\t' || lines && (c == '\n' || c == '\r')) {
                at++;
            } else {
                return;
            }
        }
    }

    private int peek() {
        return peek(0);
    }

    private int peek(int ahead) {
        return at + ahead < text.length ? text[at + ahead] : END;
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWord(int c) {
        return isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-';
    }

    private GrammarException expected(String what) {
        int line = 1;
        for (int i = 0; i < Math.min(at, text.length); i++) {
            line += text[i] == '\n' ? 1 : 0;
        }
        return new GrammarException("grammar, line " + line + ": expected " + what + " at '" + excerpt() + "'");
    }

    private String excerpt() {
        int start = Math.min(at, text.length);
        return new String(text, start, Math.min(EXCERPT, text.length - start)).replace("\n", "\\n");
    }
}
