package demitasse.phi3;

import demitasse.phi3.jinja.ChatTemplateException;
import demitasse.phi3.jinja.ChatTemplateRenderer;
import demitasse.phi3.jinja.PythonText;
import demitasse.phi3.tools.Tools;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A template of no family that we know, interpreted. What messages say is never trusted: their characters are moved to a
 * private plane of Unicode before rendering and back afterwards, so each character of the result tells where it came
 * from. White space, quotes and control characters stay in place, since templates trim and escape them.
 *
 * <p>A template that looks into messages (for {@code </think>}, say) sees moved text as opaque. So the plain rendering
 * is made too. Where both agree, all is well. Otherwise the texts that the template quotes stay in place in messages,
 * unless they might be part of a control token. If that does not help either, the opaque rendering is taken: it may
 * lack some finesse of the template, but no message gets a control token past it.
 */
final class JinjaTemplate implements ChatTemplate {
    /** Supplementary private use area A: a character c of the basic plane becomes PLANE + c. */
    private static final int PLANE = 0xF0000;

    private static final int PLANE_END = 0x100000;
    private static final int REPLACEMENT = 0xFFFD;
    /** Shorter quotes of a template could be pieces of which a message builds a control token. */
    private static final int SHORTEST_QUOTE = 4;

    private static final Pattern TOOLS_IN_SYSTEM = Pattern.compile("message(\\.tools|\\[['\"]tools['\"]])");

    private final ChatTemplateRenderer renderer;
    private final String bos;
    private final String eos;
    /** Quotes of the template that it may find in messages. */
    private final List<String> quotes;

    private final boolean toolsInSystem;

    /** @throws ChatTemplateException if the template has an error */
    JinjaTemplate(String template, String bos, String eos, Clock clock) {
        this.renderer = new ChatTemplateRenderer(template, clock);
        this.toolsInSystem = template.contains("<|tool|>")
                && TOOLS_IN_SYSTEM.matcher(template).find();
        this.bos = bos;
        this.eos = eos;
        this.quotes = renderer.texts().stream()
                .filter(text -> text.length() >= SHORTEST_QUOTE && !mayBeControl(text, bos, eos))
                .toList();
    }

    /** Marks of thought are text; whatever else has brackets is left to the template alone. */
    private static boolean mayBeControl(String text, String bos, String eos) {
        return !Set.of("<think>", "</think>").contains(text.strip()) && text.matches("(?s).*[<>\\[\\]|｜].*")
                || bos.contains(text)
                || eos.contains(text);
    }

    /** @throws ChatTemplateException if the template refuses the conversation, fails, or asks for too much */
    @Override
    public Prompt render(List<ChatMessage> messages, boolean addGenerationPrompt) {
        return render(messages, Tools.NONE, addGenerationPrompt);
    }

    /** As {@link #render(List, boolean)}; the tools are no more trusted than the messages. */
    Prompt render(List<ChatMessage> messages, Tools tools, boolean addGenerationPrompt) {
        try {
            return render(new JinjaVariables(messages, tools, addGenerationPrompt, false, toolsInSystem));
        } catch (ChatTemplateException e) {
            if (e.raisedByTemplate()
                    || messages.stream().allMatch(message -> message.toolCalls().isEmpty())) {
                throw e;
            }
            return render(new JinjaVariables(messages, tools, addGenerationPrompt, true, toolsInSystem));
        }
    }

    private Prompt render(JinjaVariables conversation) {
        String plain = text(conversation, JinjaTemplate::clean);
        String opaque = text(conversation, text -> moved(clean(text), List.of()));
        String chosen = opaque;
        if (!back(opaque).equals(plain)) {
            String seen = text(conversation, text -> moved(clean(text), quotes));
            chosen = back(seen).equals(plain) ? seen : opaque;
        }
        return parts(chosen);
    }

    private String text(JinjaVariables conversation, UnaryOperator<String> write) {
        Map<String, Object> variables = conversation.with(write);
        variables.put("bos_token", bos);
        variables.put("eos_token", eos);
        return renderer.render(variables);
    }

    /** Messages have no use for characters of the plane that we need. */
    private static String clean(String content) {
        StringBuilder out = new StringBuilder(content.length());
        content.codePoints().forEach(c -> out.appendCodePoint(isMoved(c) ? REPLACEMENT : c));
        return out.toString();
    }

    private static boolean isMoved(int c) {
        return c >= PLANE && c < PLANE_END;
    }

    private static String moved(String content, List<String> kept) {
        boolean[] stays = new boolean[content.length()];
        for (String text : kept) {
            for (int at = content.indexOf(text); at >= 0; at = content.indexOf(text, at + text.length())) {
                Arrays.fill(stays, at, at + text.length(), true);
            }
        }
        StringBuilder out = new StringBuilder(2 * content.length());
        for (int i = 0; i < content.length(); i += Character.charCount(content.codePointAt(i))) {
            int c = content.codePointAt(i);
            boolean plain =
                    stays[i] || PythonText.isSpace(c) || c < ' ' || c == '"' || c == '\'' || c == '\\' || c > 0xFFFF;
            out.appendCodePoint(plain ? c : PLANE + c);
        }
        return out.toString();
    }

    private static String back(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> out.appendCodePoint(isMoved(c) ? c - PLANE : c));
        return out.toString();
    }

    /** White space between characters of messages is counted among them. */
    private static Prompt parts(String text) {
        PromptBuilder parts = new PromptBuilder();
        StringBuilder pending = new StringBuilder();
        StringBuilder space = new StringBuilder();
        boolean trusted = true;
        for (int c : text.codePoints().toArray()) {
            if (PythonText.isSpace(c)) {
                space.appendCodePoint(c);
                continue;
            }
            boolean next = !isMoved(c);
            if (next != trusted) {
                add(parts, trusted ? pending.append(space) : pending, trusted);
                pending = new StringBuilder(trusted ? "" : space);
            } else {
                pending.append(space);
            }
            space.setLength(0);
            trusted = next;
            pending.appendCodePoint(next ? c : c - PLANE);
        }
        add(parts, pending, trusted);
        parts.template(space.toString());
        return parts.build();
    }

    private static void add(PromptBuilder parts, StringBuilder text, boolean trusted) {
        if (trusted) {
            parts.template(text.toString());
        } else {
            parts.message(text.toString());
        }
    }
}
