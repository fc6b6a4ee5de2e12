package demitasse.phi3.jinja;

import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A template, read once and rendered often. Renderings share nothing. */
final class JinjaProgram {
    private final List<JinjaStatement> statements;
    private final Set<String> texts = new LinkedHashSet<>();

    /** @throws ChatTemplateException if the template has an error */
    JinjaProgram(String template) {
        try {
            statements = JinjaParser.parse(template);
        } catch (StackOverflowError e) {
            throw ChatTemplateException.failed("the template nests too deeply");
        }
        JinjaLexer.tokens(template).stream()
                .filter(token -> token.is(JinjaToken.Kind.STRING))
                .forEach(token -> texts.add(token.text()));
    }

    /** The texts that stand in quotes in the template: what it may look for in a message. */
    Set<String> texts() {
        return texts;
    }

    /**
     * @param variables null, Boolean, Long, Double, String, and Lists and Maps of such
     * @throws ChatTemplateException if the template fails, or asks for too much
     */
    String render(Map<String, Object> variables, Clock clock) {
        JinjaBudget budget = new JinjaBudget();
        JinjaScope scope = new JinjaScope(null);
        JinjaGlobals.define(scope, budget, clock);
        JinjaScope inner = new JinjaScope(scope);
        variables.forEach(inner::set);
        try {
            return new JinjaRunner(budget).text(statements, inner);
        } catch (StackOverflowError e) {
            throw ChatTemplateException.failed("the template nests too deeply");
        } catch (IllegalArgumentException | IndexOutOfBoundsException | ClassCastException e) {
            // A stranger's template must not take more down than its own prompt, whatever we overlooked.
            throw ChatTemplateException.failed("the template fails: " + e.getMessage());
        }
    }
}
