package demitasse.phi3.jinja;

import demitasse.phi3.jinja.JinjaObjects.Arguments;
import demitasse.phi3.jinja.JinjaObjects.Tuple;
import demitasse.phi3.jinja.JinjaObjects.Undefined;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code %} and str.format, as far as templates use them: no nested fields, no width from an argument. */
final class JinjaFormat {
    private static final Pattern PERCENT =
            Pattern.compile("%(?:\\(([^)]{0,200})\\))?([-+ 0#]*)(\\d{1,4})?(?:\\.(\\d{1,3}))?(.)", Pattern.DOTALL);
    private static final Pattern BRACES = Pattern.compile(
            "\\{\\{|}}|\\{(\\w{0,200})((?:\\.\\w{1,200}|\\[[^]]{1,200}])*)"
                    + "(?:!([rs]))?(?::(?:(.)?([<>^]))?([-+ ]?)(#?)(0?)(\\d{1,4})?(,?)(?:\\.(\\d{1,3}))?([a-zA-Z%]?))?}");
    private static final Pattern STEP = Pattern.compile("\\.(\\w+)|\\[([^]]+)]");

    private final JinjaBudget budget;
    private final JinjaMembers members;

    JinjaFormat(JinjaBudget budget, JinjaMembers members) {
        this.budget = budget;
        this.members = members;
    }

    /** @param values a tuple of them, a map, or one */
    static String percent(String format, Object values, JinjaBudget budget) {
        List<?> list = values instanceof Tuple tuple ? tuple : Collections.singletonList(values);
        Matcher matcher = PERCENT.matcher(format);
        StringBuilder out = new StringBuilder();
        int next = 0;
        while (matcher.find()) {
            budget.step();
            String text = "%";
            if (!matcher.group(5).equals("%")) {
                Object value;
                if (matcher.group(1) != null && values instanceof Map<?, ?> map) {
                    value = map.get(matcher.group(1));
                } else if (next < list.size()) {
                    value = list.get(next++);
                } else {
                    throw ChatTemplateException.failed("not enough arguments for format string");
                }
                text = percentSpec(matcher).write(value);
            }
            matcher.appendReplacement(out, Matcher.quoteReplacement(text));
            budget.limit(out.length());
        }
        matcher.appendTail(out);
        budget.text(out.length());
        return out.toString();
    }

    private static JinjaFormatSpec percentSpec(Matcher matcher) {
        String flags = matcher.group(2);
        boolean left = flags.contains("-");
        boolean zeros = flags.contains("0") && !left;
        return new JinjaFormatSpec(
                " ",
                left ? '<' : zeros ? 0 : '>',
                flags.contains("+") ? '+' : flags.contains(" ") ? ' ' : 0,
                flags.contains("#"),
                zeros,
                number(matcher.group(3), 0),
                false,
                number(matcher.group(4), -1),
                matcher.group(5).charAt(0));
    }

    private static int number(String digits, int otherwise) {
        return digits == null ? otherwise : Integer.parseInt(digits);
    }

    String braces(String format, Arguments arguments) {
        Matcher matcher = BRACES.matcher(format);
        StringBuilder out = new StringBuilder();
        int next = 0;
        while (matcher.find()) {
            budget.step();
            String all = matcher.group();
            String text = all.substring(0, 1);
            if (!all.equals("{{") && !all.equals("}}")) {
                String name = matcher.group(1).isEmpty() ? Integer.toString(next++) : matcher.group(1);
                Object value = JinjaValues.plain(field(field(arguments, name), matcher.group(2)));
                text = bracesSpec(matcher).write("r".equals(matcher.group(3)) ? JinjaValues.repr(value) : value);
            }
            matcher.appendReplacement(out, Matcher.quoteReplacement(text));
            budget.limit(out.length());
        }
        matcher.appendTail(out);
        budget.text(out.length());
        return out.toString();
    }

    private static JinjaFormatSpec bracesSpec(Matcher matcher) {
        return new JinjaFormatSpec(
                matcher.group(4) == null ? " " : matcher.group(4),
                character(matcher.group(5)),
                "-".equals(matcher.group(6)) ? 0 : character(matcher.group(6)),
                "#".equals(matcher.group(7)),
                "0".equals(matcher.group(8)),
                number(matcher.group(9), 0),
                ",".equals(matcher.group(10)),
                number(matcher.group(11), -1),
                character(matcher.group(12)));
    }

    private static char character(String text) {
        return text == null || text.isEmpty() ? 0 : text.charAt(0);
    }

    private static Object field(Arguments arguments, String name) {
        if (name.chars().allMatch(Character::isDigit) && name.length() < 5) {
            int index = Integer.parseInt(name);
            if (index < arguments.positional().size()) {
                return arguments.positional().get(index);
            }
        } else if (arguments.named().containsKey(name)) {
            return arguments.named().get(name);
        }
        throw ChatTemplateException.failed("no argument for the field '" + name + "'");
    }

    /** @param path {@code .name} and {@code [key]}, as often as they like */
    private Object field(Object value, String path) {
        Object found = value;
        Matcher steps = STEP.matcher(path);
        while (steps.find()) {
            String key = steps.group(2);
            boolean index = key != null && key.length() < 10 && key.chars().allMatch(Character::isDigit);
            found = key == null
                    ? members.attribute(found, steps.group(1))
                    : members.item(found, index ? (Object) Long.valueOf(key) : key);
            if (found instanceof Undefined undefined) {
                throw undefined.error();
            }
        }
        return found;
    }
}
