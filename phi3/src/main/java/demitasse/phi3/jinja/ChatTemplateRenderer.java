package demitasse.phi3.jinja;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Renders a chat template in the Jinja language as Hugging Face's apply_chat_template does. The template may come from
 * a stranger: it reaches nothing but its variables, and work, depth and output are bounded.
 *
 * <p>Characters of plane 15 (private use) come out as they are, also where Python would escape them: a caller may put
 * them in the place of others to learn where a text came from.
 */
public final class ChatTemplateRenderer {
    private final JinjaProgram program;
    private final Clock clock;

    /**
     * @param clock for {@code strftime_now}
     * @throws ChatTemplateException if the template has an error
     */
    public ChatTemplateRenderer(String template, Clock clock) {
        this.program = new JinjaProgram(template);
        this.clock = clock;
    }

    /** The texts that stand in quotes in the template: what it may look for in a message. */
    public Set<String> texts() {
        return program.texts();
    }

    /**
     * The rendered text. Variables that apply_chat_template always gives ({@code tools}, {@code documents}) are null
     * unless they are in {@code variables}.
     *
     * @param variables null, Boolean, Integer, Long, Double, String, and Lists and Maps of such
     * @throws ChatTemplateException if the template fails, asks for too much, or refuses the conversation
     */
    public String render(Map<String, ?> variables) {
        Map<String, Object> all = new HashMap<>();
        all.put("tools", null);
        all.put("documents", null);
        variables.forEach((name, value) -> all.put(name, JinjaInput.value(value)));
        return program.render(all, clock);
    }
}
