package demitasse.phi3.grammar;

import demitasse.phi3.grammar.RuleBuilder.Element;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * JSON Schema to grammar. The language is that of llama.cpp's common/json-schema-to-grammar.cpp: required properties
 * first, in the schema's order, then the optional ones in that order; a little space between tokens, none at the end.
 */
final class SchemaConverter {
    /** What JSON strings must escape, and U+007F. */
    static final List<Integer> ESCAPED = List.of((int) '"', (int) '"', (int) '\\', (int) '\\', 0x7F, 0x7F, 0, 0x1F);

    /** These say things that a context-free grammar cannot, or that we do not turn into one. */
    private static final List<String> UNSUPPORTED = List.of(
            "not",
            "if",
            "patternProperties",
            "dependentRequired",
            "dependentSchemas",
            "propertyNames",
            "contains",
            "multipleOf");

    private static final int MOST_NESTING = 200;
    private static final int MOST_SPACE = 20;
    private static final Map<String, String> FORMATS = Map.of(
            "date",
            "\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])",
            "time",
            "([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{3})?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)",
            "uuid",
            "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private final RuleBuilder builder = new RuleBuilder();
    private final Map<?, ?> document;
    private final Map<String, Integer> references = new HashMap<>();
    private final List<Element> space;
    private final List<Element> character;
    private List<Element> anyValue;
    private int nesting;

    private SchemaConverter(Map<?, ?> document) {
        this.document = document;
        List<Element> line = builder.repeat(RuleBuilder.literal("\n"), 1, 2);
        List<Element> indent = builder.repeat(RuleBuilder.chars(CharSet.pairs("  \t\t", false)), 0, MOST_SPACE);
        space = builder.choice(List.of(List.of(), RuleBuilder.literal(" "), RuleBuilder.sequence(line, indent)));
        List<Element> hex = RuleBuilder.chars(CharSet.pairs("09afAF", false));
        List<Element> letter = RuleBuilder.chars(CharSet.pairs("\"\"\\\\bbffnnrrtt", false));
        List<Element> unicode = RuleBuilder.sequence(RuleBuilder.literal("u"), builder.repeat(hex, 4, 4));
        List<Element> escape = builder.choice(List.of(letter, unicode));
        character = builder.choice(List.of(
                RuleBuilder.chars(excluding(List.of())), RuleBuilder.sequence(RuleBuilder.literal("\\"), escape)));
    }

    static RuleTable convert(Map<?, ?> schema) {
        SchemaConverter converter = new SchemaConverter(schema);
        int root = converter.builder.declare();
        converter.references.put("#", root);
        List<Element> whole = converter.visit(schema);
        converter.builder.define(root, List.of(whole));
        LeftRecursion.refuse(converter.builder, false);
        RuleTable table = RuleTable.of(converter.builder, root);
        if (table.alternatives(root).length == 0) {
            throw new GrammarException("JSON Schema: nothing can satisfy it");
        }
        return table;
    }

    /** Characters that stand in a JSON string as they are, but for these. */
    static CharSet excluding(List<Integer> others) {
        List<Integer> bounds = new ArrayList<>(ESCAPED);
        bounds.addAll(others);
        return new CharSet(bounds, true);
    }

    static CharSet without(CharSet chars, List<Integer> others) {
        List<Integer> outside = new ArrayList<>(new CharSet(chars.bounds(), !chars.negated()).ranges());
        outside.addAll(others);
        return new CharSet(new CharSet(outside, true).ranges(), false);
    }

    private List<Element> visit(Object node) {
        if (node instanceof Boolean flag) {
            return flag ? any() : impossible();
        }
        if (!(node instanceof Map<?, ?> schema)) {
            throw new GrammarException("JSON Schema: expected an object or a boolean, not " + node);
        }
        if (++nesting > MOST_NESTING) {
            throw new GrammarException("JSON Schema: more than " + MOST_NESTING + " levels");
        }
        for (String key : UNSUPPORTED) {
            if (schema.containsKey(key)) {
                throw new GrammarException("JSON Schema: '" + key + "' is not supported");
            }
        }
        List<Element> all = schema(schema);
        nesting--;
        return all;
    }

    private static List<Element> impossible() {
        return RuleBuilder.chars(new CharSet(List.of(), false));
    }

    private List<Element> schema(Map<?, ?> schema) {
        if (schema.get("$ref") instanceof String reference) {
            return RuleBuilder.reference(reference(reference));
        }
        if (schema.containsKey("allOf")) {
            return allOf(schema);
        }
        for (String key : List.of("oneOf", "anyOf")) {
            if (schema.containsKey(key)) {
                Map<?, ?> rest = SchemaMerge.without(schema, key);
                List<List<Element>> ways = new ArrayList<>();
                for (Object alternative : list(schema, key)) {
                    ways.add(visit(SchemaMerge.merge(rest, resolve(alternative, rest))));
                }
                return ways.isEmpty() ? impossible() : builder.choice(ways);
            }
        }
        if (schema.containsKey("const")) {
            return RuleBuilder.literal(JsonText.write(schema.get("const")));
        }
        if (schema.containsKey("enum")) {
            List<List<Element>> ways = new ArrayList<>();
            for (Object value : list(schema, "enum")) {
                ways.add(RuleBuilder.literal(JsonText.write(value)));
            }
            return ways.isEmpty() ? impossible() : builder.choice(ways);
        }
        return typed(schema);
    }

    /** An alternative beside other keywords is merged with them, for which its reference must be followed. */
    private Object resolve(Object alternative, Map<?, ?> beside) {
        boolean alone = beside.keySet().stream().noneMatch(SchemaMerge::constrains);
        return alone ? alternative : SchemaMerge.resolve(alternative, this::target);
    }

    private List<Element> allOf(Map<?, ?> schema) {
        Map<?, ?> merged = SchemaMerge.without(schema, "allOf");
        boolean optional = false;
        for (Object part : list(schema, "allOf")) {
            Object resolved = SchemaMerge.resolve(part, this::target);
            if (Boolean.FALSE.equals(resolved)) {
                return impossible();
            }
            merged = SchemaMerge.merge(merged, resolved);
            optional = true;
        }
        List<Element> usual = visit(merged);
        if (!optional || !(merged.get("properties") instanceof Map<?, ?> properties) || properties.isEmpty()) {
            return usual;
        }
        // llama.cpp takes all properties of the parts, in their order: as good.
        Map<Object, Object> strict = new LinkedHashMap<>(merged);
        strict.put("required", new ArrayList<>(properties.keySet()));
        return builder.choice(List.of(usual, visit(strict)));
    }

    private List<Element> typed(Map<?, ?> schema) {
        Object type = schema.get("type");
        if (type instanceof List<?> types) {
            List<List<Element>> ways = new ArrayList<>();
            for (Object one : types) {
                ways.add(ofType(schema, String.valueOf(one)));
            }
            return ways.isEmpty() ? impossible() : builder.choice(ways);
        }
        if (type != null) {
            return ofType(schema, type.toString());
        }
        if (schema.containsKey("properties")
                || schema.containsKey("required")
                || schema.containsKey("additionalProperties")
                        && !Boolean.TRUE.equals(schema.get("additionalProperties"))) {
            return ofType(schema, "object");
        }
        if (schema.containsKey("items") || schema.containsKey("prefixItems")) {
            return ofType(schema, "array");
        }
        boolean text = schema.containsKey("pattern") || schema.containsKey("minLength");
        return text || schema.containsKey("maxLength") || schema.containsKey("format")
                ? ofType(schema, "string")
                : any();
    }

    private List<Element> ofType(Map<?, ?> schema, String type) {
        return switch (type) {
            case "null" -> RuleBuilder.literal("null");
            case "boolean" -> builder.choice(List.of(RuleBuilder.literal("true"), RuleBuilder.literal("false")));
            case "integer" -> integer(schema);
            case "number" -> number(schema);
            case "string" -> string(schema);
            case "array" -> array(schema);
            case "object" -> object(schema);
            default -> throw new GrammarException("JSON Schema: unknown type '" + type + "'");
        };
    }

    private List<Element> integer(Map<?, ?> schema) {
        BigInteger min = bound(schema, "minimum", "exclusiveMinimum", true);
        BigInteger max = bound(schema, "maximum", "exclusiveMaximum", false);
        if (min == null && max == null) {
            return RuleBuilder.sequence(builder.optional(RuleBuilder.literal("-")), integral());
        }
        return builder.choice(DigitRanges.between(min, max));
    }

    private List<Element> integral() {
        List<Element> digits = builder.repeat(digit('0'), 0, DigitRanges.MOST_DIGITS - 1);
        return builder.choice(List.of(RuleBuilder.literal("0"), RuleBuilder.sequence(digit('1'), digits)));
    }

    private static List<Element> digit(char least) {
        return RuleBuilder.chars(CharSet.range(least, '9'));
    }

    /** The least or largest whole number that the bounds allow; null if there are none. */
    private static BigInteger bound(Map<?, ?> schema, String inclusive, String exclusive, boolean least) {
        RoundingMode inwards = least ? RoundingMode.CEILING : RoundingMode.FLOOR;
        BigInteger step = least ? BigInteger.ONE : BigInteger.ONE.negate();
        BigInteger found = null;
        if (schema.get(inclusive) instanceof Number number) {
            BigDecimal value = new BigDecimal(number.toString());
            found = value.setScale(0, inwards).toBigInteger();
            boolean whole = value.stripTrailingZeros().scale() <= 0;
            found = whole && Boolean.TRUE.equals(schema.get(exclusive)) ? found.add(step) : found;
        }
        if (schema.get(exclusive) instanceof Number number) {
            BigDecimal value = new BigDecimal(number.toString());
            boolean whole = value.stripTrailingZeros().scale() <= 0;
            BigInteger other = value.setScale(0, inwards).toBigInteger().add(whole ? step : BigInteger.ZERO);
            found = found == null || least == other.compareTo(found) > 0 ? other : found;
        }
        return found;
    }

    /** Numbers with bounds have at most a fraction that stays inside of them. */
    private List<Element> number(Map<?, ?> schema) {
        List<Element> fraction =
                RuleBuilder.sequence(RuleBuilder.literal("."), builder.repeat(digit('0'), 1, DigitRanges.MOST_DIGITS));
        BigInteger min = bound(schema, "minimum", "exclusiveMinimum", true);
        BigInteger max = bound(schema, "maximum", "exclusiveMaximum", false);
        if (min == null && max == null) {
            List<Element> exponent = RuleBuilder.sequence(
                    RuleBuilder.chars(CharSet.pairs("eeEE", false)),
                    builder.optional(RuleBuilder.chars(CharSet.pairs("++--", false))),
                    integral());
            return RuleBuilder.sequence(
                    builder.optional(RuleBuilder.literal("-")),
                    integral(),
                    builder.optional(fraction),
                    builder.optional(exponent));
        }
        List<List<Element>> ways = new ArrayList<>(DigitRanges.between(min, max));
        boolean room = min == null || max == null || min.compareTo(max) < 0;
        // A fraction leads away from zero: not from the outermost whole numbers.
        boolean positive = max == null || max.signum() > 0;
        if (room && positive) {
            BigInteger low = min == null ? BigInteger.ZERO : min.max(BigInteger.ZERO);
            BigInteger high = max == null ? null : max.subtract(BigInteger.ONE);
            ways.add(RuleBuilder.sequence(builder.choice(DigitRanges.between(low, high)), fraction));
        }
        if (room && (min == null || min.signum() < 0)) {
            BigInteger low = max == null || max.signum() >= 0 ? BigInteger.ZERO : max.negate();
            BigInteger high = min == null ? null : min.negate().subtract(BigInteger.ONE);
            ways.add(RuleBuilder.sequence(
                    RuleBuilder.literal("-"), builder.choice(DigitRanges.between(low, high)), fraction));
        }
        return builder.choice(ways);
    }

    private List<Element> string(Map<?, ?> schema) {
        if (schema.get("pattern") instanceof String pattern) {
            return quoted(new StringPattern(builder, character, pattern).convert());
        }
        String format = schema.get("format") instanceof String name ? name.replaceFirst("^uuid[1-5]$", "uuid") : "";
        String pattern =
                format.equals("date-time") ? FORMATS.get("date") + "T" + FORMATS.get("time") : FORMATS.get(format);
        if (pattern != null) {
            return quoted(new StringPattern(builder, character, "^" + pattern + "$").convert());
        }
        return quoted(repeat(character, schema, "minLength", "maxLength"));
    }

    private static List<Element> quoted(List<Element> inside) {
        return RuleBuilder.sequence(RuleBuilder.literal("\""), inside, RuleBuilder.literal("\""));
    }

    private List<Element> repeat(List<Element> item, Map<?, ?> schema, String least, String most) {
        int min = count(schema, least, 0);
        int max = count(schema, most, RuleBuilder.UNBOUNDED);
        if (max >= 0 && max < min) {
            throw new GrammarException("JSON Schema: " + most + " " + max + " is below " + least + " " + min);
        }
        return builder.repeat(item, min, max);
    }

    private static int count(Map<?, ?> schema, String key, int otherwise) {
        if (!(schema.get(key) instanceof Number number)) {
            return otherwise;
        }
        if (number.doubleValue() < 0 || number.doubleValue() > Integer.MAX_VALUE) {
            throw new GrammarException("JSON Schema: '" + key + "': " + number);
        }
        return number.intValue();
    }

    private List<Element> comma() {
        return RuleBuilder.sequence(RuleBuilder.literal(","), space);
    }

    private List<Element> array(Map<?, ?> schema) {
        Object items = schema.get("items");
        Object prefix = items instanceof List<?> ? items : schema.get("prefixItems");
        if (prefix instanceof List<?> tuple && !tuple.isEmpty()) {
            List<Element> all = new ArrayList<>();
            for (Object item : tuple) {
                all.addAll(all.isEmpty() ? List.of() : comma());
                all.addAll(visit(item));
            }
            if (items != null && items != prefix && !Boolean.FALSE.equals(items)) {
                all.addAll(builder.star(RuleBuilder.sequence(comma(), visit(items))));
            }
            return bracketed("[", all, "]");
        }
        int min = count(schema, "minItems", 0);
        int max = count(schema, "maxItems", RuleBuilder.UNBOUNDED);
        if (max >= 0 && max < min) {
            throw new GrammarException("JSON Schema: maxItems " + max + " is below minItems " + min);
        }
        if (max == 0 || Boolean.FALSE.equals(items)) {
            return bracketed("[", List.of(), "]");
        }
        List<Element> item = builder.choice(List.of(items == null ? any() : visit(items)));
        List<Element> more =
                builder.repeat(RuleBuilder.sequence(comma(), item), Math.max(0, min - 1), max < 0 ? max : max - 1);
        List<Element> all = RuleBuilder.sequence(item, more);
        return bracketed("[", min == 0 ? builder.optional(all) : all, "]");
    }

    private List<Element> bracketed(String open, List<Element> inside, String close) {
        return RuleBuilder.sequence(RuleBuilder.literal(open), space, inside, space, RuleBuilder.literal(close));
    }

    private List<Element> object(Map<?, ?> schema) {
        Map<?, ?> properties = schema.get("properties") instanceof Map<?, ?> map ? map : Map.of();
        Object additional = schema.get("additionalProperties");
        boolean open = properties.isEmpty()
                ? !Boolean.FALSE.equals(additional)
                : additional != null && !Boolean.FALSE.equals(additional);
        Set<String> required = new LinkedHashSet<>();
        if (schema.get("required") instanceof List<?> names) {
            names.forEach(name -> required.add(String.valueOf(name)));
        }
        Set<String> names = new LinkedHashSet<>();
        List<Element> all = new ArrayList<>();
        List<List<Element>> optional = new ArrayList<>();
        for (Map.Entry<?, ?> property : properties.entrySet()) {
            String name = property.getKey().toString();
            names.add(name);
            List<Element> pair = pair(RuleBuilder.literal(JsonText.quoted(name)), visit(property.getValue()));
            if (required.remove(name)) {
                all.addAll(all.isEmpty() ? List.of() : comma());
                all.addAll(pair);
            } else {
                optional.add(pair);
            }
        }
        // Required, though not described.
        for (String name : required) {
            List<Element> value = open && additional instanceof Map<?, ?> ? visit(additional) : any();
            all.addAll(all.isEmpty() ? List.of() : comma());
            all.addAll(pair(RuleBuilder.literal(JsonText.quoted(name)), value));
            names.add(name);
        }
        List<Element> others = null;
        if (open) {
            List<Element> value = additional == null || additional instanceof Boolean ? any() : visit(additional);
            others = pair(quoted(otherName(names)), value);
        }
        return bracketed("{", RuleBuilder.sequence(all, optional(optional, others, all.isEmpty())), "}");
    }

    /**
     * Optional pairs in their order, then others.
     *
     * @param first whether nothing stands before them, so that the first of them has no comma
     */
    private List<Element> optional(List<List<Element>> pairs, List<Element> others, boolean first) {
        List<Element> rest = others == null ? List.of() : builder.star(RuleBuilder.sequence(comma(), others));
        List<List<Element>> starts = new ArrayList<>();
        if (others != null) {
            starts.add(RuleBuilder.sequence(others, rest));
        }
        for (List<Element> pair : pairs.reversed()) {
            starts.add(RuleBuilder.sequence(pair, rest));
            rest = builder.choice(List.of(RuleBuilder.sequence(comma(), pair, rest), rest));
        }
        if (!first) {
            return rest;
        }
        starts.add(List.of());
        return builder.choice(starts);
    }

    private List<Element> pair(List<Element> name, List<Element> value) {
        List<Element> all = RuleBuilder.sequence(name, space, RuleBuilder.literal(":"), space, value);
        int rule = builder.declare();
        builder.define(rule, List.of(all));
        return RuleBuilder.reference(rule);
    }

    /** The inside of a string that is none of these: a way that leaves each of them somewhere. */
    private List<Element> otherName(Set<String> names) {
        if (names.isEmpty()) {
            return builder.star(character);
        }
        Letters root = new Letters(new TreeMap<>(), new boolean[1]);
        for (String name : names) {
            Letters node = root;
            for (int c : JsonText.escaped(name).codePoints().toArray()) {
                node = node.next().computeIfAbsent(c, key -> new Letters(new TreeMap<>(), new boolean[1]));
            }
            node.end()[0] = true;
        }
        return other(root, false);
    }

    private record Letters(TreeMap<Integer, Letters> next, boolean[] end) {}

    private List<Element> other(Letters node, boolean escape) {
        List<List<Element>> ways = new ArrayList<>();
        List<Integer> known = new ArrayList<>();
        node.next().forEach((c, below) -> {
            known.add(c);
            known.add(c);
            ways.add(RuleBuilder.sequence(RuleBuilder.chars(CharSet.of(c)), other(below, !escape && c == '\\')));
        });
        List<Element> tail = builder.star(character);
        if (escape) {
            CharSet letters = without(CharSet.pairs("\"\"\\\\bbffnnrrtt", false), known);
            if (!letters.ranges().isEmpty()) {
                ways.add(RuleBuilder.sequence(RuleBuilder.chars(letters), tail));
            }
            return builder.choice(ways);
        }
        if (!node.end()[0]) {
            ways.add(List.of());
        }
        ways.add(RuleBuilder.sequence(RuleBuilder.chars(excluding(known)), tail));
        if (!node.next().containsKey((int) '\\')) {
            // No \\u here: it could spell one of the names.
            List<Element> letter = RuleBuilder.chars(CharSet.pairs("\"\"\\\\bbffnnrrtt", false));
            ways.add(RuleBuilder.sequence(RuleBuilder.literal("\\"), letter, tail));
        }
        return builder.choice(ways);
    }

    /** Any JSON value. */
    private List<Element> any() {
        if (anyValue == null) {
            int rule = builder.declare();
            anyValue = RuleBuilder.reference(rule);
            List<List<Element>> ways = new ArrayList<>();
            for (String type : List.of("object", "array", "string", "number", "boolean", "null")) {
                ways.add(ofType(Map.of(), type));
            }
            builder.define(rule, ways);
        }
        return anyValue;
    }

    private int reference(String reference) {
        Integer known = references.get(reference);
        if (known == null) {
            int rule = builder.declare();
            references.put(reference, rule);
            builder.define(rule, List.of(visit(target(reference))));
            return rule;
        }
        return known;
    }

    /** A JSON pointer into the document. */
    private Object target(String reference) {
        if (!reference.startsWith("#")) {
            throw new GrammarException("JSON Schema: $ref '" + reference + "' leads out of the document");
        }
        Object node = document;
        for (String part : reference.substring(1).split("/")) {
            if (part.isEmpty()) {
                continue;
            }
            String key = part.replace("~1", "/").replace("~0", "~").replace("%25", "%");
            Object at = node;
            node = switch (at) {
                case Map<?, ?> map -> map.get(key);
                case List<?> list
                when key.matches("\\d{1,8}") && Integer.parseInt(key) < list.size() -> list.get(Integer.parseInt(key));
                default -> null;
            };
            if (node == null) {
                throw new GrammarException("JSON Schema: $ref '" + reference + "' leads nowhere");
            }
        }
        return node;
    }

    private static List<?> list(Map<?, ?> schema, String key) {
        if (schema.get(key) instanceof List<?> list) {
            return list;
        }
        throw new GrammarException("JSON Schema: '" + key + "' is no array");
    }
}
