package demitasse.phi3.jinja;

import demitasse.phi3.jinja.JinjaObjects.Markup;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Python's json.dumps, which Hugging Face puts in the place of Jinja's tojson: no HTML escapes. */
final class JinjaJson {
    private final StringBuilder out = new StringBuilder();
    private final JinjaBudget budget;
    private final boolean ascii;
    private final boolean sorted;
    private final String indent;
    private final String itemSeparator;
    private final String keySeparator;

    private JinjaJson(JinjaObjects.Arguments arguments, JinjaBudget budget) {
        this.budget = budget;
        ascii = arguments.flag(0, "ensure_ascii");
        Object step = arguments.get(1, "indent", null);
        indent = step == null
                ? null
                : step instanceof String text ? text : " ".repeat(Math.clamp(JinjaNumbers.whole(step), 0, 100));
        Object separators = arguments.get(2, "separators", null);
        List<?> pair = separators instanceof List<?> list && list.size() == 2 ? list : null;
        itemSeparator = pair != null ? JinjaValues.text(pair.get(0)) : indent == null ? ", " : ",";
        keySeparator = pair != null ? JinjaValues.text(pair.get(1)) : ": ";
        sorted = arguments.flag(3, "sort_keys");
    }

    static String write(Object value, JinjaObjects.Arguments arguments, JinjaBudget budget) {
        JinjaJson json = new JinjaJson(arguments, budget);
        json.value(value, 0);
        budget.text(json.out.length());
        return json.out.toString();
    }

    private void value(Object value, int depth) {
        budget.enter();
        budget.step();
        budget.limit(out.length());
        switch (value) {
            case null -> out.append("null");
            case Boolean truth -> out.append(truth);
            case Double number -> out.append(number(number));
            case Number number -> out.append(number);
            case String text -> string(text);
            case Markup markup -> string(markup.text());
            case List<?> list -> list(list, depth);
            case Map<?, ?> map -> map(map, depth);
            default ->
                throw ChatTemplateException.failed(
                        "an object of type " + JinjaValues.type(value) + " is not JSON serializable");
        }
        budget.leave();
    }

    private static String number(double number) {
        return Double.isNaN(number)
                ? "NaN"
                : Double.isInfinite(number) ? (number > 0 ? "Infinity" : "-Infinity") : JinjaNumbers.text(number);
    }

    private void list(List<?> list, int depth) {
        out.append('[');
        boolean first = true;
        for (Object item : list) {
            next(first, depth + 1);
            first = false;
            value(item, depth + 1);
        }
        end(list.isEmpty(), depth);
        out.append(']');
    }

    private void map(Map<?, ?> map, int depth) {
        Map<?, ?> entries = map;
        if (sorted) {
            Map<Object, Object> ordered = new TreeMap<>((a, b) -> JinjaValues.compare(a, b, budget));
            ordered.putAll(map);
            entries = ordered;
        }
        out.append('{');
        boolean first = true;
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
            next(first, depth + 1);
            first = false;
            string(key(entry.getKey()));
            out.append(keySeparator);
            value(entry.getValue(), depth + 1);
        }
        end(map.isEmpty(), depth);
        out.append('}');
    }

    private static String key(Object key) {
        return switch (key) {
            case null -> "null";
            case Boolean truth -> truth.toString();
            case Double number -> number(number);
            case Number number -> number.toString();
            case String text -> text;
            default -> throw ChatTemplateException.failed("a key of type " + JinjaValues.type(key) + " in JSON");
        };
    }

    private void next(boolean first, int depth) {
        out.append(first ? "" : itemSeparator);
        line(depth);
    }

    private void end(boolean empty, int depth) {
        if (!empty) {
            line(depth);
        }
    }

    private void line(int depth) {
        if (indent != null) {
            budget.spend(depth);
            out.append('\n').repeat(indent, depth);
        }
    }

    private void string(String text) {
        budget.spend(text.length() / 64);
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int simple = "\"\\\n\r\t\b\f".indexOf(c);
            if (simple >= 0) {
                out.append('\\').append("\"\\nrtbf".charAt(simple));
            } else if (JinjaStrings.isMark(text.codePointAt(i))) {
                out.append(c).append(text.charAt(++i));
            } else if (c < ' ' || ascii && c > '~') {
                out.append("\\u%04x".formatted((int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
