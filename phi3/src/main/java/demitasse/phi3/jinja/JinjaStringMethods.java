package demitasse.phi3.jinja;

import demitasse.phi3.jinja.JinjaObjects.Arguments;
import demitasse.phi3.jinja.JinjaObjects.Callable;
import demitasse.phi3.jinja.JinjaObjects.Markup;
import demitasse.phi3.jinja.JinjaObjects.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/** Methods of Python's str. */
final class JinjaStringMethods {
    private final JinjaBudget budget;
    private final JinjaFormat format;

    JinjaStringMethods(JinjaBudget budget, JinjaMembers members) {
        this.budget = budget;
        format = new JinjaFormat(budget, members);
    }

    /** Null if there is none of this name. */
    Callable method(String text, String name) {
        Callable method = change(text, name);
        method = method != null ? method : search(text, name);
        method = method != null ? method : question(text, name);
        if (method == null) {
            return null;
        }
        Callable found = method;
        return arguments -> {
            budget.text(text.length());
            return found.call(arguments);
        };
    }

    /** Methods that make a text of safe text make safe text; what {@code replace} puts in is escaped. */
    Callable method(Markup markup, String name) {
        Callable method = method(markup.text(), name);
        if (method == null || name.equals("format") || name.equals("join")) {
            return method;
        }
        return arguments -> {
            Arguments given = arguments;
            if (name.equals("replace") && arguments.positional().size() > 1) {
                List<Object> escaped = new ArrayList<>(arguments.positional());
                escaped.set(1, JinjaValues.escaped(escaped.get(1)));
                given = new Arguments(escaped, arguments.named());
            }
            return JinjaValues.alike(markup, method.call(given));
        };
    }

    private Callable change(String text, String name) {
        return switch (name) {
            case "strip" -> a -> JinjaStrings.strip(text, chars(a), true, true);
            case "lstrip" -> a -> JinjaStrings.strip(text, chars(a), true, false);
            case "rstrip" -> a -> JinjaStrings.strip(text, chars(a), false, true);
            case "upper" -> a -> JinjaStrings.upper(text);
            case "lower", "casefold" -> a -> JinjaStrings.lower(text);
            case "capitalize" -> a -> JinjaStrings.capitalize(text);
            case "title" -> a -> JinjaStrings.title(text, c -> !Character.isLetter(c));
            case "swapcase" -> a -> swapCase(text);
            case "replace" -> a -> replace(text, string(a, 0, "old"), string(a, 1, "new"), a.integer(2, "count", -1));
            case "removeprefix" ->
                a -> {
                    String prefix = string(a, 0, "prefix");
                    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
                };
            case "removesuffix" ->
                a -> {
                    String suffix = string(a, 0, "suffix");
                    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
                };
            case "ljust" -> a -> pad(text, 0, missing(text, a), a);
            case "rjust" -> a -> pad(text, missing(text, a), 0, a);
            case "center" ->
                a -> {
                    int missing = missing(text, a);
                    int left = missing / 2 + (missing & a.integer(0, "width", 0) & 1);
                    return pad(text, left, missing - left, a);
                };
            case "zfill" ->
                a -> {
                    int sign = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
                    return text.substring(0, sign) + "0".repeat(missing(text, a)) + text.substring(sign);
                };
            case "join" -> a -> join(text, JinjaValues.items(a.required(0, "iterable"), budget));
            case "format" -> a -> format.braces(text, a);
            default -> null;
        };
    }

    private Callable search(String text, String name) {
        return switch (name) {
            case "split" -> a -> spent(JinjaStrings.split(text, separator(text, a), a.integer(1, "maxsplit", -1)));
            case "rsplit" ->
                a -> spent(JinjaStrings.splitRight(text, separator(text, a), a.integer(1, "maxsplit", -1)));
            case "splitlines" -> a -> spent(JinjaStrings.lines(text, a.flag(0, "keepends")));
            case "partition" -> a -> partition(text, part(text, a, "sep"), false);
            case "rpartition" -> a -> partition(text, part(text, a, "sep"), true);
            case "startswith" -> a -> any(a, within(text, a)::startsWith);
            case "endswith" -> a -> any(a, within(text, a)::endsWith);
            case "count" -> a -> count(text, part(text, a, "sub"));
            case "find" -> a -> position(text, text.indexOf(part(text, a, "sub"), start(text, a)));
            case "rfind" -> a -> position(text, text.lastIndexOf(part(text, a, "sub")));
            case "index" -> a -> found(position(text, text.indexOf(part(text, a, "sub"), start(text, a))));
            case "rindex" -> a -> found(position(text, text.lastIndexOf(part(text, a, "sub"))));
            default -> null;
        };
    }

