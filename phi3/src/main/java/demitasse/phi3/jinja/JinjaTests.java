package demitasse.phi3.jinja;

import demitasse.phi3.jinja.JinjaObjects.Arguments;
import demitasse.phi3.jinja.JinjaObjects.Callable;
import demitasse.phi3.jinja.JinjaObjects.Generator;
import demitasse.phi3.jinja.JinjaObjects.Undefined;
import demitasse.phi3.jinja.JinjaObjects.View;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What stands behind {@code is}. */
final class JinjaTests {
    private final JinjaBudget budget;
    private final JinjaOperators operators;

    JinjaTests(JinjaBudget budget, JinjaOperators operators) {
        this.budget = budget;
        this.operators = operators;
    }

    boolean holds(String name, Object value, Arguments arguments) {
        budget.step();
        return switch (name) {
            case "defined" -> !(value instanceof Undefined);
            case "undefined" -> value instanceof Undefined;
            case "none" -> value == null;
            case "boolean" -> value instanceof Boolean;
            case "true" -> Boolean.TRUE.equals(value);
            case "false" -> Boolean.FALSE.equals(value);
            case "integer" -> value instanceof Long;
            case "float" -> value instanceof Double;
            case "number" -> JinjaNumbers.isNumber(value);
            case "string" -> value instanceof String;
            case "mapping" -> value instanceof Map;
            case "sequence" ->
                value instanceof String || value instanceof List || value instanceof Map || value instanceof Undefined;
            case "iterable" ->
                value instanceof Generator || value instanceof View || holds("sequence", value, arguments);
            case "callable" -> value instanceof Callable;
            case "odd" -> modulo(value, 2L) == 1;
            case "even" -> modulo(value, 2L) == 0;
            case "divisibleby" -> modulo(value, arguments.required(0, "num")) == 0;
            case "lower" -> JinjaValues.text(value).equals(JinjaStrings.lower(JinjaValues.text(value)));
            case "upper" -> JinjaValues.text(value).equals(JinjaStrings.upper(JinjaValues.text(value)));
            case "escaped" -> false;
            case "in" -> operators.contains(arguments.required(0, "seq"), value);
            case "sameas" -> same(value, arguments.required(0, "other"));
            case "filter", "test" -> throw ChatTemplateException.failed("the test '" + name + "' is not supported");
            default -> compare(name, value, arguments);
        };
    }

    private boolean compare(String name, Object value, Arguments arguments) {
        String operator = switch (name) {
            case "eq", "equalto" -> "==";
            case "ne" -> "!=";
            case "lt", "lessthan" -> "<";
            case "le" -> "<=";
            case "gt", "greaterthan" -> ">";
            case "ge" -> ">=";
            case "==", "!=", "<", "<=", ">", ">=" -> name;
            default -> throw ChatTemplateException.failed("no test named '" + name + "'");
        };
        return operators.compare(operator, value, arguments.required(0, "other"));
    }

    private static long modulo(Object value, Object by) {
        JinjaOperators.defined(value);
        Object rest = JinjaNumbers.calculate("%", value, by);
        return rest instanceof Double real ? (real == 0 ? 0 : real == 1 ? 1 : -1) : JinjaNumbers.whole(rest);
    }

    /** Python keeps one object of each truth value, of None and of short texts. */
    private static boolean same(Object left, Object right) {
        return left instanceof List || left instanceof Map ? left == right : Objects.equals(left, right);
    }
}
