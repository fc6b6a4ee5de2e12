package demitasse.phi3.jinja;

import demitasse.phi3.jinja.JinjaObjects.Arguments;
import demitasse.phi3.jinja.JinjaObjects.Callable;
import demitasse.phi3.jinja.JinjaObjects.Namespace;
import demitasse.phi3.jinja.JinjaObjects.Undefined;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Executes statements. */
final class JinjaRunner {
    /** How a list of statements ended. */
    private enum Flow {
        ON,
        BREAK,
        CONTINUE
    }

    private final JinjaBudget budget;
    private final JinjaEvaluator evaluator;

    JinjaRunner(JinjaBudget budget) {
        this.budget = budget;
        evaluator = new JinjaEvaluator(budget);
    }

    /** The text that statements give. */
    String text(List<JinjaStatement> statements, JinjaScope scope) {
        StringBuilder out = new StringBuilder();
        run(statements, scope, out);
        budget.text(out.length());
        return out.toString();
    }

    private Flow run(List<JinjaStatement> statements, JinjaScope scope, StringBuilder out) {
        budget.enter();
        Flow flow = Flow.ON;
        for (int i = 0; i < statements.size() && flow == Flow.ON; i++) {
            budget.step();
            flow = run(statements.get(i), scope, out);
        }
        budget.leave();
        return flow;
    }

    private Flow run(JinjaStatement statement, JinjaScope scope, StringBuilder out) {
        switch (statement) {
            case JinjaStatement.Text text -> print(text.text(), out);
            case JinjaStatement.Print print -> print(JinjaValues.text(evaluator.evaluate(print.value(), scope)), out);
            case JinjaStatement.Set set -> assign(set.target(), evaluator.evaluate(set.value(), scope), scope);
            case JinjaStatement.SetBlock set -> assign(set.target(), filtered(set.filter(), set.body(), scope), scope);
            case JinjaStatement.FilterBlock filter ->
                print(JinjaValues.text(filtered(filter.filter(), filter.body(), scope)), out);
            case JinjaStatement.Macro macro -> scope.set(macro.name(), macro(macro, scope));
            case JinjaStatement.CallBlock call -> print(call(call, scope), out);
            case JinjaStatement.If condition -> {
                return condition(condition, scope, out);
            }
            case JinjaStatement.For loop -> {
                return loop(loop, scope, out);
            }
            case JinjaStatement.With with -> {
                JinjaScope inner = new JinjaScope(scope);
                for (int i = 0; i < with.targets().size(); i++) {
                    assign(
                            with.targets().get(i),
                            evaluator.evaluate(with.values().get(i), scope),
                            inner);
                }
                return run(with.body(), inner, out);
            }
            case JinjaStatement.Generation generation -> {
                return run(generation.body(), scope, out);
            }
            case JinjaStatement.Break leave -> {
                return Flow.BREAK;
            }
            case JinjaStatement.Continue next -> {
                return Flow.CONTINUE;
            }
        }
        return Flow.ON;
    }

    private void print(String text, StringBuilder out) {
        budget.text(text.length());
        out.append(text);
        budget.limit(out.length());
    }

    private Object filtered(JinjaExpr filter, List<JinjaStatement> body, JinjaScope scope) {
        String text = text(body, new JinjaScope(scope));
        JinjaScope inner = new JinjaScope(scope);
        inner.set(JinjaStatement.BODY, text);
        return evaluator.evaluate(filter, inner);
    }

    private Flow condition(JinjaStatement.If condition, JinjaScope scope, StringBuilder out) {
        for (int i = 0; i < condition.tests().size(); i++) {
            if (evaluator.truth(condition.tests().get(i), scope)) {
                return run(condition.bodies().get(i), scope, out);
            }
        }
        return run(condition.otherwise(), scope, out);
    }

