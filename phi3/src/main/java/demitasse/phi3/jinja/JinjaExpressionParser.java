package demitasse.phi3.jinja;

import demitasse.phi3.jinja.JinjaExpr.Arguments;
import demitasse.phi3.jinja.JinjaToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Expressions, with the precedences of jinja2/parser.py. */
final class JinjaExpressionParser {
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Set<String> PRODUCTS = Set.of("*", "/", "//", "%");
    private static final Set<String> AFTER_TEST = Set.of("else", "or", "and", "if", "is", "in", "not");
    private static final JinjaExpr NONE = new JinjaExpr.Literal(null);

    private final JinjaTokens in;

    JinjaExpressionParser(JinjaTokens in) {
        this.in = in;
    }

    JinjaExpr expression() {
        in.enter();
        JinjaExpr value = or();
        while (in.skipName("if")) {
            JinjaExpr test = or();
            JinjaExpr otherwise = in.skipName("else") ? expression() : null;
            value = new JinjaExpr.Conditional(test, value, otherwise);
        }
        in.leave();
        return value;
    }

    /** An expression, or several with commas: a tuple. */
    JinjaExpr tuple(boolean conditional) {
        JinjaExpr first = conditional ? expression() : or();
        if (!in.current().operator(",")) {
            return first;
        }
        List<JinjaExpr> items = new ArrayList<>(List.of(first));
        while (in.skipOperator(",")) {
            if (endOfTuple()) {
                break;
            }
            items.add(conditional ? expression() : or());
        }
        return new JinjaExpr.Items(items, true);
    }

    private boolean endOfTuple() {
        JinjaToken token = in.current();
        return token.is(Kind.PRINT_END) || token.is(Kind.BLOCK_END) || token.operator(")") || token.operator("=");
    }

    /** What {@code set} and {@code for} assign to: names, tuples of names, and for set an attribute of a namespace. */
    JinjaExpr target(boolean attribute) {
        JinjaExpr first = simpleTarget(attribute);
        if (!in.current().operator(",")) {
            return first;
        }
        List<JinjaExpr> items = new ArrayList<>(List.of(first));
        while (in.skipOperator(",")) {
            if (in.current().name("in") || endOfTuple()) {
                break;
            }
            items.add(simpleTarget(attribute));
        }
        return new JinjaExpr.Items(items, true);
    }

    private JinjaExpr simpleTarget(boolean attribute) {
        if (in.skipOperator("(")) {
            in.enter();
            JinjaExpr inner = target(attribute);
            in.expectOperator(")");
            in.leave();
            return inner;
        }
        JinjaExpr name = new JinjaExpr.Name(in.expect(Kind.NAME).text());
        return attribute && in.skipOperator(".")
                ? new JinjaExpr.Attribute(name, in.expect(Kind.NAME).text())
                : name;
    }

    JinjaExpr or() {
        JinjaExpr left = and();
        while (in.skipName("or")) {
            left = new JinjaExpr.Logic(false, left, and());
        }
        return left;
    }

    private JinjaExpr and() {
        JinjaExpr left = not();
        while (in.skipName("and")) {
            left = new JinjaExpr.Logic(true, left, not());
        }
        return left;
    }

    private JinjaExpr not() {
        if (in.skipName("not")) {
            in.enter();
            JinjaExpr value = new JinjaExpr.Not(not());
            in.leave();
            return value;
        }
        return compare();
    }

    private JinjaExpr compare() {
        JinjaExpr first = sum();
        List<String> operators = new ArrayList<>();
        List<JinjaExpr> operands = new ArrayList<>();
        while (true) {
            JinjaToken token = in.current();
            if (token.is(Kind.OPERATOR) && COMPARISONS.contains(token.text())) {
                operators.add(in.next().text());
            } else if (in.skipName("in")) {
                operators.add("in");
            } else if (token.name("not") && in.ahead().name("in")) {
                in.next();
                in.next();
                operators.add("not in");
            } else {
                return operators.isEmpty() ? first : new JinjaExpr.Compare(first, operators, operands);
            }
            operands.add(sum());
        }
    }

