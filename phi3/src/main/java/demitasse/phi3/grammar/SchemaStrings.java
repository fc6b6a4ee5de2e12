package demitasse.phi3.grammar;

import demitasse.phi3.grammar.RuleBuilder.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Strings: lengths, patterns, formats, and names that are none of others. */
final class SchemaStrings {
    private static final int HEX_DIGITS = 4;

    private final RuleBuilder builder;
    private final List<Element> character;

    SchemaStrings(RuleBuilder builder) {
        this.builder = builder;
        List<Element> letter = RuleBuilder.chars(CharSet.pairs(JsonText.ESCAPE_LETTERS, false));
        // A surrogate comes with its other half, and both are one character.
        List<Element> plain = builder.choice(List.of(
                RuleBuilder.sequence(hex("09acefACEF"), repeated(HEX_DIGITS - 1)),
                RuleBuilder.sequence(hex("ddDD"), hex("07"), repeated(2)),
                RuleBuilder.sequence(
                        hex("ddDD"),
                        hex("89abAB"),
                        repeated(2),
                        RuleBuilder.literal("\\u"),
                        hex("ddDD"),
                        hex("cfCF"),
                        repeated(2))));
        List<Element> escape = builder.choice(List.of(letter, RuleBuilder.sequence(RuleBuilder.literal("u"), plain)));
        character = builder.choice(List.of(
                RuleBuilder.chars(JsonText.excluding(List.of())),
                RuleBuilder.sequence(RuleBuilder.literal("\\"), escape)));
    }

    private static List<Element> hex(String pairs) {
        return RuleBuilder.chars(CharSet.pairs(pairs, false));
    }

    private List<Element> repeated(int digits) {
        return builder.repeat(hex("09afAF"), digits, digits);
    }

    List<Element> string(Map<?, ?> schema) {
        String pattern = Keywords.text(schema, "pattern");
        String format = SchemaFormats.pattern(schema);
        if (pattern != null && format != null) {
            throw Keywords.refused("pattern", "beside 'format'");
        }
        int min = Keywords.count(schema, "minLength", 0);
        int max = Keywords.count(schema, "maxLength", RuleBuilder.UNBOUNDED);
        if (max != RuleBuilder.UNBOUNDED && max < min) {
            throw new GrammarException("JSON Schema: maxLength " + max + " is below minLength " + min);
        }
        if (pattern == null && format == null) {
            return quoted(builder.repeat(character, min, max));
        }
        return quoted(RegexRules.convert(builder, character, pattern == null ? format : pattern, min, max));
    }

    private static List<Element> quoted(List<Element> inside) {
        return RuleBuilder.sequence(RuleBuilder.literal("\""), inside, RuleBuilder.literal("\""));
    }

    /** A string that is none of these. */
    List<Element> otherThan(Set<String> names) {
        if (names.isEmpty()) {
            return quoted(builder.star(character));
        }
        Letters root = new Letters(new TreeMap<>(), new boolean[1]);
        for (String name : names) {
            Letters node = root;
            for (int c : name.codePoints().toArray()) {
                node = node.next().computeIfAbsent(c, key -> new Letters(new TreeMap<>(), new boolean[1]));
            }
            node.end()[0] = true;
        }
        return quoted(other(root));
    }

    /** A tree of names. */
    private record Letters(TreeMap<Integer, Letters> next, boolean[] end) {}

    /** A way that leaves each of the names somewhere. Not with a \\u escape: that could spell one of the names. */
    private List<Element> other(Letters node) {
        List<List<Element>> ways = new ArrayList<>();
        List<Integer> known = new ArrayList<>();
        node.next().forEach((c, below) -> {
            known.add(c);
            known.add(c);
            String written = JsonText.escaped(Character.toString(c));
            ways.add(RuleBuilder.sequence(RuleBuilder.literal(written), other(below)));
        });
        if (!node.end()[0]) {
            ways.add(List.of());
        }
        List<Element> tail = builder.star(character);
        for (List<Element> way : JsonText.ways(new CharSet(known, true))) {
            ways.add(RuleBuilder.sequence(way, tail));
        }
        int rule = builder.declare();
        builder.define(rule, ways);
        return RuleBuilder.reference(rule);
    }
}
