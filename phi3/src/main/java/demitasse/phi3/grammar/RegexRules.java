package demitasse.phi3.grammar;

import demitasse.phi3.grammar.RuleBuilder.Element;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A regular expression and bounds of the length as rules for the inside of a JSON string: each part of the expression is
 * compiled with what may follow it, once for each length that a string may have there.
 */
final class RegexRules {
    private static final int MOST_PARTS = 100_000;

    /**
     * Where in a string: a place in the expression may be reached at several.
     *
     * @param length characters so far, no larger than matters
     * @param started whether there are any
     * @param moved whether there are any since the innermost repetition began anew: one that matches nothing is not
     *     repeated
     * @param ended whether nothing may follow
     */
    private record Place(int length, boolean started, boolean moved, boolean ended) {
        Place unmoved() {
            return new Place(length, started, false, ended);
        }

        Place end() {
            return new Place(length, started, moved, true);
        }
    }

    /** What may follow: a rule for each place. */
    private interface Rest {
        int at(Place place);
    }

    private final RuleBuilder builder;
    private final List<Element> anyCharacter;
    private final int min;
    private final int max;
    private final int impossible;
    private final Map<CharSet, List<List<Element>>> written = new HashMap<>();
    private final Deque<Runnable> open = new ArrayDeque<>();
    private int parts;

    private RegexRules(RuleBuilder builder, List<Element> anyCharacter, int min, int max) {
        this.builder = builder;
        this.anyCharacter = anyCharacter;
        this.min = min;
        this.max = max;
        impossible = builder.declare();
        builder.define(impossible, List.of());
    }

    /**
     * Strings that match the expression somewhere.
     *
     * @param anyCharacter a character of a JSON string
     * @param min the least length, in code points
     * @param max the largest, or {@link RuleBuilder#UNBOUNDED}
     */
    static List<Element> convert(RuleBuilder builder, List<Element> anyCharacter, String pattern, int min, int max) {
        RegexRules rules = new RegexRules(builder, anyCharacter, min, max);
        Regex regex = RegexParser.parse(pattern);
        int empty = builder.declare();
        builder.define(empty, List.of(List.of()));
        Rest end = place -> place.length() >= min ? empty : rules.impossible;
        Rest inside = rules.compile(regex, rules.anything(end));
        int rule = (startsAnchored(regex) ? inside : rules.anything(inside)).at(new Place(0, false, true, false));
        while (!rules.open.isEmpty()) {
            rules.open.pop().run();
        }
        return RuleBuilder.reference(rule);
    }

    private static boolean startsAnchored(Regex regex) {
        return switch (regex) {
            case Regex.Start start -> true;
            case Regex.Sequence sequence ->
                !sequence.parts().isEmpty() && startsAnchored(sequence.parts().getFirst());
            case Regex.Choice choice -> choice.ways().stream().allMatch(RegexRules::startsAnchored);
            default -> false;
        };
    }

    private Rest anything(Rest rest) {
        return star(next -> characters(List.of(anyCharacter), next), rest);
    }

    private Rest compile(Regex regex, Rest rest) {
        if (++parts > MOST_PARTS) {
            throw new GrammarException("JSON Schema: the pattern explodes: more than " + MOST_PARTS + " parts");
        }
        return switch (regex) {
            case Regex.Start start -> place -> place.started() ? impossible : rest.at(place);
            case Regex.End end -> place -> rest.at(place.end());
            case Regex.Chars chars -> characters(written.computeIfAbsent(chars.set(), JsonText::ways), rest);
            case Regex.Sequence sequence -> {
                Rest all = rest;
                for (Regex part : sequence.parts().reversed()) {
                    all = compile(part, all);
                }
                yield all;
            }
            case Regex.Choice choice -> {
                List<Rest> ways =
                        choice.ways().stream().map(way -> compile(way, rest)).toList();
                yield rules(place -> ways.stream()
                        .map(way -> RuleBuilder.reference(way.at(place)))
                        .toList());
            }
            case Regex.Repeat repeat -> repeat(repeat, rest);
        };
    }

    private Rest repeat(Regex.Repeat repeat, Rest rest) {
        Rest all = rest;
        if (repeat.max() == RuleBuilder.UNBOUNDED) {
            all = star(next -> compile(repeat.item(), next), rest);
        }
        for (int i = repeat.min(); i < repeat.max(); i++) {
            Rest more = compile(repeat.item(), all);
            all = rules(place -> List.of(RuleBuilder.reference(more.at(place)), RuleBuilder.reference(rest.at(place))));
        }
        for (int i = 0; i < repeat.min(); i++) {
            all = compile(repeat.item(), all);
        }
        return all;
    }

    private Rest star(Function<Rest, Rest> item, Rest rest) {
        Rest[] star = new Rest[1];
        Rest body = item.apply(place -> place.moved() ? star[0].at(place) : impossible);
        star[0] = rules(place ->
                List.of(RuleBuilder.reference(body.at(place.unmoved())), RuleBuilder.reference(rest.at(place))));
        return star[0];
    }

    private Rest characters(List<List<Element>> ways, Rest rest) {
        return rules(place -> {
            int length = place.length() + 1;
            if (place.ended() || max != RuleBuilder.UNBOUNDED && length > max) {
                return List.of();
            }
            int counted = max == RuleBuilder.UNBOUNDED ? Math.min(length, min) : length;
            List<Element> then = RuleBuilder.reference(rest.at(new Place(counted, true, true, false)));
            List<List<Element>> all = new ArrayList<>();
            ways.forEach(way -> all.add(RuleBuilder.sequence(way, then)));
            return all;
        });
    }

    /** Rules that are made when first asked for, and defined later, so that they may lead to each other. */
    private Rest rules(Function<Place, List<List<Element>>> alternatives) {
        Map<Place, Integer> known = new HashMap<>();
        return place -> {
            Integer rule = known.get(place);
            if (rule == null) {
                int made = builder.declare();
                known.put(place, made);
                open.push(() -> builder.define(made, alternatives.apply(place)));
                rule = made;
            }
            return rule;
        };
    }
}
