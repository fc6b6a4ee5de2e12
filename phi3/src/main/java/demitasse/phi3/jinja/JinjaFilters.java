package demitasse.phi3.jinja;

import demitasse.phi3.jinja.JinjaObjects.Arguments;
import demitasse.phi3.jinja.JinjaObjects.Generator;
import demitasse.phi3.jinja.JinjaObjects.Markup;
import demitasse.phi3.jinja.JinjaObjects.Undefined;
import demitasse.phi3.jinja.JinjaObjects.View;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Jinja's filters (jinja2/filters.py) of texts and numbers; those of sequences are in {@link JinjaListFilters}. */
final class JinjaFilters {
    private static final int WIDTH = 80;
    private static final int TRUNCATED = 255;
    private static final int LEEWAY = 5;

    private final JinjaBudget budget;
    private final JinjaListFilters lists;
    private final JinjaStringMethods strings;

    JinjaFilters(JinjaBudget budget, JinjaMembers members, JinjaOperators operators, JinjaTests tests) {
        this.budget = budget;
        lists = new JinjaListFilters(budget, members, operators, tests, this);
        strings = new JinjaStringMethods(budget, members);
    }

    Object apply(String name, Object value, Arguments arguments) {
        budget.step();
        return switch (name) {
            case "default", "d" -> {
                boolean missing =
                        value instanceof Undefined || arguments.flag(1, "boolean") && !JinjaValues.truth(value);
                yield missing ? arguments.get(0, "default_value", "") : value;
            }
            case "tojson" -> JinjaJson.write(value, arguments, budget);
            case "safe" -> new Markup(JinjaValues.text(value));
            case "escape", "e", "forceescape" ->
                value instanceof Markup && !name.equals("forceescape")
                        ? value
                        : new Markup(Markup.escape(JinjaValues.text(value)));
            case "length", "count" -> length(value);
            case "abs" -> JinjaNumbers.compare(value, 0L) < 0 ? JinjaNumbers.negate(value) : value;
            case "round" ->
                JinjaNumbers.round(
                        JinjaNumbers.real(value),
                        arguments.integer(0, "precision", 0),
                        arguments.text(1, "method", "common"));
            case "int" -> toInteger(value, arguments);
            case "float" -> toFloat(value, arguments.get(0, "default", 0.0));
            case "string" -> JinjaValues.alike(value, string(value));
            default -> {
                Object text = text(name, value, arguments);
                yield text != null ? text : lists.apply(name, JinjaValues.plain(value), arguments);
            }
        };
    }

    private String string(Object value) {
        String text = JinjaValues.text(value);
        budget.text(text.length());
        return text;
    }

    private long length(Object value) {
        return switch (JinjaValues.plain(value)) {
            case String text -> {
                budget.spend(text.length() / 64);
                yield JinjaStrings.length(text);
            }
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            case View view -> view.items().size();
            case Undefined undefined -> 0;
            case JinjaLoop loop -> (long) loop.attribute("length");
            case null, default ->
                throw ChatTemplateException.failed("object of type " + JinjaValues.type(value) + " has no len()");
        };
    }

