package demitasse.phi3.jinja;

import demitasse.phi3.jinja.JinjaObjects.Generator;
import demitasse.phi3.jinja.JinjaObjects.Markup;
import demitasse.phi3.jinja.JinjaObjects.Namespace;
import demitasse.phi3.jinja.JinjaObjects.Tuple;
import demitasse.phi3.jinja.JinjaObjects.Undefined;
import demitasse.phi3.jinja.JinjaObjects.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What Python does with values: truth, equality, order, text. */
final class JinjaValues {
    private static final int DEEPEST_TEXT = 60;
    /** Guards against values that share their parts, which print as trees of exponential size. */
    private static final int LONGEST_TEXT = 1 << 24;

    private JinjaValues() {}

    static boolean truth(Object value) {
        return switch (value) {
            case null -> false;
            case Boolean truth -> truth;
            case Long number -> number != 0;
            case Number number -> number.doubleValue() != 0;
            case String text -> !text.isEmpty();
            case Markup markup -> !markup.text().isEmpty();
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            case View view -> !view.items().isEmpty();
            case Undefined undefined -> false;
            default -> true;
        };
    }

    /** Python's name of the type, for messages. */
    static String type(Object value) {
        return switch (value) {
            case null -> "None";
            case Boolean truth -> "bool";
            case Long number -> "int";
            case Number number -> "float";
            case String text -> "str";
            case Markup text -> "Markup";
            case Tuple tuple -> "tuple";
            case List<?> list -> "list";
            case Map<?, ?> map -> "dict";
            case Undefined undefined -> "Undefined";
            case Generator generator -> "generator";
            case View view -> view.type();
            case Namespace namespace -> "Namespace";
            default -> "function";
        };
    }

    /** Markup as the text that it is, other values as they are. */
    static Object plain(Object value) {
        return value instanceof Markup markup ? markup.text() : value;
    }

    /** Text made of {@code source}: safe if that is. */
    static Object alike(Object source, Object made) {
        return source instanceof Markup && made instanceof String text ? new Markup(text) : made;
    }

    /** Text that may stand in safe text; other values as they are. */
    static Object escaped(Object value) {
        return value instanceof String text ? Markup.escape(text) : value;
    }

    static boolean equal(Object left, Object right, JinjaBudget budget) {
        budget.enter();
        budget.step();
        boolean equal = equalParts(plain(left), plain(right), budget);
        budget.leave();
        return equal;
    }

    private static boolean equalParts(Object left, Object right, JinjaBudget budget) {
        if (JinjaNumbers.isNumber(left) && JinjaNumbers.isNumber(right)) {
            return JinjaNumbers.compare(left, right) == 0;
        }
        if (left instanceof String a && right instanceof String b) {
            budget.spend(Math.min(a.length(), b.length()) / 64);
            return a.equals(b);
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            if (a.size() != b.size() || a instanceof Tuple != b instanceof Tuple) {
                return false;
            }
            for (int i = 0; i < a.size(); i++) {
                if (!equal(a.get(i), b.get(i), budget)) {
                    return false;
                }
            }
            return true;
        }
        if (left instanceof View a && right instanceof View b) {
            return a.type().equals(b.type()) && equalParts(a.items(), b.items(), budget);
        }
        if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
            return a.size() == b.size()
                    && a.keySet().stream().allMatch(key -> b.containsKey(key) && equal(a.get(key), b.get(key), budget));
        }
        return left == right || left instanceof Undefined && right instanceof Undefined;
    }

    static int compare(Object first, Object second, JinjaBudget budget) {
        Object left = plain(first);
        Object right = plain(second);
        budget.step();
        if (JinjaNumbers.isNumber(left) && JinjaNumbers.isNumber(right)) {
            return JinjaNumbers.compare(left, right);
        }
        if (left instanceof String a && right instanceof String b) {
            budget.spend(Math.min(a.length(), b.length()) / 64);
            return JinjaStrings.compare(a, b);
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            budget.enter();
            int order = 0;
            for (int i = 0; order == 0 && i < Math.min(a.size(), b.size()); i++) {
                order = equal(a.get(i), b.get(i), budget) ? 0 : compare(a.get(i), b.get(i), budget);
            }
            budget.leave();
            return order != 0 ? order : Integer.compare(a.size(), b.size());
        }
        throw ChatTemplateException.failed("cannot order " + type(left) + " and " + type(right));
    }

    /** The items of what can be gone through; a generator is used up. */
    static List<Object> items(Object value, JinjaBudget budget) {
        List<Object> items = switch (plain(value)) {
            case List<?> list -> new ArrayList<>(list);
            case Map<?, ?> map -> new ArrayList<>(map.keySet());
            case Generator generator -> generator.rest();
            case View view -> view.items();
            case Undefined undefined -> List.of();
            case String text -> {
                budget.spend(text.length());
                List<Object> characters = new ArrayList<>();
                text.codePoints().forEach(c -> characters.add(Character.toString(c)));
                yield characters;
            }
            case null, default -> throw ChatTemplateException.failed(type(value) + " cannot be iterated over");
        };
        budget.spend(items.size());
        return items;
    }

    /** Python's str(). */
    static String text(Object value) {
        return switch (value) {
            case String text -> text;
            case Markup markup -> markup.text();
            case Undefined undefined -> "";
            case null, default -> repr(value);
        };
    }

    static String repr(Object value) {
        StringBuilder out = new StringBuilder();
        repr(value, out, 0);
        return out.toString();
    }

    private static void repr(Object value, StringBuilder out, int depth) {
        if (depth > DEEPEST_TEXT || out.length() > LONGEST_TEXT) {
            throw ChatTemplateException.failed("a value is too deep or too long to print");
        }
        switch (value) {
            case null -> out.append("None");
            case Boolean truth -> out.append(truth ? "True" : "False");
            case Double number -> out.append(JinjaNumbers.text(number));
            case Number number -> out.append(number);
            case String text -> out.append(JinjaStrings.repr(text));
            case Markup markup ->
                out.append("Markup(").append(JinjaStrings.repr(markup.text())).append(')');
            case List<?> list -> {
                boolean tuple = list instanceof Tuple;
                out.append(tuple ? '(' : '[');
                for (int i = 0; i < list.size(); i++) {
                    out.append(i > 0 ? ", " : "");
                    repr(list.get(i), out, depth + 1);
                }
                out.append(tuple && list.size() == 1 ? "," : "").append(tuple ? ')' : ']');
            }
            case Map<?, ?> map -> {
                String separator = "{";
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    out.append(separator);
                    repr(entry.getKey(), out, depth + 1);
                    out.append(": ");
                    repr(entry.getValue(), out, depth + 1);
                    separator = ", ";
                }
                out.append(map.isEmpty() ? "{}" : "}");
            }
            case View view -> {
                out.append(view.type()).append('(');
                repr(view.items(), out, depth + 1);
                out.append(')');
            }
            case Namespace namespace -> {
                out.append("<Namespace ");
                repr(namespace.values(), out, depth + 1);
                out.append('>');
            }
            case Undefined undefined -> out.append("Undefined");
            default -> out.append('<').append(type(value)).append('>');
        }
    }
}
