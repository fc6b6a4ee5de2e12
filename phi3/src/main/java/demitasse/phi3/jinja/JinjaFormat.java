package demitasse.phi3.jinja;

import demitasse.phi3.jinja.JinjaObjects.Arguments;
import demitasse.phi3.jinja.JinjaObjects.Tuple;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code %} and str.format, as far as templates use them: no attributes, no nested fields. */
final class JinjaFormat {
    private static final Pattern PERCENT =
            Pattern.compile("%(?:\\(([^)]{0,200})\\))?([-+ 0#]*)(\\d{1,4})?(?:\\.(\\d{1,3}))?(.)", Pattern.DOTALL);
    private static final Pattern BRACES = Pattern.compile(
            "\\{\\{|}}|\\{(\\w*)(?:!([rs]))?(?::(?:(.)?([<>^]))?([+ ]?)(0?)(\\d{1,4})?(,?)(?:\\.(\\d{1,3}))?([a-z%]?))?}");

    private JinjaFormat() {}

    static String percent(String format, Object values, JinjaBudget budget) {
        List<?> list = values instanceof Tuple tuple ? tuple : java.util.Collections.singletonList(values);
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
                int precision = matcher.group(4) == null ? -1 : Integer.parseInt(matcher.group(4));
                text = one(value, matcher.group(5).charAt(0), precision);
                text = pad(text, matcher.group(2), matcher.group(3));
            }
            matcher.appendReplacement(out, Matcher.quoteReplacement(text));
            budget.limit(out.length());
        }
        matcher.appendTail(out);
        budget.text(out.length());
        return out.toString();
    }

    private static String pad(String text, String flags, String width) {
        int missing = width == null ? 0 : Math.max(0, Integer.parseInt(width) - JinjaStrings.length(text));
        if (flags.contains("-")) {
            return text + " ".repeat(missing);
        }
        boolean negative = text.startsWith("-");
        return flags.contains("0")
                ? (negative ? "-" : "") + "0".repeat(missing) + text.substring(negative ? 1 : 0)
                : " ".repeat(missing) + text;
    }

    private static String one(Object value, char type, int precision) {
        return switch (type) {
            case 's' -> cut(JinjaValues.text(value), precision);
            case 'r' -> cut(JinjaValues.repr(value), precision);
            case 'd', 'i', 'u' ->
                Long.toString(value instanceof Double real ? real.longValue() : JinjaNumbers.whole(value));
            case 'x' -> Long.toHexString(JinjaNumbers.whole(value));
            case 'X' -> JinjaStrings.upper(Long.toHexString(JinjaNumbers.whole(value)));
            case 'o' -> Long.toOctalString(JinjaNumbers.whole(value));
            case 'f', 'F' -> JinjaNumbers.fixed(JinjaNumbers.real(value), precision < 0 ? 6 : precision);
            default -> throw ChatTemplateException.failed("unsupported format character '" + type + "'");
        };
    }

    private static String cut(String text, int precision) {
        return precision < 0 || JinjaStrings.length(text) <= precision
                ? text
                : JinjaStrings.substring(text, 0, precision);
    }

    static String braces(String format, Arguments arguments, JinjaBudget budget) {
        Matcher matcher = BRACES.matcher(format);
        StringBuilder out = new StringBuilder();
        int next = 0;
        while (matcher.find()) {
            budget.step();
            String all = matcher.group();
            String text = all.substring(0, 1);
            if (!all.equals("{{") && !all.equals("}}")) {
                String field = matcher.group(1);
                Object value = field.isEmpty() ? field(arguments, Integer.toString(next++)) : field(arguments, field);
                text = field(value, matcher);
            }
            matcher.appendReplacement(out, Matcher.quoteReplacement(text));
            budget.limit(out.length());
        }
        matcher.appendTail(out);
        budget.text(out.length());
        return out.toString();
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

    private static String field(Object value, Matcher spec) {
        int precision = spec.group(9) == null ? -1 : Integer.parseInt(spec.group(9));
        String type = spec.group(10) == null ? "" : spec.group(10);
        String text = "r".equals(spec.group(2)) ? JinjaValues.repr(value) : JinjaValues.text(value);
        if (type.equals("%")) {
            text = JinjaNumbers.fixed(JinjaNumbers.real(value) * 100, precision < 0 ? 6 : precision) + "%";
        } else if (!type.isEmpty()) {
            text = one(value, type.charAt(0), precision);
        } else if (precision >= 0) {
            text = cut(text, precision);
        }
        if (",".equals(spec.group(8))) {
            text = text.replaceAll("(?<=\\d)(?=(\\d{3})+(?!\\d))(?<!\\.\\d{0,20})", ",");
        }
        int missing =
                spec.group(7) == null ? 0 : Math.max(0, Integer.parseInt(spec.group(7)) - JinjaStrings.length(text));
        boolean number = JinjaNumbers.isNumber(value);
        String fill = "0".equals(spec.group(6)) ? "0" : spec.group(3) == null ? " " : spec.group(3);
        String align = spec.group(4) != null ? spec.group(4) : number ? ">" : "<";
        int left = align.equals(">") ? missing : align.equals("^") ? missing / 2 : 0;
        return fill.repeat(left) + text + fill.repeat(missing - left);
    }
}
