package demitasse.phi3.grammar;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Two schemas that hold together, as one. */
final class SchemaMerge {
    private static final Map<?, ?> NOTHING = Map.of("enum", List.of());
    private static final String ADDITIONAL = "additionalProperties";
    private static final String UNEVALUATED = "unevaluatedProperties";

    private SchemaMerge() {}

    /**
     * @param outer the schema that {@code part} is a part of
     * @throws GrammarException if there are keywords that do not go together in one schema
     */
    static Map<?, ?> merge(Map<?, ?> outer, Object part) {
        if (Boolean.TRUE.equals(part)) {
            return outer;
        }
        if (Boolean.FALSE.equals(part)) {
            return NOTHING;
        }
        if (!(part instanceof Map<?, ?> inner)) {
            throw new GrammarException("JSON Schema: expected an object or a boolean, not " + part);
        }
        Map<?, ?> one = Keywords.normal(outer);
        Map<?, ?> two = closed(Keywords.normal(inner));
        checkItems(one, two);
        checkItems(two, one);
        Map<Object, Object> merged = new LinkedHashMap<>(one);
        two.forEach((key, value) -> {
            if (!merged.containsKey(key)) {
                merged.put(key, value);
            } else if (!merged.get(key).equals(value)) {
                merged.put(key, both(key.toString(), merged.get(key), value));
            }
        });
        mergeProperties(one, two, merged);
        boolean clash = one.containsKey("const") && two.containsKey("const") && merged.get("const") == CLASH;
        return clash ? NOTHING : merged;
    }

    private static final Object CLASH = new Object();

    /** What a part says about properties that it does not know, it says without the others' properties. */
    private static Map<?, ?> closed(Map<?, ?> part) {
        if (!part.containsKey(UNEVALUATED) || Boolean.TRUE.equals(part.get(UNEVALUATED))) {
            return Keywords.without(part, UNEVALUATED);
        }
        for (String key : List.of("allOf", "anyOf", "oneOf", "$ref")) {
            if (part.containsKey(key)) {
                throw Keywords.refused(UNEVALUATED, "beside '" + key + "' in a part of a schema");
            }
        }
        Map<Object, Object> found = new LinkedHashMap<>(part);
        Object value = found.remove(UNEVALUATED);
        found.putIfAbsent(ADDITIONAL, value);
        return found;
    }

    /** One side's items may be the other's first ones. */
    private static void checkItems(Map<?, ?> one, Map<?, ?> other) {
        boolean tuple = one.containsKey("prefixItems") || one.get("items") instanceof List;
        boolean same = one.containsKey("prefixItems") && one.get("prefixItems").equals(other.get("prefixItems"));
        if (tuple && !same && (other.containsKey("items") || other.containsKey("prefixItems"))) {
            throw Keywords.refused("prefixItems", "beside other items in another part of a schema");
        }
    }

    private static Object both(String key, Object a, Object b) {
        return switch (key) {
            case "required" -> joined(key, a, b, true);
            case "allOf" -> joined(key, a, b, false);
            case "anyOf", "oneOf" -> product(key, a, b);
            case "type" -> types(a, b);
            case "const" -> SchemaCheck.same(a, b) ? a : CLASH;
            case "enum" -> common(a, b);
            case "minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties" -> larger(key, a, b) ? a : b;
            case "maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties" -> larger(key, a, b) ? b : a;
            case "uniqueItems" -> true;
            case "items", "additionalItems", "unevaluatedItems" -> and(a, b);
            case "properties", ADDITIONAL -> a; // see mergeProperties
            case UNEVALUATED -> and(a, b);
            default -> {
                if (Keywords.constrains(key)) {
                    throw new GrammarException("JSON Schema: two different '" + key + "' hold together");
                }
                yield a;
            }
        };
    }

    private static void mergeProperties(Map<?, ?> one, Map<?, ?> two, Map<Object, Object> merged) {
        Map<?, ?> first = Keywords.properties(one);
        Map<?, ?> second = Keywords.properties(two);
        Object firstOthers = one.containsKey(ADDITIONAL) ? one.get(ADDITIONAL) : Boolean.TRUE;
        Object secondOthers = two.containsKey(ADDITIONAL) ? two.get(ADDITIONAL) : Boolean.TRUE;
        Map<Object, Object> all = new LinkedHashMap<>();
        first.forEach((name, schema) ->
                all.put(name, and(schema, second.containsKey(name) ? second.get(name) : secondOthers)));
        second.forEach((name, schema) -> all.computeIfAbsent(name, key -> and(firstOthers, schema)));
        if (merged.containsKey("properties")) {
            merged.put("properties", all);
        }
        if (merged.containsKey(ADDITIONAL)) {
            merged.put(ADDITIONAL, and(firstOthers, secondOthers));
        }
    }

    private static Object and(Object a, Object b) {
        if (a.equals(b) || Boolean.TRUE.equals(b) || Boolean.FALSE.equals(a)) {
            return a;
        }
        return Boolean.TRUE.equals(a) || Boolean.FALSE.equals(b) ? b : Map.of("allOf", List.of(a, b));
    }

    /** Each of the one with all of the other. */
    private static Object product(String key, Object a, Object b) {
        List<Object> all = new ArrayList<>();
        if (!(a instanceof List<?> first) || !(b instanceof List<?>)) {
            throw Keywords.mustBe(key, "an array");
        }
        first.forEach(alternative -> all.add(Map.of("allOf", List.of(alternative, Map.of(key, b)))));
        return all;
    }

    private static Object types(Object a, Object b) {
        List<?> first = a instanceof List<?> list ? list : List.of(a);
        List<?> second = b instanceof List<?> list ? list : List.of(b);
        Set<Object> common = new LinkedHashSet<>();
        for (Object type : first) {
            for (Object other : second) {
                if (type.equals(other) || type.equals("integer") && other.equals("number")) {
                    common.add(type);
                } else if (type.equals("number") && other.equals("integer")) {
                    common.add(other);
                }
            }
        }
        return List.copyOf(common);
    }

    private static Object common(Object a, Object b) {
        if (!(a instanceof List<?> first) || !(b instanceof List<?> second)) {
            throw Keywords.mustBe("enum", "an array");
        }
        return first.stream()
                .filter(x -> second.stream().anyMatch(y -> SchemaCheck.same(x, y)))
                .toList();
    }

    private static List<Object> joined(String key, Object a, Object b, boolean distinct) {
        if (!(a instanceof List<?> first) || !(b instanceof List<?> second)) {
            throw Keywords.mustBe(key, "an array");
        }
        List<Object> all = new ArrayList<>(first);
        second.stream().filter(x -> !distinct || !first.contains(x)).forEach(all::add);
        return all;
    }

    private static boolean larger(String key, Object a, Object b) {
        BigDecimal first = Keywords.decimal(a, key);
        return first.compareTo(Keywords.decimal(b, key)) > 0;
    }
}
