package demitasse.phi3.grammar;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whether what we write for one alternative of {@code oneOf} may fit another, too. */
final class SchemaOverlap {
    private static final int MOST_ALTERNATIVES = 200;
    private static final int MOST_NESTING = 20;

    private final SchemaReferences references;
    private final SchemaCheck check;

    SchemaOverlap(SchemaReferences references, SchemaCheck check) {
        this.references = references;
        this.check = check;
    }

    /**
     * The alternatives, narrowed where they overlap: without values that others take as well, or without properties that
     * others ask for.
     *
     * @throws GrammarException unless it is plain then that a document fits one of them only
     */
    List<Object> narrowed(List<?> alternatives) {
        if (alternatives.size() > MOST_ALTERNATIVES) {
            throw new GrammarException("JSON Schema: more than " + MOST_ALTERNATIVES + " alternatives of 'oneOf'");
        }
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < alternatives.size(); i++) {
            Object narrow = alternatives.get(i);
            for (int j = 0; j < alternatives.size(); j++) {
                if (i != j && !apart(narrow, alternatives.get(j), 0)) {
                    narrow = narrowed(narrow, alternatives.get(j));
                    if (!apart(narrow, alternatives.get(j), 0)) {
                        throw new GrammarException("JSON Schema: alternatives " + (Math.min(i, j) + 1) + " and "
                                + (Math.max(i, j) + 1) + " of 'oneOf' may overlap; 'anyOf' allows that");
                    }
                }
            }
            all.add(narrow);
        }
        return all;
    }

    private Object narrowed(Object alternative, Object other) {
        if (!(references.resolve(alternative) instanceof Map<?, ?> one)
                || !(references.resolve(other) instanceof Map<?, ?> two)) {
            return alternative;
        }
        Map<Object, Object> narrow = new LinkedHashMap<>(one);
        List<?> values = values(one);
        if (values != null) {
            narrow.put(
                    "enum",
                    values.stream().filter(value -> !check.fits(value, two)).toList());
            return narrow;
        }
        List<String> always = Keywords.required(one);
        Map<Object, Object> properties = new LinkedHashMap<>(Keywords.properties(one));
        Keywords.required(two).stream()
                .filter(name -> !always.contains(name) && properties.containsKey(name))
                .findFirst()
                .ifPresent(name -> properties.put(name, false));
        narrow.put("properties", properties);
        return narrow;
    }

    /** Whether nothing that is written for the one fits the other. */
    private boolean apart(Object written, Object other, int nesting) {
        Object one = references.resolve(written);
        Object two = references.resolve(other);
        if (Boolean.FALSE.equals(one) || Boolean.FALSE.equals(two)) {
            return true;
        }
        if (!(one instanceof Map<?, ?> first) || !(two instanceof Map<?, ?> second) || nesting > MOST_NESTING) {
            return false;
        }
        List<?> values = values(first);
        if (values != null) {
            return values.stream().noneMatch(value -> check.fits(value, first) && check.fits(value, second));
        }
        List<?> others = values(second);
        if (others != null) {
            return others.stream().noneMatch(value -> check.fits(value, second) && check.fits(value, first));
        }
        for (String key : List.of("anyOf", "oneOf")) {
            if (first.containsKey(key)
                            && Keywords.list(first, key).stream().allMatch(a -> apart(a, second, nesting + 1))
                    || second.containsKey(key)
                            && Keywords.list(second, key).stream().allMatch(b -> apart(first, b, nesting + 1))) {
                return true;
            }
        }
        return typed(Keywords.normal(first), Keywords.normal(second), nesting);
    }

    private static List<?> values(Map<?, ?> schema) {
        if (schema.containsKey("const")) {
            return Collections.singletonList(schema.get("const"));
        }
        return schema.containsKey("enum") ? Keywords.list(schema, "enum") : null;
    }

    private boolean typed(Map<?, ?> first, Map<?, ?> second, int nesting) {
        boolean plain = !combined(first);
        List<String> types = plain ? SchemaConverter.types(first) : typesSaid(first);
        List<String> others = typesSaid(second);
        return types.stream()
                .allMatch(type -> others.stream().noneMatch(other -> alike(type, other))
                        || switch (type) {
                            case "object" -> objects(first, second, plain, nesting);
                            case "string" -> above(first, second, "minLength", "maxLength");
                            case "array" -> above(first, second, "minItems", "maxItems");
                            case "number", "integer" -> numbers(first, second) || numbers(second, first);
                            default -> false;
                        });
    }

    /** Not all that it says stands in its own keywords. */
    private static boolean combined(Map<?, ?> schema) {
        return List.of("allOf", "anyOf", "oneOf").stream().anyMatch(schema::containsKey);
    }

    private static List<String> typesSaid(Map<?, ?> schema) {
        return schema.containsKey("type")
                ? SchemaConverter.types(schema)
                : List.of("object", "array", "string", "number", "boolean", "null");
    }

    private static boolean alike(String type, String other) {
        return type.equals(other) || number(type) && number(other);
    }

    private static boolean number(String type) {
        return type.equals("number") || type.equals("integer");
    }

    private boolean objects(Map<?, ?> first, Map<?, ?> second, boolean plain, int nesting) {
        Map<?, ?> mine = Keywords.properties(first);
        Map<?, ?> theirs = Keywords.properties(second);
        List<String> always = Keywords.required(first);
        List<String> asked = Keywords.required(second);
        boolean closed = plain && !SchemaObjects.open(first);
        boolean lacks = asked.stream()
                .anyMatch(name -> Boolean.FALSE.equals(mine.get(name))
                        || closed && !mine.containsKey(name) && !always.contains(name));
        boolean forbidden = Boolean.FALSE.equals(SchemaObjects.others(second))
                && always.stream().anyMatch(name -> !theirs.containsKey(name));
        return lacks
                || forbidden
                || mine.keySet().stream()
                        .filter(theirs::containsKey)
                        .filter(name -> always.contains(name.toString()) || asked.contains(name.toString()))
                        .anyMatch(name -> apart(mine.get(name), theirs.get(name), nesting + 1));
    }

    /** Whether the one's least is above the other's most, either way. */
    private static boolean above(Map<?, ?> first, Map<?, ?> second, String least, String most) {
        return Keywords.count(first, least, 0) > Keywords.count(second, most, Integer.MAX_VALUE)
                || Keywords.count(second, least, 0) > Keywords.count(first, most, Integer.MAX_VALUE);
    }

    private static boolean numbers(Map<?, ?> low, Map<?, ?> high) {
        return List.of("maximum", "exclusiveMaximum").stream()
                .filter(low::containsKey)
                .anyMatch(most -> List.of("minimum", "exclusiveMinimum").stream()
                        .filter(high::containsKey)
                        .anyMatch(least -> {
                            int order = Keywords.number(low, most).compareTo(Keywords.number(high, least));
                            return order < 0 || order == 0 && (most + least).contains("exclusive");
                        }));
    }
}
