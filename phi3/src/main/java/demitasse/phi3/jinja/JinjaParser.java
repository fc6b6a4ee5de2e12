package demitasse.phi3.jinja;

import demitasse.phi3.jinja.JinjaToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Statements of a template. Those that reach for other templates (include, import, extends) are refused. */
final class JinjaParser {
    private final JinjaTokens in;
    private final JinjaExpressionParser expressions;
    private int loops;

    private JinjaParser(String template) {
        in = new JinjaTokens(JinjaLexer.tokens(template));
        expressions = new JinjaExpressionParser(in);
    }

    static List<JinjaStatement> parse(String template) {
        JinjaParser parser = new JinjaParser(template);
        List<JinjaStatement> all = parser.body(Set.of());
        if (!parser.in.current().is(Kind.END)) {
            throw parser.in.unexpected();
        }
        return all;
    }

    /** Statements up to a block with one of these names, whose name is then the current token. */
    private List<JinjaStatement> body(Set<String> ends) {
        in.enter();
        List<JinjaStatement> all = new ArrayList<>();
        while (!in.current().is(Kind.END)) {
            JinjaToken token = in.next();
            switch (token.kind()) {
                case DATA -> all.add(new JinjaStatement.Text(token.text()));
                case PRINT_BEGIN -> {
                    all.add(new JinjaStatement.Print(expressions.tuple(true)));
                    in.expect(Kind.PRINT_END);
                }
                default -> {
                    if (in.current().is(Kind.NAME) && ends.contains(in.current().text())) {
                        in.leave();
                        return all;
                    }
                    all.add(statement());
                }
            }
        }
        if (!ends.isEmpty()) {
            throw in.fail("the template ends where one of " + ends + " was expected");
        }
        in.leave();
        return all;
    }

    /** A body behind the current block, up to and with the block of this name. */
    private List<JinjaStatement> bodyTo(String end) {
        in.expect(Kind.BLOCK_END);
        List<JinjaStatement> body = body(Set.of(end));
        in.next();
        if (in.current().is(Kind.NAME)) {
            in.next(); // endmacro may repeat the name
        }
        in.expect(Kind.BLOCK_END);
        return body;
    }

    private JinjaStatement statement() {
        String name = in.expect(Kind.NAME).text();
        return switch (name) {
            case "for" -> loop();
            case "if" -> condition();
            case "set" -> set();
            case "macro" -> macro();
            case "call" -> call();
            case "filter" -> filter();
            case "with" -> with();
            case "block" -> block();
            case "generation" -> new JinjaStatement.Generation(bodyTo("endgeneration"));
            case "break" -> leave(new JinjaStatement.Break());
            case "continue" -> leave(new JinjaStatement.Continue());
            default -> throw in.fail("unknown statement '" + name + "'");
        };
    }

    private JinjaStatement leave(JinjaStatement statement) {
        if (loops == 0) {
            throw in.fail("break or continue outside a loop");
        }
        in.expect(Kind.BLOCK_END);
        return statement;
    }

    private JinjaStatement loop() {
        JinjaExpr target = expressions.target(false);
        in.expectName("in");
        JinjaExpr items = expressions.tuple(false);
        JinjaExpr filter = in.skipName("if") ? expressions.expression() : null;
        boolean recursive = in.skipName("recursive");
        in.expect(Kind.BLOCK_END);
        loops++;
        List<JinjaStatement> body = body(Set.of("endfor", "else"));
        loops--;
        List<JinjaStatement> otherwise = List.of();
        if (in.next().name("else")) {
            in.expect(Kind.BLOCK_END);
            otherwise = body(Set.of("endfor"));
            in.next();
        }
        in.expect(Kind.BLOCK_END);
        return new JinjaStatement.For(target, items, filter, recursive, body, otherwise);
    }

