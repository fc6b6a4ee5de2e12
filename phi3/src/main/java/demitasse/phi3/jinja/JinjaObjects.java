package demitasse.phi3.jinja;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Values besides null, Boolean, Long, Double, String, List and Map. There are no others: a template reaches no Java
 * object and no Java method.
 */
final class JinjaObjects {
    private JinjaObjects() {}

    /** A missing value: empty when printed, an error when used. */
    record Undefined(String what) {
        ChatTemplateException error() {
            return ChatTemplateException.failed(what.isEmpty() ? "a value is undefined" : what + " is undefined");
        }
    }

    /** Text marked as safe. It matters in one place only: what is added to it is escaped for HTML. */
    record Markup(String text) {
        static String escape(String text) {
            return text.replace("&", "&amp;")
                    .replace("<", "&lt;")
                    .replace(">", "&gt;")
                    .replace("'", "&#39;")
                    .replace("\"", "&#34;");
        }
    }

    /** A list that prints in round brackets; its items may have names. */
    static final class Tuple extends AbstractList<Object> {
        private final List<Object> items;
        private final List<String> names;

        Tuple(List<Object> items) {
            this(items, List.of());
        }

        Tuple(List<Object> items, List<String> names) {
            this.items = items;
            this.names = names;
        }

        /** The place of the item of this name, or -1. */
        int index(String name) {
            return names.indexOf(name);
        }

        @Override
        public Object get(int index) {
            return items.get(index);
        }

        @Override
        public int size() {
            return items.size();
        }
    }

    /** What {@code keys()}, {@code values()} and {@code items()} give: to go through, not to index. */
    record View(String type, List<Object> items) {}

    /** What lazy filters give: always true, has no length, and is used up by the first who goes through it. */
    static final class Generator {
        private final List<Object> items;
        private int next;

        Generator(List<Object> items) {
            this.items = items;
        }

        List<Object> rest() {
            List<Object> rest = items.subList(next, items.size());
            next = items.size();
            return rest;
        }

        /** The next item, or {@code otherwise} at the end. */
        Object next(Object otherwise) {
            return next < items.size() ? items.get(next++) : otherwise;
        }
    }

    /** The only value whose parts can be set. */
    static final class Namespace {
        private final Map<String, Object> values = new LinkedHashMap<>();

        Map<String, Object> values() {
            return values;
        }
    }

    /** Something to call: a macro, a method of a value, a global function. */
    @FunctionalInterface
    interface Callable {
        Object call(Arguments arguments);
    }

    /** Evaluated arguments. */
    record Arguments(List<Object> positional, Map<String, Object> named) {
        static final Arguments NONE = new Arguments(List.of(), Map.of());

        static Arguments of(Object... values) {
            return new Arguments(Arrays.asList(values), Map.of());
        }

        boolean has(int index, String name) {
            return index < positional.size() || named.containsKey(name);
        }

        Object get(int index, String name, Object otherwise) {
            return index < positional.size() ? positional.get(index) : named.getOrDefault(name, otherwise);
        }

        Object required(int index, String name) {
            if (!has(index, name)) {
                throw ChatTemplateException.failed("the argument '" + name + "' is missing");
            }
            return get(index, name, null);
        }

        boolean flag(int index, String name) {
            return has(index, name) && JinjaValues.truth(get(index, name, null));
        }

        String text(int index, String name, String otherwise) {
            return has(index, name) ? JinjaValues.text(required(index, name)) : otherwise;
        }

        int integer(int index, String name, int otherwise) {
            return has(index, name) ? JinjaNumbers.integer(required(index, name)) : otherwise;
        }

        /** Without the first {@code count} positional ones. */
        Arguments from(int count) {
            int start = Math.min(count, positional.size());
            return new Arguments(new ArrayList<>(positional.subList(start, positional.size())), named);
        }
    }
}