    private static Object toInteger(Object value, Arguments arguments) {
        Object otherwise = arguments.get(0, "default", 0L);
        int base = arguments.integer(1, "base", 10);
        try {
            return switch (JinjaValues.plain(value)) {
                case Double real when real.isNaN() || real.isInfinite() -> otherwise;
                case Double real -> real.longValue();
                case String text -> {
                    String digits = JinjaStrings.strip(text, null, true, true).replace("_", "");
                    yield digits.matches("[-+]?[0-9a-zA-Z]+") && isWhole(digits, base)
                            ? (Object) Long.valueOf(digits, base)
                            : (Object) Double.valueOf(digits).longValue();
                }
                case Boolean truth -> JinjaNumbers.whole(truth);
                case Long number -> number;
                case null, default -> otherwise;
            };
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    private static boolean isWhole(String digits, int base) {
        int start = digits.startsWith("-") || digits.startsWith("+") ? 1 : 0;
        return base >= Character.MIN_RADIX
                && base <= Character.MAX_RADIX
                && digits.substring(start).chars().allMatch(c -> Character.digit(c, base) >= 0);
    }

    private static Object toFloat(Object value, Object otherwise) {
        try {
            return switch (JinjaValues.plain(value)) {
                case String text -> Double.valueOf(JinjaStrings.strip(text, null, true, true));
                case Number number -> number.doubleValue();
                case Boolean truth -> JinjaNumbers.real(truth);
                case null, default -> otherwise;
            };
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    /** Null if there is no such filter. */
    private Object text(String name, Object value, Arguments arguments) {
        return switch (name) {
            case "trim" ->
                JinjaValues.alike(
                        value, JinjaStrings.strip(string(value), arguments.text(0, "chars", null), true, true));
            case "upper" -> JinjaStrings.upper(string(value));
            case "lower" -> JinjaStrings.lower(string(value));
            case "capitalize" -> JinjaStrings.capitalize(string(value));
            case "title" -> JinjaStrings.title(string(value), c -> "-({[<".indexOf(c) >= 0 || PythonText.isSpace(c));
            case "replace" ->
                strings.replace(
                        string(value),
                        JinjaValues.text(arguments.required(0, "old")),
                        JinjaValues.text(arguments.required(1, "new")),
                        arguments.get(2, "count", null) == null ? -1 : arguments.integer(2, "count", -1));
            case "indent" -> JinjaValues.alike(value, indent(string(value), arguments));
            case "center" ->
                strings.method(string(value), "center").call(Arguments.of((long) arguments.integer(0, "width", WIDTH)));
            case "format" ->
                JinjaFormat.percent(
                        string(value),
                        arguments.named().isEmpty()
                                ? new JinjaObjects.Tuple(arguments.positional())
                                : arguments.named(),
                        budget);
            case "truncate" -> truncate(string(value), arguments);
            case "wordcount" -> (long) words(string(value));
            case "urlencode" ->
                URLEncoder.encode(string(value), StandardCharsets.UTF_8)
                        .replace("+", "%20")
                        .replace("%2F", "/")
                        .replace("*", "%2A")
                        .replace("%7E", "~");
            case "pprint" -> JinjaValues.repr(value);
            default -> null;
        };
    }

    private static int words(String text) {
        int words = 0;
        boolean inside = false;
        for (int c : text.codePoints().toArray()) {
            boolean letter = Character.isLetterOrDigit(c) || c == '_';
            words += letter && !inside ? 1 : 0;
            inside = letter;
        }
        return words;
    }

    private String indent(String text, Arguments arguments) {
        Object width = arguments.get(0, "width", 4L);
        String by = width instanceof String given ? given : " ".repeat(Math.clamp(JinjaNumbers.whole(width), 0, 1000));
        boolean blank = arguments.flag(2, "blank");
        StringBuilder out = new StringBuilder(arguments.flag(1, "first") ? by : "");
        List<String> lines = JinjaStrings.lines(text + "\n", false);
        budget.spend(lines.size());
        for (int i = 0; i < lines.size(); i++) {
            out.append(i > 0 ? "\n" : "")
                    .append(i > 0 && (blank || !lines.get(i).isEmpty()) ? by : "");
            out.append(lines.get(i));
            budget.limit(out.length());
        }
        budget.text(out.length());
        return out.toString();
    }

    private static String truncate(String text, Arguments arguments) {
        int length = arguments.integer(0, "length", TRUNCATED);
        String end = arguments.text(2, "end", "...");
        int leeway = arguments.get(3, "leeway", null) == null ? LEEWAY : arguments.integer(3, "leeway", LEEWAY);
        if (JinjaStrings.length(text) <= (long) length + leeway) {
            return text;
        }
        String cut = JinjaStrings.substring(text, 0, Math.max(0, length - JinjaStrings.length(end)));
        int space = cut.lastIndexOf(' ');
        return (arguments.flag(1, "killwords") || space < 0 ? cut : cut.substring(0, space)) + end;
    }

    /** What lazy filters give. */
    static Generator generator(List<Object> items) {
        return new Generator(new ArrayList<>(items));
    }
}
