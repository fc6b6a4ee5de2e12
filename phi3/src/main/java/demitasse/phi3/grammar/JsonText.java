package demitasse.phi3.grammar;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** JSON values as compact text, written as nlohmann::json, and so llama.cpp, writes them. */
final class JsonText {
    /** What JSON strings must escape, and U+007F. */
    private static final List<Integer> ESCAPED =
            List.of((int) '"', (int) '"', (int) '\\', (int) '\\', 0x7F, 0x7F, 0, 0x1F);

    /** Unpaired, they are no text. */
    private static final List<Integer> SURROGATES =
            List.of((int) Character.MIN_SURROGATE, (int) Character.MAX_SURROGATE);

    private static final String SHORT_ESCAPES = "\"\\\n\r\t\b\f";

    /** The letters of short escapes, as pairs. */
    static final String ESCAPE_LETTERS = "\"\"\\\\bbffnnrrtt";

    private JsonText() {}

    static String write(Object value) {
        return switch (value) {
            case null -> "null";
            case String text -> quoted(text);
            case Boolean flag -> flag.toString();
            case Double number -> real(Keywords.decimal(number, "number"));
            case Float number -> real(Keywords.decimal(number, "number"));
            case BigDecimal number -> real(Keywords.decimal(number, "number"));
            case Number number -> number.toString();
            case List<?> list -> {
                StringJoiner items = new StringJoiner(",", "[", "]");
                list.forEach(item -> items.add(write(item)));
                yield items.toString();
            }
            case Map<?, ?> map -> {
                StringJoiner items = new StringJoiner(",", "{", "}");
                map.forEach((key, item) -> items.add(quoted(key.toString()) + ":" + write(item)));
                yield items.toString();
            }
            default -> throw new GrammarException("JSON Schema: no JSON value: " + value.getClass());
        };
    }

    private static String real(BigDecimal number) {
        String text = number.toPlainString();
        return text.contains(".") ? text : text + ".0";
    }

    static String quoted(String text) {
        return '"' + escaped(text) + '"';
    }

    static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> out.append(c < ' ' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
            }
        }
        return out.toString();
    }

    /** Characters that stand in a JSON string as they are, but for these. */
    static CharSet excluding(List<Integer> others) {
        List<Integer> bounds = new ArrayList<>(ESCAPED);
        bounds.addAll(others);
        return new CharSet(bounds, true);
    }

    /** The ways to write one character of a set in a JSON string. */
    static List<List<RuleBuilder.Element>> ways(CharSet wanted) {
        List<List<RuleBuilder.Element>> ways = new ArrayList<>();
        CharSet plain = wanted.without(ESCAPED).without(SURROGATES);
        if (!plain.ranges().isEmpty()) {
            ways.add(RuleBuilder.chars(plain));
        }
        SHORT_ESCAPES
                .chars()
                .filter(wanted::contains)
                .forEach(c -> ways.add(RuleBuilder.literal(escaped(Character.toString(c)))));
        return ways;
    }
}
