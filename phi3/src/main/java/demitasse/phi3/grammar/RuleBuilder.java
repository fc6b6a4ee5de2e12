package demitasse.phi3.grammar;

import java.util.ArrayList;
import java.util.List;

/** Collects the rules of a grammar. A sequence is a list of elements; the combinators add rules of their own. */
final class RuleBuilder {
    /** A repetition without an upper end. */
    static final int UNBOUNDED = -1;

    /** More elements than a sane grammar has: repetitions in repetitions multiply. */
    private static final int MOST_ELEMENTS = 200_000;

    /** One of a set of characters, or where that is null, a rule. */
    record Element(CharSet chars, int rule) {
        static Element of(CharSet chars) {
            return new Element(chars, -1);
        }

        boolean isRule() {
            return chars == null;
        }
    }

    /** Alternatives by rule; null while undefined. */
    private final List<List<List<Element>>> rules = new ArrayList<>();

    private int elements;

    /** A rule whose alternatives follow. */
    int declare() {
        rules.add(null);
        count(1);
        return rules.size() - 1;
    }

    int ruleCount() {
        return rules.size();
    }

    /** Defines a rule, or defines it anew. */
    void define(int rule, List<List<Element>> alternatives) {
        for (List<Element> alternative : alternatives) {
            count(alternative.size());
        }
        rules.set(rule, List.copyOf(alternatives));
    }

    List<List<Element>> alternatives(int rule) {
        return rules.get(rule);
    }

    private void count(int more) {
        elements += more;
        if (elements > MOST_ELEMENTS) {
            throw new GrammarException("the grammar explodes: more than " + MOST_ELEMENTS + " elements");
        }
    }

    static List<Element> reference(int rule) {
        return List.of(new Element(null, rule));
    }

    static List<Element> chars(CharSet chars) {
        return List.of(Element.of(chars));
    }

    static List<Element> literal(String text) {
        return text.codePoints().mapToObj(c -> Element.of(CharSet.of(c))).toList();
    }

    @SafeVarargs
    static List<Element> sequence(List<Element>... parts) {
        List<Element> all = new ArrayList<>();
        for (List<Element> part : parts) {
            all.addAll(part);
        }
        return all;
    }

    List<Element> choice(List<List<Element>> alternatives) {
        if (alternatives.size() == 1) {
            return alternatives.getFirst();
        }
        int rule = declare();
        define(rule, alternatives);
        return reference(rule);
    }

    /**
     * A sequence {@code min} to {@code max} times: written out as often as it must come, then a rule for each time more
     * that it may come. Right recursion, so that the matcher's stack does not grow.
     */
    List<Element> repeat(List<Element> item, int min, int max) {
        long size = (long) item.size() * min;
        if (size > MOST_ELEMENTS) {
            count(MOST_ELEMENTS);
        }
        List<Element> all = new ArrayList<>();
        for (int i = 0; i < min; i++) {
            all.addAll(item);
        }
        if (max == UNBOUNDED) {
            int rule = declare();
            define(rule, List.of(sequence(item, reference(rule)), List.of()));
            all.addAll(reference(rule));
        } else if (max > min) {
            List<Element> rest = List.of();
            for (int i = min; i < max; i++) {
                int rule = declare();
                define(rule, List.of(sequence(item, rest), List.of()));
                rest = reference(rule);
            }
            all.addAll(rest);
        }
        return all;
    }

    List<Element> optional(List<Element> item) {
        return repeat(item, 0, 1);
    }

    List<Element> star(List<Element> item) {
        return repeat(item, 0, UNBOUNDED);
    }
}