    private Callable question(String text, String name) {
        return switch (name) {
            case "isalnum" -> a -> all(text, Character::isLetterOrDigit);
            case "isalpha" -> a -> all(text, Character::isLetter);
            case "isdigit", "isdecimal", "isnumeric" -> a -> all(text, Character::isDigit);
            case "isspace" -> a -> all(text, PythonText::isSpace);
            case "isascii" -> a -> text.chars().allMatch(c -> c < 0x80);
            case "isupper" -> a -> cased(text) && text.equals(JinjaStrings.upper(text));
            case "islower" -> a -> cased(text) && text.equals(JinjaStrings.lower(text));
            case "istitle" -> a -> cased(text) && text.equals(JinjaStrings.title(text, c -> !Character.isLetter(c)));
            default -> null;
        };
    }

    private static boolean cased(String text) {
        return text.codePoints().anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
    }

    private static boolean all(String text, IntPredicate predicate) {
        return !text.isEmpty() && text.codePoints().allMatch(predicate);
    }

    private static String string(Arguments arguments, int index, String name) {
        Object value = arguments.required(index, name);
        if (JinjaValues.plain(value) instanceof String text) {
            return text;
        }
        JinjaOperators.defined(value);
        throw ChatTemplateException.failed("expected a text, found " + JinjaValues.type(value));
    }

    private static String chars(Arguments arguments) {
        return arguments.get(0, "chars", null) == null ? null : string(arguments, 0, "chars");
    }

    private String separator(String text, Arguments arguments) {
        return arguments.get(0, "sep", null) == null ? null : part(text, arguments, "sep");
    }

    /** The first argument, which is looked for in the text. */
    private String part(String text, Arguments arguments, String name) {
        String part = string(arguments, 0, name);
        budget.search(text, part);
        return part;
    }

    private <T> List<T> spent(List<T> items) {
        budget.spend(items.size());
        return items;
    }

    /** Also for the filter of this name. */
    String replace(String text, String old, String with, int count) {
        budget.search(text, old);
        StringBuilder out = new StringBuilder();
        int start = 0;
        int done = 0;
        int at = text.indexOf(old);
        while (at >= 0 && (count < 0 || done < count)) {
            out.append(text, start, at).append(with);
            budget.limit(out.length());
            done++;
            start = at + old.length();
            if (old.isEmpty()) {
                if (at == text.length()) {
                    break;
                }
                int next = text.offsetByCodePoints(at, 1);
                out.append(text, at, next);
                start = next;
                at = next;
            } else {
                at = text.indexOf(old, start);
            }
        }
        out.append(text, Math.min(start, text.length()), text.length());
        budget.text(out.length());
        return out.toString();
    }

    private String join(String separator, List<Object> parts) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            if (!(JinjaValues.plain(parts.get(i)) instanceof String part)) {
                throw ChatTemplateException.failed("sequence item " + i + ": expected a text");
            }
            out.append(i > 0 ? separator : "").append(part);
            budget.limit(out.length());
        }
        budget.text(out.length());
        return out.toString();
    }

    private static int missing(String text, Arguments arguments) {
        return Math.max(0, arguments.integer(0, "width", 0) - JinjaStrings.length(text));
    }

    private String pad(String text, int left, int right, Arguments arguments) {
        budget.text((long) text.length() + left + right);
        String fill = arguments.text(1, "fillchar", " ");
        return fill.repeat(left) + text + fill.repeat(right);
    }

    private static String swapCase(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints()
                .forEach(c -> out.appendCodePoint(
                        Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c)));
        return out.toString();
    }

    private static Tuple partition(String text, String separator, boolean last) {
        int at = last ? text.lastIndexOf(separator) : text.indexOf(separator);
        if (at < 0) {
            return new Tuple(last ? List.of("", "", text) : List.of(text, "", ""));
        }
        return new Tuple(List.of(text.substring(0, at), separator, text.substring(at + separator.length())));
    }

    /** The part of a text that the arguments behind the first choose. */
    private static String within(String text, Arguments arguments) {
        if (arguments.positional().size() < 2) {
            return text;
        }
        int size = JinjaStrings.length(text);
        int from = clip(arguments.integer(1, "start", 0), size);
        int to = clip(arguments.integer(2, "end", size), size);
        return from >= to ? "" : JinjaStrings.substring(text, from, to);
    }

    private static int clip(int position, int size) {
        return Math.clamp(position < 0 ? (long) position + size : position, 0, size);
    }

    private static boolean any(Arguments arguments, Predicate<String> test) {
        Object affixes = arguments.required(0, "affix");
        if (!(affixes instanceof Tuple tuple)) {
            return test.test(string(arguments, 0, "affix"));
        }
        List<String> texts = new ArrayList<>();
        tuple.forEach(affix -> texts.add(JinjaValues.text(affix)));
        return texts.stream().anyMatch(test);
    }

    private static long count(String text, String part) {
        if (part.isEmpty()) {
            return JinjaStrings.length(text) + 1L;
        }
        long count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
            count++;
        }
        return count;
    }

    private static int start(String text, Arguments arguments) {
        return text.offsetByCodePoints(0, clip(arguments.integer(1, "start", 0), JinjaStrings.length(text)));
    }

    private static long position(String text, int at) {
        return at < 0 ? -1 : text.codePointCount(0, at);
    }

    private static Object found(long position) {
        if (position < 0) {
            throw ChatTemplateException.failed("substring not found");
        }
        return position;
    }
}
