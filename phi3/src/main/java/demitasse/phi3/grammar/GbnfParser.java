package demitasse.phi3.grammar;

import demitasse.phi3.grammar.RuleBuilder.Element;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** Reads GBNF. Dialect: llama.cpp's grammars/README.md and src/llama-grammar.cpp. */
final class GbnfParser {
    private static final int MOST_REPETITIONS = 2000;
    private static final int MOST_NESTING = 500;

    private final GbnfScanner text;
    private final ToIntFunction<String> tokens;
    private final RuleBuilder builder = new RuleBuilder();
    private final Map<String, Integer> names = new HashMap<>();
    private int nesting;

    private GbnfParser(String text, ToIntFunction<String> tokens) {
        this.text = new GbnfScanner(text);
        this.tokens = tokens;
    }

    /**
     * The compiled rules, from {@code root} on.
     *
     * @param tokens the id of the token that is written so, with its angle brackets
     */
    static RuleTable parse(String text, ToIntFunction<String> tokens) {
        GbnfParser parser = new GbnfParser(text, tokens);
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
        text.space(true);
        while (text.peek() != GbnfScanner.END) {
            int rule = rule(text.name());
            text.space(false);
            if (text.peek() != ':' || text.peek(1) != ':' || text.peek(2) != '=') {
                throw text.expected("'::='");
            }
            text.skip(3);
            text.space(true);
            builder.define(rule, alternatives(false));
            if (text.peek() != GbnfScanner.END && text.peek() != '\n' && text.peek() != '\r') {
                throw text.expected("a new line or the end");
            }
            text.space(true);
        }
    }

    private int rule(String name) {
        return names.computeIfAbsent(name, n -> builder.declare());
    }

    private List<List<Element>> alternatives(boolean nested) {
        List<List<Element>> all = new ArrayList<>();
        all.add(sequence(nested));
        while (text.peek() == '|') {
            text.skip(1);
            text.space(true);
            all.add(sequence(nested));
        }
        return all;
    }

    private List<Element> sequence(boolean nested) {
        List<Element> all = new ArrayList<>();
        List<Element> last = List.of();
        long copies = 1;
        while (true) {
            int c = text.peek();
            int before = builder.ruleCount();
            if (c == '*' || c == '+' || c == '?' || c == '{') {
                int[] times = times(nested);
                copies *= Math.max(1, times[1] > 0 ? times[1] : times[0]);
                last = repeated(last, times, copies);
            } else {
                List<Element> symbol = symbol(c);
                if (symbol == null) {
                    all.addAll(last);
                    return all;
                }
                all.addAll(last);
                last = symbol;
                copies = c == '(' ? Math.max(1, builder.ruleCount() - before) : 1;
            }
            text.space(nested);
        }
    }

    /** The next symbol; null if there is none. */
    private List<Element> symbol(int c) {
        return switch (c) {
            case '"' -> literal();
            case '[' -> characterClass();
            case '(' -> group();
            case '.' -> {
                text.skip(1);
                yield RuleBuilder.chars(CharSet.ANY);
            }
            case '<', '!' -> token();
            default -> GbnfScanner.isWord(c) ? RuleBuilder.reference(rule(text.name())) : null;
        };
    }

    private List<Element> repeated(List<Element> item, int[] times, long copies) {
        if (item.isEmpty()) {
            throw new GrammarException("grammar: nothing to repeat before '" + text.excerpt() + "'");
        }
        if (copies > MOST_REPETITIONS) {
            throw new GrammarException("grammar: repetitions multiply to " + copies + " before '" + text.excerpt()
                    + "', the most is " + MOST_REPETITIONS);
        }
        return builder.repeat(item, times[0], times[1]);
    }

    /** Least and most. */
    private int[] times(boolean nested) {
        int sign = text.peek();
        text.skip(1);
        switch (sign) {
            case '*':
                return new int[] {0, RuleBuilder.UNBOUNDED};
            case '+':
                return new int[] {1, RuleBuilder.UNBOUNDED};
            case '?':
                return new int[] {0, 1};
            default:
                text.space(nested);
        }
        int min = number();
        int max = min;
        text.space(nested);
        if (text.peek() == ',') {
            text.skip(1);
            text.space(nested);
            max = GbnfScanner.isDigit(text.peek()) ? number() : RuleBuilder.UNBOUNDED;
            text.space(nested);
        }
        if (text.peek() != '}') {
            throw text.expected("',' or '}'");
        }
        text.skip(1);
        if (max != RuleBuilder.UNBOUNDED && max < min) {
            throw new GrammarException("grammar: repetition {" + min + "," + max + "}: the most is below the least");
        }
        return new int[] {min, max};
    }

    private int number() {
        int value = text.number(MOST_REPETITIONS);
        if (value > MOST_REPETITIONS) {
            throw new GrammarException(
                    "grammar: more than " + MOST_REPETITIONS + " repetitions before '" + text.excerpt() + "'");
        }
        return value;
    }

    private List<Element> literal() {
        text.skip(1);
        List<Element> all = new ArrayList<>();
        while (text.peek() != '"') {
            all.add(Element.of(CharSet.of(text.character())));
        }
        text.skip(1);
        return all;
    }

    /** An empty class is the empty text, as in llama.cpp. */
    private List<Element> characterClass() {
        text.skip(1);
        boolean negated = text.peek() == '^';
        if (negated) {
            text.skip(1);
        }
        List<Integer> bounds = new ArrayList<>();
        while (text.peek() != ']') {
            int first = text.character();
            int last = first;
            if (text.peek() == '-' && text.peek(1) != ']') {
                text.skip(1);
                last = text.character();
            }
            bounds.add(first);
            bounds.add(last);
        }
        text.skip(1);
        return bounds.isEmpty() ? List.of() : RuleBuilder.chars(new CharSet(bounds, negated));
    }

    /** {@code <[12]>}, {@code <think>}, and with {@code !} before them all others. */
    private List<Element> token() {
        boolean others = text.peek() == '!';
        if (others) {
            text.skip(1);
        }
        if (text.peek() != '<') {
            throw text.expected("'<'");
        }
        int id;
        if (text.peek(1) == '[') {
            text.skip(2);
            id = text.number(CharSet.LAST_TOKEN);
            if (id > CharSet.LAST_TOKEN) {
                throw new GrammarException("grammar: the token's number is too large before '" + text.excerpt() + "'");
            }
            text.require(']');
            text.require('>');
        } else {
            id = tokens.applyAsInt(text.through('>'));
        }
        return RuleBuilder.chars(others ? CharSet.allTokensBut(id) : CharSet.token(id));
    }

    private List<Element> group() {
        if (++nesting > MOST_NESTING) {
            throw new GrammarException("grammar: more than " + MOST_NESTING + " nested parentheses");
        }
        text.skip(1);
        text.space(true);
        int rule = builder.declare();
        builder.define(rule, alternatives(true));
        if (text.peek() != ')') {
            throw text.expected("')'");
        }
        text.skip(1);
        nesting--;
        return RuleBuilder.reference(rule);
    }
}
