package demitasse.phi3.jinja;

import demitasse.phi3.jinja.JinjaObjects.Markup;
import demitasse.phi3.jinja.JinjaObjects.Tuple;
import demitasse.phi3.jinja.JinjaObjects.Undefined;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Arithmetic and comparisons. */
final class JinjaOperators {
    private final JinjaBudget budget;

    JinjaOperators(JinjaBudget budget) {
        this.budget = budget;
    }

    Object sign(Object value, boolean negative) {
        defined(value);
        if (!JinjaNumbers.isNumber(value)) {
            throw ChatTemplateException.failed("bad operand for a sign: " + JinjaValues.type(value));
        }
        return negative ? JinjaNumbers.negate(value) : value;
    }

    Object calculate(String operator, Object left, Object right) {
        defined(left);
        defined(right);
        if (JinjaNumbers.isNumber(left) && JinjaNumbers.isNumber(right)) {
            return JinjaNumbers.calculate(operator, left, right);
        }
        if (operator.equals("+")) {
            return add(left, right);
        }
        Object plain = JinjaValues.plain(left);
        if (operator.equals("%") && plain instanceof String text) {
            return JinjaFormat.percent(text, right, budget);
        }
        if (operator.equals("*")) {
            return JinjaNumbers.isInteger(plain) ? repeat(right, plain) : repeat(plain, right);
        }
        throw unsupported(operator, left, right);
    }

    private Object add(Object left, Object right) {
        if (left instanceof String a && right instanceof String b) {
            budget.text((long) a.length() + b.length());
            return a + b;
        }
        if (isText(left) && isText(right)) {
            String a = left instanceof Markup markup ? markup.text() : Markup.escape((String) left);
            String b = right instanceof Markup markup ? markup.text() : Markup.escape((String) right);
            budget.text((long) a.length() + b.length());
            return new Markup(a + b);
        }
        if (left instanceof List<?> a && right instanceof List<?> b && a instanceof Tuple == b instanceof Tuple) {
            budget.spend((long) a.size() + b.size());
            List<Object> all = new ArrayList<>(a);
            all.addAll(b);
            return left instanceof Tuple ? new Tuple(all) : all;
        }
        throw unsupported("+", left, right);
    }

    private static boolean isText(Object value) {
        return value instanceof String || value instanceof Markup;
    }

    private Object repeat(Object value, Object times) {
        if (!JinjaNumbers.isInteger(times)) {
            throw unsupported("*", value, times);
        }
        long count = Math.clamp(JinjaNumbers.whole(times), 0, Integer.MAX_VALUE);
        if (JinjaValues.plain(value) instanceof String text) {
            budget.text(text.length() * count);
            return text.repeat(text.isEmpty() ? 0 : (int) count);
        }
        if (value instanceof List<?> list) {
            budget.spend(list.size() * count);
            List<Object> all = new ArrayList<>();
            for (long i = 0; i < count && !list.isEmpty(); i++) {
                all.addAll(list);
            }
            return value instanceof Tuple ? new Tuple(all) : all;
        }
        throw unsupported("*", value, times);
    }

    boolean compare(String operator, Object left, Object right) {
        return switch (operator) {
            case "==" -> JinjaValues.equal(left, right, budget);
            case "!=" -> !JinjaValues.equal(left, right, budget);
            case "in" -> contains(right, left);
            case "not in" -> !contains(right, left);
            default -> {
                defined(left);
                defined(right);
                int order = JinjaValues.compare(left, right, budget);
                yield switch (operator) {
                    case "<" -> order < 0;
                    case "<=" -> order <= 0;
                    case ">" -> order > 0;
                    default -> order >= 0;
                };
            }
        };
    }

    boolean contains(Object container, Object item) {
        Object wanted = JinjaValues.plain(item);
        return switch (JinjaValues.plain(container)) {
            case String text -> {
                if (!(wanted instanceof String part)) {
                    defined(wanted);
                    throw ChatTemplateException.failed(
                            "'in <string>' requires string as left operand, not " + JinjaValues.type(item));
                }
                budget.search(text, part);
                yield text.contains(part);
            }
            case Map<?, ?> map -> map.containsKey(key(wanted));
            case null -> throw ChatTemplateException.failed("argument of type 'NoneType' is not iterable");
            case Object other -> {
                for (Object each : JinjaValues.items(other, budget)) {
                    if (JinjaValues.equal(each, wanted, budget)) {
                        yield true;
                    }
                }
                yield false;
            }
        };
    }

    /** A value that may be a key: lists and maps may not, as in Python, nor tuples of tuples. */
    static Object key(Object value) {
        Object plain = JinjaValues.plain(value);
        boolean nested = plain instanceof Tuple tuple && tuple.stream().anyMatch(item -> item instanceof List);
        if (nested || plain instanceof Map || plain instanceof List && !(plain instanceof Tuple)) {
            throw ChatTemplateException.failed("unhashable type: '" + JinjaValues.type(value) + "'");
        }
        return plain;
    }

    static void defined(Object value) {
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
    }

    private static ChatTemplateException unsupported(String operator, Object left, Object right) {
        return ChatTemplateException.failed("unsupported operand types for " + operator + ": " + JinjaValues.type(left)
                + " and " + JinjaValues.type(right));
    }
}
