package demitasse.phi3.grammar;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The keywords of a JSON Schema: those that we cannot enforce, and the values of the others, checked. */
final class Keywords {
    /** These say things that a context-free grammar cannot, or that we do not turn into one. */
    private static final List<String> REFUSED = List.of(
            "not",
            "patternProperties",
            "dependentRequired",
            "dependentSchemas",
            "dependencies",
            "propertyNames",
            "contains",
            "$dynamicRef",
            "$recursiveRef");

    private static final Set<String> CONSTRAINTS = Set.of(
            "$ref",
            "allOf",
            "anyOf",
            "oneOf",
            "type",
            "const",
            "enum",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
            "minLength",
            "maxLength",
            "pattern",
            "format",
            "items",
            "prefixItems",
            "additionalItems",
            "unevaluatedItems",
            "minItems",
            "maxItems",
            "uniqueItems",
            "properties",
            "required",
            "additionalProperties",
            "unevaluatedProperties",
            "minProperties",
            "maxProperties");

    /** Digits before or after the point of a number that is taken seriously. */
    private static final int MOST_MAGNITUDE = 400;

    private Keywords() {}

    /** Whether a keyword can forbid a document; all others are notes. */
    static boolean constrains(Object keyword) {
        return CONSTRAINTS.contains(keyword.toString()) || REFUSED.contains(keyword.toString());
    }

    static boolean constrainsAnything(Map<?, ?> schema) {
        return schema.keySet().stream().anyMatch(Keywords::constrains);
    }

    /** @throws GrammarException if there is a keyword that we cannot enforce */
    static void check(Map<?, ?> schema) {
        for (String key : REFUSED) {
            boolean harmless = schema.get(key) instanceof Map<?, ?> map && map.isEmpty() && !key.equals("not");
            if (schema.containsKey(key) && (!harmless || key.equals("contains"))) {
                throw refused(key);
            }
        }
        if (schema.containsKey("if") && (schema.containsKey("then") || schema.containsKey("else"))) {
            throw refused("if");
        }
    }

    static GrammarException refused(String key) {
        return new GrammarException("JSON Schema: '" + key + "' is not supported");
    }

    static GrammarException refused(String key, String how) {
        return new GrammarException("JSON Schema: '" + key + "' " + how + " is not supported");
    }

    static GrammarException mustBe(String key, String what) {
        return new GrammarException("JSON Schema: '" + key + "' must be " + what);
    }

    static Map<?, ?> without(Map<?, ?> schema, String... keys) {
        Map<Object, Object> rest = new LinkedHashMap<>(schema);
        rest.keySet().removeAll(List.of(keys));
        return rest;
    }

    /** With draft 4's {@code exclusiveMinimum: true} written as later drafts do. */
    static Map<?, ?> normal(Map<?, ?> schema) {
        Map<?, ?> found = schema;
        for (String side : List.of("Minimum", "Maximum")) {
            String exclusive = "exclusive" + side;
            if (found.get(exclusive) instanceof Boolean flag) {
                Map<Object, Object> changed = new LinkedHashMap<>(found);
                Object bound = flag ? changed.remove(side.toLowerCase(Locale.ROOT)) : null;
                changed.remove(exclusive);
                if (bound != null) {
                    changed.put(exclusive, bound);
                }
                found = changed;
            }
        }
        return found;
    }

    static List<?> list(Map<?, ?> schema, String key) {
        if (schema.get(key) instanceof List<?> list) {
            return list;
        }
        throw mustBe(key, "an array");
    }

    /** Null if there is no such keyword. */
    static String text(Map<?, ?> schema, String key) {
        Object value = schema.get(key);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw mustBe(key, "a string");
    }

    /** The value of {@code properties}; empty if there is none. */
    static Map<?, ?> properties(Map<?, ?> schema) {
        Object value = schema.get("properties");
        if (value == null || value instanceof Map<?, ?>) {
            return value == null ? Map.of() : (Map<?, ?>) value;
        }
        throw mustBe("properties", "an object");
    }

    /** Names that must be there, in the schema's order. */
    static List<String> required(Map<?, ?> schema) {
        if (!schema.containsKey("required")) {
            return List.of();
        }
        return list(schema, "required").stream().map(String::valueOf).distinct().toList();
    }

    /** Null if there is no such keyword. */
    static BigDecimal number(Map<?, ?> schema, String key) {
        Object value = schema.get(key);
        return value == null ? null : decimal(value, key);
    }

    static BigDecimal decimal(Object value, String key) {
        if (value instanceof Number number) {
            try {
                BigDecimal decimal = new BigDecimal(number.toString());
                if (Math.abs((long) decimal.precision() - decimal.scale()) < MOST_MAGNITUDE
                        && Math.abs(decimal.scale()) < MOST_MAGNITUDE) {
                    return decimal;
                }
            } catch (NumberFormatException e) {
                // Infinity or NaN, which some readers make of 1e999
            }
            throw mustBe(key, "a number of a sane size");
        }
        throw mustBe(key, "a number");
    }

    /** How many; {@code otherwise} if there is no such keyword. */
    static int count(Map<?, ?> schema, String key, int otherwise) {
        BigDecimal value = number(schema, key);
        if (value == null) {
            return otherwise;
        }
        boolean whole = value.stripTrailingZeros().scale() <= 0;
        if (!whole || value.signum() < 0 || value.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) > 0) {
            throw mustBe(key, "a count, not " + value);
        }
        return value.intValue();
    }
}