    private JinjaExpr sum() {
        JinjaExpr left = concat();
        while (in.current().operator("+") || in.current().operator("-")) {
            left = new JinjaExpr.Binary(in.next().text(), left, concat());
        }
        return left;
    }

    private JinjaExpr concat() {
        JinjaExpr first = product();
        if (!in.current().operator("~")) {
            return first;
        }
        List<JinjaExpr> parts = new ArrayList<>(List.of(first));
        while (in.skipOperator("~")) {
            parts.add(product());
        }
        return new JinjaExpr.Concat(parts);
    }

    private JinjaExpr product() {
        JinjaExpr left = power();
        while (in.current().is(Kind.OPERATOR) && PRODUCTS.contains(in.current().text())) {
            left = new JinjaExpr.Binary(in.next().text(), left, power());
        }
        return left;
    }

    private JinjaExpr power() {
        JinjaExpr left = unary(true);
        while (in.skipOperator("**")) {
            left = new JinjaExpr.Binary("**", left, unary(true));
        }
        return left;
    }

    private JinjaExpr unary(boolean filters) {
        in.enter();
        JinjaExpr value;
        if (in.skipOperator("-")) {
            value = new JinjaExpr.Sign(unary(false), true);
        } else if (in.skipOperator("+")) {
            value = new JinjaExpr.Sign(unary(false), false);
        } else {
            value = primary();
        }
        value = postfix(value);
        value = filters ? filters(value) : value;
        in.leave();
        return value;
    }

    private JinjaExpr primary() {
        JinjaToken token = in.next();
        switch (token.kind()) {
            case NAME -> {
                return switch (token.text()) {
                    case "true", "True" -> new JinjaExpr.Literal(true);
                    case "false", "False" -> new JinjaExpr.Literal(false);
                    case "none", "None" -> NONE;
                    default -> new JinjaExpr.Name(token.text());
                };
            }
            case STRING -> {
                StringBuilder text = new StringBuilder(token.text());
                while (in.current().is(Kind.STRING)) {
                    text.append(in.next().text());
                }
                return new JinjaExpr.Literal(text.toString());
            }
            case INTEGER, FLOAT -> {
                return new JinjaExpr.Literal(JinjaNumbers.literal(token));
            }
            default -> {
                return bracket(token);
            }
        }
    }

    private JinjaExpr bracket(JinjaToken token) {
        if (token.operator("(")) {
            if (in.skipOperator(")")) {
                return new JinjaExpr.Items(List.of(), true);
            }
            JinjaExpr inner = tuple(true);
            in.expectOperator(")");
            return inner;
        }
        if (token.operator("[")) {
            return new JinjaExpr.Items(list("]"), false);
        }
        if (token.operator("{")) {
            return dict();
        }
        throw ChatTemplateException.failed("template line " + token.line() + ": unexpected '" + token.text() + "'");
    }

    private List<JinjaExpr> list(String close) {
        List<JinjaExpr> items = new ArrayList<>();
        while (!in.skipOperator(close)) {
            if (!items.isEmpty()) {
                in.expectOperator(",");
                if (in.skipOperator(close)) {
                    break;
                }
            }
            items.add(expression());
        }
        return items;
    }

    private JinjaExpr dict() {
        List<JinjaExpr> keys = new ArrayList<>();
        List<JinjaExpr> values = new ArrayList<>();
        while (!in.skipOperator("}")) {
            if (!keys.isEmpty()) {
                in.expectOperator(",");
                if (in.skipOperator("}")) {
                    break;
                }
            }
            keys.add(expression());
            in.expectOperator(":");
            values.add(expression());
        }
        return new JinjaExpr.Dict(keys, values);
    }

