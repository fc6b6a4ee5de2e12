package demitasse.phi3.grammar;

import demitasse.phi3.grammar.RuleBuilder.Element;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Objects: required properties, then optional ones, then others. */
final class SchemaObjects {
    /** Numbers of properties that are counted. */
    private static final int MOST_COUNTED = 500;

    private final SchemaConverter converter;
    private final RuleBuilder builder;
    private final SchemaStrings strings;

    SchemaObjects(SchemaConverter converter, RuleBuilder builder, SchemaStrings strings) {
        this.converter = converter;
        this.builder = builder;
        this.strings = strings;
    }

    /** The schema of properties that are not described; null if nothing is said about them. */
    static Object others(Map<?, ?> schema) {
        Object additional = schema.get("additionalProperties");
        return additional != null ? additional : schema.get("unevaluatedProperties");
    }

    /** Whether properties that are not described are written where nothing asks for them. */
    static boolean open(Map<?, ?> schema) {
        Object others = others(schema);
        return others == null ? Keywords.properties(schema).isEmpty() : !Boolean.FALSE.equals(others);
    }

    List<Element> object(Map<?, ?> schema) {
        Map<?, ?> properties = Keywords.properties(schema);
        Object additional = others(schema);
        Set<String> required = new LinkedHashSet<>(Keywords.required(schema));
        Set<String> names = new LinkedHashSet<>();
        List<List<Element>> must = new ArrayList<>();
        List<List<Element>> may = new ArrayList<>();
        for (Map.Entry<?, ?> property : properties.entrySet()) {
            String name = property.getKey().toString();
            names.add(name);
            boolean needed = required.remove(name);
            if (needed || !Boolean.FALSE.equals(property.getValue())) {
                (needed ? must : may).add(pair(name, property.getValue()));
            }
        }
        // Required, though not described.
        for (String name : required) {
            names.add(name);
            must.add(pair(name, additional == null ? Boolean.TRUE : additional));
        }
        List<Element> others = open(schema)
                ? converter.pair(
                        strings.otherThan(names), additional == null ? converter.any() : converter.visit(additional))
                : null;
        int min = Math.max(0, Keywords.count(schema, "minProperties", 0) - must.size());
        int max = Keywords.count(schema, "maxProperties", Integer.MAX_VALUE) - must.size();
        if (max < 0 || min > max || others == null && min > may.size()) {
            return SchemaConverter.impossible();
        }
        List<Element> all = new ArrayList<>();
        for (List<Element> pair : must) {
            all.addAll(all.isEmpty() ? List.of() : converter.comma());
            all.addAll(pair);
        }
        all.addAll(new Optional(may, others, min, max).rest(new Place(0, 0, 0, !must.isEmpty(), false)));
        return converter.bracketed("{", all, "}");
    }

    private List<Element> pair(String name, Object value) {
        return converter.pair(RuleBuilder.literal(JsonText.quoted(name)), converter.visit(value));
    }

    /**
     * Between optional pairs.
     *
     * @param next the optional property that may come next
     * @param distinct how many have come that are surely different, no larger than matters
     * @param count how many have come, 0 where that does not matter
     * @param comma whether the next one needs a comma
     * @param other whether one that is not described has come
     */
    private record Place(int next, int distinct, int count, boolean comma, boolean other) {}

    /** Pairs that need not come. */
    private final class Optional {
        private final List<List<Element>> pairs;
        private final List<Element> others;
        private final int min;
        private final int max;
        private final boolean counted;
        private final Map<Place, Integer> rules = new HashMap<>();

        Optional(List<List<Element>> pairs, List<Element> others, int min, int max) {
            this.pairs = pairs;
            this.others = others;
            this.min = min;
            this.max = max;
            counted = max < (others == null ? pairs.size() : Integer.MAX_VALUE - MOST_COUNTED);
            if (others != null && min > pairs.size() + 1) {
                // Names that are made up may be equal.
                throw Keywords.refused("minProperties", "above the number of described properties");
            }
            if (counted && max > MOST_COUNTED) {
                throw Keywords.refused("maxProperties", "above " + MOST_COUNTED);
            }
        }

        List<Element> rest(Place place) {
            Integer known = rules.get(place);
            if (known == null) {
                known = builder.declare();
                rules.put(place, known);
                builder.define(known, ways(place));
            }
            return RuleBuilder.reference(known);
        }

        private List<List<Element>> ways(Place place) {
            List<List<Element>> ways = new ArrayList<>();
            boolean room = !counted || place.count() < max;
            boolean described = place.next() < pairs.size();
            List<Element> pair = described ? pairs.get(place.next()) : others;
            if (room && pair != null) {
                List<Element> comma = place.comma() ? converter.comma() : List.of();
                ways.add(RuleBuilder.sequence(comma, pair, rest(after(place, described))));
            }
            if (described) {
                ways.add(rest(
                        new Place(place.next() + 1, place.distinct(), place.count(), place.comma(), place.other())));
            } else if (place.distinct() >= min) {
                ways.add(List.of());
            }
            return ways;
        }

        private Place after(Place place, boolean described) {
            int distinct = place.distinct() + (described || !place.other() ? 1 : 0);
            return new Place(
                    place.next() + (described ? 1 : 0),
                    Math.min(distinct, min),
                    counted ? place.count() + 1 : 0,
                    true,
                    !described);
        }
    }
}
