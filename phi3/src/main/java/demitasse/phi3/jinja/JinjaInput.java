package demitasse.phi3.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Brings what callers give into the few types that templates know; anything else is refused. */
final class JinjaInput {
    private static final int DEPTH = 200;

    private JinjaInput() {}

    static Object value(Object value) {
        return value(value, 0);
    }

    private static Object value(Object value, int depth) {
        if (depth > DEPTH) {
            throw ChatTemplateException.failed("a variable nests too deeply");
        }
        return switch (value) {
            case null -> null;
            case String text -> text;
            case Boolean truth -> truth;
            case Integer number -> (long) number;
            case Long number -> number;
            case BigInteger number -> number; // can only be printed
            case Number number -> number.doubleValue();
            case List<?> list -> {
                List<Object> items = new ArrayList<>(list.size());
                list.forEach(item -> items.add(value(item, depth + 1)));
                yield items;
            }
            case Map<?, ?> map -> {
                Map<Object, Object> entries = new LinkedHashMap<>();
                map.forEach((key, item) -> entries.put(String.valueOf(key), value(item, depth + 1)));
                yield entries;
            }
            default ->
                throw ChatTemplateException.failed(
                        "a variable of type " + value.getClass().getSimpleName());
        };
    }
}
