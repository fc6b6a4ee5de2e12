package demitasse.phi3.jinja;

import demitasse.phi3.jinja.JinjaObjects.Arguments;
import demitasse.phi3.jinja.JinjaObjects.Callable;
import demitasse.phi3.jinja.JinjaObjects.Markup;
import demitasse.phi3.jinja.JinjaObjects.Namespace;
import demitasse.phi3.jinja.JinjaObjects.Tuple;
import demitasse.phi3.jinja.JinjaObjects.Undefined;
import demitasse.phi3.jinja.JinjaObjects.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What stands behind a dot or in square brackets. Methods that change a value are refused, as in Jinja's sandbox. */
final class JinjaMembers {
    private static final Set<String> CHANGES_MAP = Set.of("clear", "pop", "popitem", "setdefault", "update");
    private static final Set<String> CHANGES_LIST =
            Set.of("append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort");

    private final JinjaBudget budget;
    private final JinjaStringMethods strings;

    JinjaMembers(JinjaBudget budget) {
        this.budget = budget;
        strings = new JinjaStringMethods(budget, this);
    }

    /** {@code value.name}: a method first, then an item. */
    Object attribute(Object target, String name) {
        Object value = JinjaValues.plain(target);
        if (value instanceof Tuple tuple && tuple.index(name) >= 0) {
            return tuple.get(tuple.index(name));
        }
        Object member = member(target, name);
        if (member != null) {
            return member;
        }
        if (value instanceof Namespace namespace && namespace.values().containsKey(name)) {
            return namespace.values().get(name);
        }
        if (value instanceof Map<?, ?> map && map.containsKey(name)) {
            return map.get(name);
        }
        return missing(target, name);
    }

    /** {@code value[key]}: an item first, then a method. */
    Object item(Object target, Object key) {
        Object value = JinjaValues.plain(target);
        if (value instanceof Map<?, ?> map && map.containsKey(JinjaOperators.key(key))) {
            return map.get(key);
        }
        if (JinjaNumbers.isInteger(key) && (value instanceof String || value instanceof List)) {
            return JinjaValues.alike(target, at(value, JinjaNumbers.whole(key)));
        }
        if (value instanceof Namespace namespace && namespace.values().containsKey(key)) {
            return namespace.values().get(key);
        }
        Object member = key instanceof String name ? member(target, name) : null;
        return member != null ? member : missing(target, JinjaValues.text(key));
    }

    private Object at(Object value, long index) {
        long size = value instanceof String text ? JinjaStrings.length(text) : ((List<?>) value).size();
        long position = index < 0 ? index + size : index;
        if (position < 0 || position >= size) {
            return new Undefined(JinjaValues.type(value) + " item " + index);
        }
        if (value instanceof String text) {
            budget.spend(text.length() / 64);
            return JinjaStrings.substring(text, (int) position, (int) position + 1);
        }
        return ((List<?>) value).get((int) position);
    }

    private static Undefined missing(Object target, String name) {
        if (target instanceof Undefined undefined) {
            throw undefined.error();
        }
        return new Undefined("'" + JinjaValues.type(target) + "' attribute '" + name + "'");
    }

    /** Null if there is none of this name. */
    private Object member(Object value, String name) {
        return switch (value) {
            case String text -> strings.method(text, name);
            case Markup markup -> strings.method(markup, name);
            case Map<?, ?> map -> mapMethod(map, name);
            case List<?> list -> listMethod(list, name);
            case JinjaLoop loop -> loop.attribute(name);
            case JinjaCycler cycler -> cycler.attribute(name);
            case null, default -> null;
        };
    }

    private Callable mapMethod(Map<?, ?> map, String name) {
        if (CHANGES_MAP.contains(name)) {
            return refused(name);
        }
        return switch (name) {
            case "items" -> arguments -> new View("dict_items", items(map));
            case "keys" -> arguments -> new View("dict_keys", JinjaValues.items(map, budget));
            case "values" ->
                arguments -> {
                    budget.spend(map.size());
                    return new View("dict_values", new ArrayList<>(map.values()));
                };
            case "get" ->
                arguments -> {
                    Object key = JinjaOperators.key(arguments.required(0, "key"));
                    return map.containsKey(key) ? map.get(key) : arguments.get(1, "default", null);
                };
            case "copy" -> arguments -> map;
            default -> null;
        };
    }

    List<Object> items(Map<?, ?> map) {
        budget.spend(map.size());
        List<Object> items = new ArrayList<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            List<Object> pair = new ArrayList<>(2);
            pair.add(entry.getKey());
            pair.add(entry.getValue());
            items.add(new Tuple(pair));
        }
        return items;
    }

    private Callable listMethod(List<?> list, String name) {
        if (CHANGES_LIST.contains(name) && !(list instanceof Tuple)) {
            return refused(name);
        }
        return switch (name) {
            case "index" -> arguments -> index(list, arguments);
            case "count" ->
                arguments -> list.stream()
                        .filter(item -> JinjaValues.equal(item, arguments.required(0, "value"), budget))
                        .count();
            case "copy" -> arguments -> list;
            default -> null;
        };
    }

    private Object index(List<?> list, Arguments arguments) {
        for (int i = 0; i < list.size(); i++) {
            if (JinjaValues.equal(list.get(i), arguments.required(0, "value"), budget)) {
                return (long) i;
            }
        }
        throw ChatTemplateException.failed("the value is not in the list");
    }

    private static Callable refused(String name) {
        return arguments -> {
            throw ChatTemplateException.failed("'" + name + "' would change a value, which a template may not do");
        };
    }

    /** Python's slices of texts and lists. */
    Object slice(Object target, Object start, Object stop, Object step) {
        Object value = JinjaValues.plain(target);
        if (!(value instanceof String) && !(value instanceof List)) {
            return missing(target, "slice");
        }
        int[] points = value instanceof String text ? text.codePoints().toArray() : null;
        int size = points != null ? points.length : ((List<?>) value).size();
        long by = step == null ? 1 : JinjaNumbers.whole(step);
        if (by == 0) {
            throw ChatTemplateException.failed("slice step cannot be zero");
        }
        long from = bound(start, by > 0 ? 0 : size - 1, size, by);
        long to = bound(stop, by > 0 ? size : -1, size, by);
        budget.text(points != null ? size : 0);
        StringBuilder text = new StringBuilder();
        List<Object> items = new ArrayList<>();
        for (long i = from; by > 0 ? i < to : i > to; i += Math.clamp(by, -size - 1L, size + 1L)) {
            budget.step();
            if (points != null) {
                text.appendCodePoint(points[(int) i]);
            } else {
                items.add(((List<?>) value).get((int) i));
            }
        }
        return points != null
                ? JinjaValues.alike(target, text.toString())
                : value instanceof Tuple ? new Tuple(items) : items;
    }

    private static long bound(Object given, long otherwise, int size, long step) {
        if (given == null) {
            return otherwise;
        }
        long bound = JinjaNumbers.whole(given);
        bound = bound < 0 ? bound + size : bound;
        return step > 0 ? Math.clamp(bound, 0, size) : Math.clamp(bound, -1, size - 1);
    }
}