    private JinjaStatement condition() {
        List<JinjaExpr> tests = new ArrayList<>();
        List<List<JinjaStatement>> bodies = new ArrayList<>();
        List<JinjaStatement> otherwise = List.of();
        String next = "elif";
        while (next.equals("elif")) {
            tests.add(expressions.tuple(false));
            in.expect(Kind.BLOCK_END);
            bodies.add(body(Set.of("elif", "else", "endif")));
            next = in.next().text();
        }
        if (next.equals("else")) {
            in.expect(Kind.BLOCK_END);
            otherwise = body(Set.of("endif"));
            in.next();
        }
        in.expect(Kind.BLOCK_END);
        return new JinjaStatement.If(tests, bodies, otherwise);
    }

    private JinjaStatement set() {
        JinjaExpr target = expressions.target(true);
        if (in.skipOperator("=")) {
            JinjaExpr value = expressions.tuple(true);
            in.expect(Kind.BLOCK_END);
            return new JinjaStatement.Set(target, value);
        }
        JinjaExpr filter = new JinjaExpr.Name(JinjaStatement.BODY);
        if (in.skipOperator("|")) {
            filter = expressions.filterChain(filter);
        }
        return new JinjaStatement.SetBlock(target, filter, bodyTo("endset"));
    }

    private JinjaStatement macro() {
        String name = in.expect(Kind.NAME).text();
        List<String> parameters = new ArrayList<>();
        List<JinjaExpr> defaults = new ArrayList<>();
        in.expectOperator("(");
        parameters(parameters, defaults);
        return macroBody(name, parameters, defaults, "endmacro");
    }

    /** Parameters behind their opening bracket. */
    private void parameters(List<String> parameters, List<JinjaExpr> defaults) {
        while (!in.skipOperator(")")) {
            if (!parameters.isEmpty()) {
                in.expectOperator(",");
                if (in.skipOperator(")")) {
                    break;
                }
            }
            parameters.add(in.expect(Kind.NAME).text());
            if (in.skipOperator("=")) {
                defaults.add(expressions.expression());
            } else if (!defaults.isEmpty()) {
                throw in.fail("a parameter without a default follows one with a default");
            }
        }
    }

    private JinjaStatement.Macro macroBody(String name, List<String> parameters, List<JinjaExpr> defaults, String end) {
        int outer = loops;
        loops = 0; // a macro is no part of the loop around it
        List<JinjaStatement> body = bodyTo(end);
        loops = outer;
        return new JinjaStatement.Macro(name, parameters, defaults, body);
    }

    private JinjaStatement call() {
        List<String> parameters = new ArrayList<>();
        List<JinjaExpr> defaults = new ArrayList<>();
        if (in.skipOperator("(")) {
            parameters(parameters, defaults);
        }
        if (!(expressions.expression() instanceof JinjaExpr.Call called)) {
            throw in.fail("expected a call");
        }
        return new JinjaStatement.CallBlock(macroBody("caller", parameters, defaults, "endcall"), called);
    }

    private JinjaStatement filter() {
        JinjaExpr filter = expressions.filterChain(new JinjaExpr.Name(JinjaStatement.BODY));
        return new JinjaStatement.FilterBlock(filter, bodyTo("endfilter"));
    }

    /** Nothing extends a chat template, so a block is what stands in it. */
    private JinjaStatement block() {
        in.expect(Kind.NAME);
        while (in.skipName("scoped") || in.skipName("required")) {
            // Says what those who extend the template may and must do.
        }
        return new JinjaStatement.With(List.of(), List.of(), bodyTo("endblock"));
    }

    private JinjaStatement with() {
        List<JinjaExpr> targets = new ArrayList<>();
        List<JinjaExpr> values = new ArrayList<>();
        while (!in.current().is(Kind.BLOCK_END)) {
            if (!targets.isEmpty()) {
                in.expectOperator(",");
            }
            targets.add(expressions.target(false));
            in.expectOperator("=");
            values.add(expressions.expression());
        }
        return new JinjaStatement.With(targets, values, bodyTo("endwith"));
    }
}