    private JinjaExpr postfix(JinjaExpr start) {
        JinjaExpr value = start;
        while (true) {
            if (in.skipOperator(".")) {
                JinjaToken name = in.next();
                value = switch (name.kind()) {
                    case NAME -> new JinjaExpr.Attribute(value, name.text());
                    case INTEGER -> new JinjaExpr.Index(value, new JinjaExpr.Literal(JinjaNumbers.literal(name)));
                    default -> throw in.fail("expected a name behind '.'");
                };
            } else if (in.skipOperator("[")) {
                value = subscript(value);
            } else if (in.skipOperator("(")) {
                value = new JinjaExpr.Call(value, arguments());
            } else {
                return value;
            }
        }
    }

    private JinjaExpr subscript(JinjaExpr target) {
        JinjaExpr start = in.current().operator(":") ? null : expression();
        if (in.skipOperator("]")) {
            return new JinjaExpr.Index(target, start);
        }
        in.expectOperator(":");
        JinjaExpr stop = in.current().operator(":") || in.current().operator("]") ? null : expression();
        JinjaExpr step = in.skipOperator(":") && !in.current().operator("]") ? expression() : null;
        in.expectOperator("]");
        return new JinjaExpr.Slice(target, start, stop, step);
    }

    private JinjaExpr filters(JinjaExpr start) {
        JinjaExpr value = start;
        while (true) {
            if (in.skipOperator("|")) {
                value = filter(value);
            } else if (in.skipName("is")) {
                value = test(value);
            } else if (in.skipOperator("(")) {
                value = new JinjaExpr.Call(value, arguments());
            } else {
                return value;
            }
        }
    }

    /** Filters written without a first {@code |}, as blocks have them. */
    JinjaExpr filterChain(JinjaExpr start) {
        JinjaExpr value = filter(start);
        while (in.skipOperator("|")) {
            value = filter(value);
        }
        return value;
    }

    private JinjaExpr filter(JinjaExpr target) {
        String name = dotted();
        return new JinjaExpr.Filter(target, name, in.skipOperator("(") ? arguments() : Arguments.NONE);
    }

    private JinjaExpr test(JinjaExpr target) {
        boolean negated = in.skipName("not");
        String name = dotted();
        Arguments arguments = Arguments.NONE;
        JinjaToken token = in.current();
        if (in.skipOperator("(")) {
            arguments = arguments();
        } else if (startsArgument(token)) {
            arguments = new Arguments(List.of(postfix(primary())), List.of(), List.of(), null, null);
        }
        return new JinjaExpr.Test(target, name, arguments, negated);
    }

    private static boolean startsArgument(JinjaToken token) {
        return switch (token.kind()) {
            case NAME -> !AFTER_TEST.contains(token.text());
            case STRING, INTEGER, FLOAT -> true;
            default -> token.operator("[") || token.operator("{");
        };
    }

    private String dotted() {
        StringBuilder name = new StringBuilder(in.expect(Kind.NAME).text());
        while (in.skipOperator(".")) {
            name.append('.').append(in.expect(Kind.NAME).text());
        }
        return name.toString();
    }

    /** Behind the opening bracket. */
    Arguments arguments() {
        List<JinjaExpr> positional = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<JinjaExpr> named = new ArrayList<>();
        JinjaExpr star = null;
        JinjaExpr doubleStar = null;
        boolean first = true;
        while (!in.skipOperator(")")) {
            if (!first) {
                in.expectOperator(",");
                if (in.skipOperator(")")) {
                    break;
                }
            }
            first = false;
            if (in.skipOperator("*")) {
                star = expression();
            } else if (in.skipOperator("**")) {
                doubleStar = expression();
            } else if (in.current().is(Kind.NAME) && in.ahead().operator("=")) {
                names.add(in.next().text());
                in.next();
                named.add(expression());
            } else if (names.isEmpty()) {
                positional.add(expression());
            } else {
                throw in.fail("a positional argument follows a named one");
            }
        }
        return new Arguments(positional, names, named, star, doubleStar);
    }
}
