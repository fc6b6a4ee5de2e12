package demitasse.phi3.jinja;

import java.util.List;

/** A statement of a template. */
sealed interface JinjaStatement {
    record Text(String text) implements JinjaStatement {}

    record Print(JinjaExpr value) implements JinjaStatement {}

    /** @param filter the condition of {@code for x in y if ...}, or null */
    record For(
            JinjaExpr target,
            JinjaExpr items,
            JinjaExpr filter,
            boolean recursive,
            List<JinjaStatement> body,
            List<JinjaStatement> otherwise)
            implements JinjaStatement {}

    /** The first branch whose test holds is taken. */
    record If(List<JinjaExpr> tests, List<List<JinjaStatement>> bodies, List<JinjaStatement> otherwise)
            implements JinjaStatement {}

    record Set(JinjaExpr target, JinjaExpr value) implements JinjaStatement {}

    /** @param filter filters around {@link #BODY}, or that name alone */
    record SetBlock(JinjaExpr target, JinjaExpr filter, List<JinjaStatement> body) implements JinjaStatement {}

    /** @param defaults for the last parameters */
    record Macro(String name, List<String> parameters, List<JinjaExpr> defaults, List<JinjaStatement> body)
            implements JinjaStatement {}

    record CallBlock(Macro caller, JinjaExpr.Call call) implements JinjaStatement {}

    record FilterBlock(JinjaExpr filter, List<JinjaStatement> body) implements JinjaStatement {}

    record With(List<JinjaExpr> targets, List<JinjaExpr> values, List<JinjaStatement> body) implements JinjaStatement {}

    /** {@code generation}: marks text for training, and means nothing here. */
    record Generation(List<JinjaStatement> body) implements JinjaStatement {}

    record Break() implements JinjaStatement {}

    record Continue() implements JinjaStatement {}

    /** The name under which filters around a block see its text; no template can write it. */
    String BODY = "%body";
}
