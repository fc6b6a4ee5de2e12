package demitasse.phi3.jinja;

import java.util.List;

/** An expression of a template. */
sealed interface JinjaExpr {
    record Literal(Object value) implements JinjaExpr {}

    record Name(String name) implements JinjaExpr {}

    /** A list or a tuple. */
    record Items(List<JinjaExpr> items, boolean tuple) implements JinjaExpr {}

    record Dict(List<JinjaExpr> keys, List<JinjaExpr> values) implements JinjaExpr {}

    record Attribute(JinjaExpr target, String name) implements JinjaExpr {}

    record Index(JinjaExpr target, JinjaExpr key) implements JinjaExpr {}

    /** Bounds are null where they are left out. */
    record Slice(JinjaExpr target, JinjaExpr start, JinjaExpr stop, JinjaExpr step) implements JinjaExpr {}

    record Call(JinjaExpr target, Arguments arguments) implements JinjaExpr {}

    record Filter(JinjaExpr target, String name, Arguments arguments) implements JinjaExpr {}

    record Test(JinjaExpr target, String name, Arguments arguments, boolean negated) implements JinjaExpr {}

    record Not(JinjaExpr value) implements JinjaExpr {}

    record Sign(JinjaExpr value, boolean negative) implements JinjaExpr {}

    record Binary(String operator, JinjaExpr left, JinjaExpr right) implements JinjaExpr {}

    record Logic(boolean and, JinjaExpr left, JinjaExpr right) implements JinjaExpr {}

    /** {@code a < b <= c}: each operand is evaluated once. */
    record Compare(JinjaExpr first, List<String> operators, List<JinjaExpr> operands) implements JinjaExpr {}

    record Concat(List<JinjaExpr> parts) implements JinjaExpr {}

    /** @param otherwise null gives an undefined value */
    record Conditional(JinjaExpr test, JinjaExpr value, JinjaExpr otherwise) implements JinjaExpr {}

    /** @param star the list of {@code *list}, or null; {@code doubleStar} the same for {@code **map} */
    record Arguments(
            List<JinjaExpr> positional,
            List<String> names,
            List<JinjaExpr> named,
            JinjaExpr star,
            JinjaExpr doubleStar) {
        static final Arguments NONE = new Arguments(List.of(), List.of(), List.of(), null, null);
    }
}
