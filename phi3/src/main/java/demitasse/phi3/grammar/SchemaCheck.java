package demitasse.phi3.grammar;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** Whether a value that a schema names (const, enum) fits what the schema says besides. */
final class SchemaCheck {
    private final SchemaReferences references;

    SchemaCheck(SchemaReferences references) {
        this.references = references;
    }

    /** Equal as JSON values: 1 and 1.0 are one. */
    static boolean same(Object a, Object b) {
        if (a instanceof Number && b instanceof Number) {
            return Keywords.decimal(a, "enum").compareTo(Keywords.decimal(b, "enum")) == 0;
        }
        if (a instanceof List<?> one && b instanceof List<?> two) {
            if (one.size() != two.size()) {
                return false;
            }
            for (int i = 0; i < one.size(); i++) {
                if (!same(one.get(i), two.get(i))) {
                    return false;
                }
            }
            return true;
        }
        if (a instanceof Map<?, ?> one && b instanceof Map<?, ?> two) {
            return one.keySet().equals(two.keySet())
                    && one.keySet().stream().allMatch(key -> same(one.get(key), two.get(key)));
        }
        return a == null ? b == null : a.equals(b);
    }

    /** @throws GrammarException if there is a keyword that we cannot check */
    boolean fits(Object value, Object node) {
        Object resolved = references.resolve(node);
        if (resolved instanceof Boolean flag) {
            return flag;
        }
        if (!(resolved instanceof Map<?, ?> map)) {
            throw new GrammarException("JSON Schema: expected an object or a boolean, not " + resolved);
        }
        Map<?, ?> schema = Keywords.normal(map);
        Keywords.check(schema);
        if (!combinations(value, schema) || !named(value, schema) || !typed(value, schema)) {
            return false;
        }
        return switch (value) {
            case Number number -> number(Keywords.decimal(number, "enum"), schema);
            case String text -> text(text, schema);
            case List<?> list -> list(list, schema);
            case Map<?, ?> object -> object(object, schema);
            case null, default -> true;
        };
    }

    private boolean combinations(Object value, Map<?, ?> schema) {
        return (!schema.containsKey("allOf")
                        || Keywords.list(schema, "allOf").stream().allMatch(part -> fits(value, part)))
                && (!schema.containsKey("anyOf")
                        || Keywords.list(schema, "anyOf").stream().anyMatch(part -> fits(value, part)))
                && (!schema.containsKey("oneOf")
                        || Keywords.list(schema, "oneOf").stream()
                                        .filter(part -> fits(value, part))
                                        .count()
                                == 1);
    }

    private static boolean named(Object value, Map<?, ?> schema) {
        return (!schema.containsKey("const") || same(value, schema.get("const")))
                && (!schema.containsKey("enum")
                        || Keywords.list(schema, "enum").stream().anyMatch(one -> same(value, one)));
    }

    private static boolean typed(Object value, Map<?, ?> schema) {
        Object type = schema.get("type");
        List<?> types = type instanceof List<?> list ? list : type == null ? List.of() : List.of(type);
        return type == null || types.stream().anyMatch(one -> isOf(value, one.toString()));
    }

    private static boolean isOf(Object value, String type) {
        return switch (value) {
            case null -> type.equals("null");
            case Boolean flag -> type.equals("boolean");
            case String text -> type.equals("string");
            case List<?> list -> type.equals("array");
            case Map<?, ?> map -> type.equals("object");
            default ->
                type.equals("number")
                        || type.equals("integer")
                                && Keywords.decimal(value, "enum")
                                                .stripTrailingZeros()
                                                .scale()
                                        <= 0;
        };
    }

    private static boolean number(BigDecimal value, Map<?, ?> schema) {
        BigDecimal min = Keywords.number(schema, "minimum");
        BigDecimal max = Keywords.number(schema, "maximum");
        BigDecimal above = Keywords.number(schema, "exclusiveMinimum");
        BigDecimal below = Keywords.number(schema, "exclusiveMaximum");
        BigDecimal step = Keywords.number(schema, "multipleOf");
        return (min == null || value.compareTo(min) >= 0)
                && (max == null || value.compareTo(max) <= 0)
                && (above == null || value.compareTo(above) > 0)
                && (below == null || value.compareTo(below) < 0)
                && (step == null || step.signum() > 0 && value.remainder(step).signum() == 0);
    }

    private boolean text(String text, Map<?, ?> schema) {
        int length = text.codePointCount(0, text.length());
        if (!within(length, schema, "minLength", "maxLength")) {
            return false;
        }
        String pattern = Keywords.text(schema, "pattern");
        String format = SchemaFormats.pattern(schema);
        return matches(text, pattern) && matches(text, format);
    }

    /** By our own automaton, whose time is bounded. */
    private static boolean matches(String text, String pattern) {
        return pattern == null
                || Grammar.ofJsonSchema(Map.of("type", "string", "pattern", pattern))
                        .accepts(JsonText.quoted(text));
    }

    private boolean list(List<?> list, Map<?, ?> schema) {
        if (!within(list.size(), schema, "minItems", "maxItems")) {
            return false;
        }
        if (Boolean.TRUE.equals(schema.get("uniqueItems"))) {
            throw Keywords.refused("uniqueItems", "beside 'enum' or 'const' of arrays");
        }
        SchemaArrays.Items items = SchemaArrays.items(schema);
        for (int i = 0; i < list.size(); i++) {
            Object of = i < items.first().size() ? items.first().get(i) : items.others();
            if (of != null && !fits(list.get(i), of)) {
                return false;
            }
        }
        return true;
    }

    private boolean object(Map<?, ?> object, Map<?, ?> schema) {
        if (!within(object.size(), schema, "minProperties", "maxProperties")
                || !object.keySet().containsAll(Keywords.required(schema))) {
            return false;
        }
        Map<?, ?> properties = Keywords.properties(schema);
        Object others = SchemaObjects.others(schema);
        return object.keySet().stream().allMatch(name -> {
            Object of = properties.containsKey(name) ? properties.get(name) : others;
            return of == null || fits(object.get(name), of);
        });
    }

    private static boolean within(int count, Map<?, ?> schema, String least, String most) {
        return count >= Keywords.count(schema, least, 0) && count <= Keywords.count(schema, most, Integer.MAX_VALUE);
    }
}
