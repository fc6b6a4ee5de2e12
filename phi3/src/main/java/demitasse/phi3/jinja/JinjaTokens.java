package demitasse.phi3.jinja;

import demitasse.phi3.jinja.JinjaToken.Kind;
import java.util.List;

/** The tokens of a template, read once from left to right. */
final class JinjaTokens {
    private final List<JinjaToken> tokens;
    private int at;
    private int depth;

    JinjaTokens(List<JinjaToken> tokens) {
        this.tokens = tokens;
    }

    JinjaToken current() {
        return tokens.get(at);
    }

    JinjaToken ahead() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    JinjaToken next() {
        JinjaToken token = current();
        if (at < tokens.size() - 1) {
            at++;
        }
        return token;
    }

    boolean skipName(String name) {
        return skip(current().name(name));
    }

    boolean skipOperator(String operator) {
        return skip(current().operator(operator));
    }

    private boolean skip(boolean matches) {
        if (matches) {
            next();
        }
        return matches;
    }

    JinjaToken expect(Kind kind) {
        if (!current().is(kind)) {
            throw unexpected();
        }
        return next();
    }

    void expectOperator(String operator) {
        if (!skipOperator(operator)) {
            throw fail("expected '" + operator + "'" + found());
        }
    }

    void expectName(String name) {
        if (!skipName(name)) {
            throw fail("expected '" + name + "'" + found());
        }
    }

    void enter() {
        if (++depth > JinjaBudget.PARSE_DEPTH) {
            throw fail("the template nests too deeply");
        }
    }

    void leave() {
        depth--;
    }

    ChatTemplateException unexpected() {
        return fail("unexpected" + found().replace(", found", ""));
    }

    private String found() {
        JinjaToken token = current();
        return ", found " + (token.text().isEmpty() ? token.kind().name() : "'" + token.text() + "'");
    }

    ChatTemplateException fail(String message) {
        return ChatTemplateException.failed("template line " + current().line() + ": " + message);
    }
}
