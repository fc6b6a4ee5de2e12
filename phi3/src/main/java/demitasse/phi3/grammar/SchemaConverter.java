package demitasse.phi3.grammar;

import demitasse.phi3.grammar.RuleBuilder.Element;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON Schema to grammar. What the grammar accepts, the schema allows; of what the schema allows, the grammar takes one
 * form, that of llama.cpp's common/json-schema-to-grammar.cpp: required properties first, in the schema's order, then the
 * optional ones in that order; a little space between tokens, none at the end. Objects with {@code properties} are closed
 * unless {@code additionalProperties} opens them.
 */
final class SchemaConverter {
    private static final int MOST_NESTING = 200;
    private static final int MOST_SPACE = 20;

    /** Characters of schemas, counted as often as they are looked at: references and combinations multiply. */
    private static final long MOST_WORK = 20_000_000;

    private static final List<String> ALL_TYPES = List.of("object", "array", "string", "number", "boolean", "null");
    private static final List<String> OF_OBJECTS = List.of(
            "properties",
            "required",
            "additionalProperties",
            "unevaluatedProperties",
            "minProperties",
            "maxProperties");
    private static final List<String> OF_ARRAYS =
            List.of("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "unevaluatedItems");
    private static final List<String> OF_STRINGS = List.of("pattern", "minLength", "maxLength");
    private static final List<String> OF_NUMBERS =
            List.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf");

    private final RuleBuilder builder = new RuleBuilder();
    private final SchemaReferences references;
    private final SchemaCheck check;
    /** The rule of each schema by its text. */
    private final Map<String, Integer> rules = new HashMap<>();

    private final List<Element> space;
    private final SchemaStrings strings;
    private final SchemaNumbers numbers;
    private final SchemaObjects objects;
    private final SchemaArrays arrays;
    private List<Element> anyValue;
    private int nesting;
    private long work;

    private SchemaConverter(Map<?, ?> document) {
        references = new SchemaReferences(document);
        check = new SchemaCheck(references);
        List<Element> line = builder.repeat(RuleBuilder.literal("\n"), 1, 2);
        List<Element> indent = builder.repeat(RuleBuilder.chars(CharSet.pairs("  \t\t", false)), 0, MOST_SPACE);
        space = builder.choice(List.of(List.of(), RuleBuilder.literal(" "), RuleBuilder.sequence(line, indent)));
        strings = new SchemaStrings(builder);
        numbers = new SchemaNumbers(builder);
        objects = new SchemaObjects(this, builder, strings);
        arrays = new SchemaArrays(this, builder);
    }

    static RuleTable convert(Map<?, ?> schema) {
        SchemaConverter converter = new SchemaConverter(schema);
        int root = converter.builder.declare();
        converter.builder.define(root, List.of(converter.visit(schema)));
        LeftRecursion.refuse(converter.builder, false);
        RuleTable table = RuleTable.of(converter.builder, root);
        if (table.alternatives(root).length == 0) {
            throw new GrammarException("JSON Schema: nothing can satisfy it");
        }
        return table;
    }

    /** What a schema allows. */
    List<Element> visit(Object node) {
        if (node instanceof Boolean flag) {
            return flag ? any() : impossible();
        }
        if (!(node instanceof Map<?, ?> schema)) {
            throw new GrammarException("JSON Schema: expected an object or a boolean, not " + node);
        }
        if (nesting >= MOST_NESTING) {
            throw new GrammarException("JSON Schema: more than " + MOST_NESTING + " levels");
        }
        String key = JsonText.write(schema);
        work += key.length();
        if (work > MOST_WORK) {
            throw new GrammarException("JSON Schema: it explodes: combinations or references multiply");
        }
        Integer known = rules.get(key);
        if (known != null) {
            return RuleBuilder.reference(known);
        }
        int rule = builder.declare();
        rules.put(key, rule);
        nesting++;
        builder.define(rule, List.of(schema(Keywords.normal(schema))));
        nesting--;
        return RuleBuilder.reference(rule);
    }

    static List<Element> impossible() {
        return RuleBuilder.chars(new CharSet(List.of(), false));
    }

    private List<Element> schema(Map<?, ?> schema) {
        Keywords.check(schema);
        if (schema.containsKey("$ref")) {
            return visit(references.resolve(schema));
        }
        if (schema.containsKey("allOf")) {
            return allOf(schema);
        }
        for (String key : List.of("oneOf", "anyOf")) {
            if (schema.containsKey(key)) {
                return alternatives(schema, key);
            }
        }
        if (schema.containsKey("const") || schema.containsKey("enum")) {
            List<?> values = schema.containsKey("const")
                    ? Collections.singletonList(schema.get("const"))
                    : Keywords.list(schema, "enum");
            List<List<Element>> ways = new ArrayList<>();
            for (Object value : values) {
                if (check.fits(value, schema)) {
                    ways.add(RuleBuilder.literal(JsonText.write(value)));
                }
            }
            return choice(ways);
        }
        return typed(schema);
    }

    private List<Element> choice(List<List<Element>> ways) {
        return ways.isEmpty() ? impossible() : builder.choice(ways);
    }

    private List<Element> alternatives(Map<?, ?> schema, String key) {
        Map<?, ?> rest = Keywords.without(schema, key);
        boolean alone = !Keywords.constrainsAnything(rest);
        List<Object> all = new ArrayList<>();
        for (Object alternative : Keywords.list(schema, key)) {
            all.add(alone ? alternative : SchemaMerge.merge(rest, references.resolve(alternative)));
        }
        if (key.equals("oneOf")) {
            all = new SchemaOverlap(references, check).narrowed(all);
        }
        return choice(all.stream().map(this::visit).toList());
    }

    private List<Element> allOf(Map<?, ?> schema) {
        Map<?, ?> merged = Keywords.without(schema, "allOf");
        for (Object part : Keywords.list(schema, "allOf")) {
            merged = SchemaMerge.merge(merged, references.resolve(part));
        }
        List<Element> usual = visit(merged);
        Map<?, ?> properties = Keywords.properties(merged);
        if (properties.isEmpty()) {
            return usual;
        }
        // llama.cpp takes all properties of the parts, in their order: as good.
        Map<Object, Object> strict = new LinkedHashMap<>(merged);
        strict.put("required", new ArrayList<>(properties.keySet()));
        return builder.choice(List.of(usual, visit(strict)));
    }

    private List<Element> typed(Map<?, ?> schema) {
        if (!Keywords.constrainsAnything(schema)) {
            return any();
        }
        List<List<Element>> ways = new ArrayList<>();
        for (String type : types(schema)) {
            ways.add(ofType(schema, type));
        }
        return choice(ways);
    }

    /** The types that a schema names, or those that its keywords are about. */
    static List<String> types(Map<?, ?> schema) {
        Object type = schema.get("type");
        if (type instanceof List<?> types) {
            return types.stream().map(String::valueOf).toList();
        }
        if (type != null) {
            return List.of(type.toString());
        }
        if (holds(schema, OF_OBJECTS)) {
            return List.of("object");
        }
        if (holds(schema, OF_ARRAYS)) {
            return List.of("array");
        }
        if (holds(schema, OF_STRINGS) || SchemaFormats.pattern(schema) != null) {
            return List.of("string");
        }
        return ALL_TYPES;
    }

    private static boolean holds(Map<?, ?> schema, List<String> keys) {
        return keys.stream().anyMatch(key -> schema.containsKey(key) && !Boolean.TRUE.equals(schema.get(key)));
    }

    private List<Element> ofType(Map<?, ?> schema, String type) {
        return switch (type) {
            case "null" -> RuleBuilder.literal("null");
            case "boolean" -> builder.choice(List.of(RuleBuilder.literal("true"), RuleBuilder.literal("false")));
            case "integer" -> numbers.integer(schema);
            case "number" -> numbers.number(schema);
            case "string" -> strings.string(schema);
            case "array" -> arrays.array(schema);
            case "object" -> objects.object(schema);
            default -> throw new GrammarException("JSON Schema: unknown type '" + type + "'");
        };
    }

    /** Any JSON value. */
    List<Element> any() {
        if (anyValue == null) {
            int rule = builder.declare();
            anyValue = RuleBuilder.reference(rule);
            List<List<Element>> ways = new ArrayList<>();
            for (String type : ALL_TYPES) {
                ways.add(ofType(Map.of("type", type), type));
            }
            builder.define(rule, ways);
        }
        return anyValue;
    }

    List<Element> comma() {
        return RuleBuilder.sequence(RuleBuilder.literal(","), space);
    }

    List<Element> pair(List<Element> name, List<Element> value) {
        List<Element> all = RuleBuilder.sequence(name, space, RuleBuilder.literal(":"), space, value);
        int rule = builder.declare();
        builder.define(rule, List.of(all));
        return RuleBuilder.reference(rule);
    }

    List<Element> bracketed(String open, List<Element> inside, String close) {
        return RuleBuilder.sequence(RuleBuilder.literal(open), space, inside, space, RuleBuilder.literal(close));
    }
}