    private void assign(JinjaExpr target, Object value, JinjaScope scope) {
        switch (target) {
            case JinjaExpr.Name name -> scope.set(name.name(), value);
            case JinjaExpr.Attribute attribute -> {
                if (!(evaluator.evaluate(attribute.target(), scope) instanceof Namespace namespace)) {
                    throw ChatTemplateException.failed("cannot assign an attribute on a value that is no namespace");
                }
                namespace.values().put(attribute.name(), value);
            }
            case JinjaExpr.Items names -> {
                List<Object> values = JinjaValues.items(value, budget);
                if (values.size() != names.items().size()) {
                    throw ChatTemplateException.failed(
                            "expected " + names.items().size() + " values to unpack, found " + values.size());
                }
                for (int i = 0; i < values.size(); i++) {
                    assign(names.items().get(i), values.get(i), scope);
                }
            }
            default -> throw ChatTemplateException.failed("cannot assign to an expression");
        }
    }

    private Flow loop(JinjaStatement.For loop, JinjaScope scope, StringBuilder out) {
        loop(loop, scope, out, evaluator.evaluate(loop.items(), scope), 0);
        return Flow.ON;
    }

    private void loop(JinjaStatement.For loop, JinjaScope scope, StringBuilder out, Object over, int depth) {
        List<Object> items = chosen(loop, JinjaValues.items(over, budget), scope);
        Callable recursion = !loop.recursive()
                ? null
                : arguments -> {
                    StringBuilder inner = new StringBuilder();
                    loop(loop, scope, inner, arguments.required(0, "iterable"), depth + 1);
                    return inner.toString();
                };
        JinjaLoop state = new JinjaLoop(items, depth, recursion, budget);
        for (int i = 0; i < items.size(); i++) {
            budget.step();
            state.at(i);
            JinjaScope inner = new JinjaScope(scope);
            inner.set("loop", state);
            assign(loop.target(), items.get(i), inner);
            if (run(loop.body(), inner, out) == Flow.BREAK) {
                break;
            }
        }
        if (items.isEmpty()) {
            run(loop.otherwise(), new JinjaScope(scope), out);
        }
    }

    private List<Object> chosen(JinjaStatement.For loop, List<Object> items, JinjaScope scope) {
        if (loop.filter() == null) {
            return items;
        }
        List<Object> chosen = new ArrayList<>();
        for (Object item : items) {
            JinjaScope inner = new JinjaScope(scope);
            assign(loop.target(), item, inner);
            if (evaluator.truth(loop.filter(), inner)) {
                chosen.add(item);
            }
        }
        return chosen;
    }

    private String call(JinjaStatement.CallBlock block, JinjaScope scope) {
        Object target = evaluator.evaluate(block.call().target(), scope);
        Arguments arguments = evaluator.arguments(block.call().arguments(), scope);
        Map<String, Object> named = new LinkedHashMap<>(arguments.named());
        named.put("caller", macro(block.caller(), scope));
        return JinjaValues.text(evaluator.call(target, new Arguments(arguments.positional(), named)));
    }

    private Callable macro(JinjaStatement.Macro macro, JinjaScope scope) {
        return arguments -> {
            budget.enter();
            JinjaScope inner = new JinjaScope(scope);
            bind(macro, arguments, inner);
            String text = text(macro.body(), inner);
            budget.leave();
            return text;
        };
    }

    private void bind(JinjaStatement.Macro macro, Arguments arguments, JinjaScope inner) {
        List<String> parameters = macro.parameters();
        int required = parameters.size() - macro.defaults().size();
        for (int i = 0; i < parameters.size(); i++) {
            String name = parameters.get(i);
            Object value;
            if (arguments.has(i, name)) {
                value = arguments.get(i, name, null);
            } else if (i >= required) {
                value = evaluator.evaluate(macro.defaults().get(i - required), inner);
            } else {
                value = new Undefined("parameter '" + name + "' was not provided: it");
            }
            inner.set(name, value);
        }
        Map<String, Object> others = new LinkedHashMap<>(arguments.named());
        Object caller = others.remove("caller");
        Set.copyOf(parameters).forEach(others::remove);
        if (caller != null && !parameters.contains("caller")) {
            inner.set("caller", caller);
        }
        inner.set("kwargs", others);
        inner.set(
                "varargs",
                new JinjaObjects.Tuple(arguments.from(parameters.size()).positional()));
    }
}
