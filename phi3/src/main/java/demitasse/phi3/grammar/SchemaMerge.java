package demitasse.phi3.grammar;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Schemas that hold together, as one schema. */
final class SchemaMerge {
    private static final int MOST_REFERENCES = 100;

    /** Keywords that say nothing about the document. */
    private static final Set<String> NOTES =
            Set.of("$schema", "$id", "$comment", "$defs", "definitions", "title", "description", "default", "examples");

    private SchemaMerge() {}

    static boolean constrains(Object keyword) {
        return !NOTES.contains(keyword.toString());
    }

    static Map<?, ?> without(Map<?, ?> schema, String key) {
        Map<Object, Object> rest = new LinkedHashMap<>(schema);
        rest.remove(key);
        return rest;
    }

    /** Follows references. */
    static Object resolve(Object schema, Function<String, Object> target) {
        Object found = schema;
        for (int i = 0; found instanceof Map<?, ?> map && map.get("$ref") instanceof String reference; i++) {
            if (i == MOST_REFERENCES) {
                throw new GrammarException("JSON Schema: $ref '" + reference + "' leads to itself");
            }
            found = target.apply(reference);
        }
        return found;
    }

    /** What satisfies both, as far as keywords can be put together; else the second one's word counts. */
    static Map<?, ?> merge(Map<?, ?> one, Object other) {
        if (Boolean.TRUE.equals(other)) {
            return one;
        }
        if (!(other instanceof Map<?, ?> second)) {
            // `false`, or nonsense: nothing fits.
            return Map.of("enum", List.of());
        }
        Map<Object, Object> merged = new LinkedHashMap<>(one);
        second.forEach((key, value) -> merged.merge(key, value, (a, b) -> both(key.toString(), a, b)));
        return merged;
    }

    private static Object both(String key, Object a, Object b) {
        return switch (key) {
            case "properties" -> a instanceof Map<?, ?> first && b instanceof Map<?, ?> ? properties(first, b) : b;
            case "required", "allOf" -> joined(a, b);
            case "enum" -> {
                List<Object> common = new ArrayList<>((List<?>) a);
                common.retainAll((List<?>) b);
                yield common;
            }
            case "minimum", "exclusiveMinimum", "minLength", "minItems" -> larger(a, b) ? a : b;
            case "maximum", "exclusiveMaximum", "maxLength", "maxItems" -> larger(a, b) ? b : a;
            default -> b;
        };
    }

    private static Object properties(Map<?, ?> first, Object second) {
        Map<Object, Object> all = new LinkedHashMap<>(first);
        ((Map<?, ?>) second)
                .forEach((key, value) ->
                        all.merge(key, value, (a, b) -> a.equals(b) ? a : Map.of("allOf", List.of(a, b))));
        return all;
    }

    private static List<Object> joined(Object a, Object b) {
        Set<Object> all = new LinkedHashSet<>();
        all.addAll(a instanceof List<?> list ? list : List.of());
        all.addAll(b instanceof List<?> list ? list : List.of());
        return new ArrayList<>(all);
    }

    private static boolean larger(Object a, Object b) {
        return a instanceof Number first && b instanceof Number second && first.doubleValue() > second.doubleValue();
    }
}
