package demitasse.phi3.jinja;

import demitasse.phi3.jinja.JinjaObjects.Arguments;
import demitasse.phi3.jinja.JinjaObjects.Callable;
import demitasse.phi3.jinja.JinjaObjects.Tuple;
import demitasse.phi3.jinja.JinjaObjects.Undefined;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Evaluates expressions. */
final class JinjaEvaluator {
    private final JinjaBudget budget;
    private final JinjaMembers members;
    private final JinjaOperators operators;
    private final JinjaFilters filters;
    private final JinjaTests tests;

    JinjaEvaluator(JinjaBudget budget) {
        this.budget = budget;
        members = new JinjaMembers(budget);
        operators = new JinjaOperators(budget);
        tests = new JinjaTests(budget, operators);
        filters = new JinjaFilters(budget, members, operators, tests);
    }

    Object evaluate(JinjaExpr expression, JinjaScope scope) {
        budget.enter();
        budget.step();
        Object value = switch (expression) {
            case JinjaExpr.Literal literal -> literal.value();
            case JinjaExpr.Name name -> scope.get(name.name());
            case JinjaExpr.Items items -> {
                List<Object> values = all(items.items(), scope);
                yield items.tuple() ? new Tuple(values) : values;
            }
            case JinjaExpr.Dict dict -> dict(dict, scope);
            case JinjaExpr.Attribute attribute ->
                members.attribute(evaluate(attribute.target(), scope), attribute.name());
            case JinjaExpr.Index index ->
                members.item(evaluate(index.target(), scope), JinjaValues.plain(evaluate(index.key(), scope)));
            case JinjaExpr.Slice slice ->
                members.slice(
                        evaluate(slice.target(), scope),
                        optional(slice.start(), scope),
                        optional(slice.stop(), scope),
                        optional(slice.step(), scope));
            case JinjaExpr.Call call -> call(evaluate(call.target(), scope), arguments(call.arguments(), scope));
            case JinjaExpr.Filter filter ->
                filters.apply(filter.name(), evaluate(filter.target(), scope), arguments(filter.arguments(), scope));
            case JinjaExpr.Test test ->
                test.negated()
                        != tests.holds(
                                test.name(),
                                JinjaValues.plain(evaluate(test.target(), scope)),
                                arguments(test.arguments(), scope));
            case JinjaExpr.Not not -> !truth(not.value(), scope);
            case JinjaExpr.Sign sign -> operators.sign(evaluate(sign.value(), scope), sign.negative());
            case JinjaExpr.Binary binary ->
                operators.calculate(binary.operator(), evaluate(binary.left(), scope), evaluate(binary.right(), scope));
            case JinjaExpr.Logic logic -> {
                Object left = evaluate(logic.left(), scope);
                yield JinjaValues.truth(left) == logic.and() ? evaluate(logic.right(), scope) : left;
            }
            case JinjaExpr.Compare compare -> compare(compare, scope);
            case JinjaExpr.Concat concat -> concat(all(concat.parts(), scope));
            case JinjaExpr.Conditional conditional ->
                truth(conditional.test(), scope)
                        ? evaluate(conditional.value(), scope)
                        : conditional.otherwise() == null
                                ? new Undefined("the value of an if without else")
                                : evaluate(conditional.otherwise(), scope);
        };
        budget.leave();
        return value;
    }

    boolean truth(JinjaExpr expression, JinjaScope scope) {
        return JinjaValues.truth(evaluate(expression, scope));
    }

    private Object optional(JinjaExpr expression, JinjaScope scope) {
        return expression == null ? null : evaluate(expression, scope);
    }

    private List<Object> all(List<JinjaExpr> expressions, JinjaScope scope) {
        List<Object> values = new ArrayList<>(expressions.size());
        for (JinjaExpr expression : expressions) {
            values.add(evaluate(expression, scope));
        }
        return values;
    }

    private Map<Object, Object> dict(JinjaExpr.Dict dict, JinjaScope scope) {
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < dict.keys().size(); i++) {
            map.put(
                    JinjaOperators.key(evaluate(dict.keys().get(i), scope)),
                    evaluate(dict.values().get(i), scope));
        }
        return map;
    }

    private boolean compare(JinjaExpr.Compare compare, JinjaScope scope) {
        Object left = evaluate(compare.first(), scope);
        for (int i = 0; i < compare.operators().size(); i++) {
            Object right = evaluate(compare.operands().get(i), scope);
            if (!operators.compare(compare.operators().get(i), left, right)) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private String concat(List<Object> parts) {
        StringBuilder out = new StringBuilder();
        for (Object part : parts) {
            out.append(JinjaValues.text(part));
            budget.limit(out.length());
        }
        budget.text(out.length());
        return out.toString();
    }

    Arguments arguments(JinjaExpr.Arguments written, JinjaScope scope) {
        if (written == JinjaExpr.Arguments.NONE) {
            return Arguments.NONE;
        }
        List<Object> positional = all(written.positional(), scope);
        if (written.star() != null) {
            positional.addAll(JinjaValues.items(evaluate(written.star(), scope), budget));
        }
        Map<String, Object> named = new LinkedHashMap<>();
        for (int i = 0; i < written.names().size(); i++) {
            named.put(written.names().get(i), evaluate(written.named().get(i), scope));
        }
        if (written.doubleStar() != null) {
            if (!(evaluate(written.doubleStar(), scope) instanceof Map<?, ?> map)) {
                throw ChatTemplateException.failed("the argument behind ** is no mapping");
            }
            map.forEach((key, value) -> named.put(JinjaValues.text(key), value));
        }
        return new Arguments(positional, named);
    }

    Object call(Object target, Arguments arguments) {
        return switch (target) {
            case Callable callable -> callable.call(arguments);
            case Undefined undefined -> throw undefined.error();
            case null, default -> throw ChatTemplateException.failed(JinjaValues.type(target) + " is not callable");
        };
    }
}
