package demitasse.phi3.grammar;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** JSON values as compact text, written as nlohmann::json, and so llama.cpp, writes them. */
final class JsonText {
    private JsonText() {}

    static String write(Object value) {
        return switch (value) {
            case null -> "null";
            case String text -> quoted(text);
            case Boolean flag -> flag.toString();
            case Double number -> real(new BigDecimal(number.toString()));
            case Float number -> real(new BigDecimal(number.toString()));
            case BigDecimal number -> real(number);
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
}
