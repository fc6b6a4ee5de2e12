package demitasse.phi3;

import demitasse.phi3.jinja.ChatTemplateException;
import demitasse.phi3.jinja.ChatTemplateRenderer;
import demitasse.phi3.tools.Tool;
import demitasse.phi3.tools.ToolCall;
import demitasse.phi3.tools.ToolForm;
import demitasse.phi3.tools.Tools;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Conversations with tools: rendered by the model's own template where that shows the tools, else in words of our own,
 * in the Hermes form, through the template for plain conversations.
 */
final class ToolPrompts {
    private static final Tool PROBE = new Tool(
            "probe_tool",
            Map.of(
                    "type",
                    "function",
                    "function",
                    Map.of(
                            "name",
                            "probe_tool",
                            "description",
                            "Does nothing",
                            "parameters",
                            Map.of(
                                    "type",
                                    "object",
                                    "properties",
                                    Map.of("text", Map.of("type", "string", "description", "Any text")),
                                    "required",
                                    List.of("text")))));

    private static final ChatTemplateRenderer GENERIC = new ChatTemplateRenderer("""
            You can use these functions, one in a line, each described as JSON:
            <tools>
            {% for tool in tools %}
            {{ tool.function|tojson }}
            {% endfor %}
            </tools>
            To call one, write its name and its arguments as JSON between these marks, and nothing behind them:
            <tool_call>
            {"name": "the function's name", "arguments": {"an argument's name": "its value"}}
            </tool_call>
            The results come back between <tool_response> and </tool_response>.""", Clock.systemUTC());

    private static final ChatTemplateRenderer CALLS = new ChatTemplateRenderer("""
            {% for call in calls %}
            <tool_call>
            {"name": {{ call.name|tojson }}, "arguments": {{ call.arguments|tojson }}}
            </tool_call>
            {% endfor %}""", Clock.systemUTC());

    private final ChatTemplate plain;
    /** The model's own template, null if it does not show tools. */
    private final JinjaTemplate own;

    private final ToolForm form;

    /**
     * @param text the model's template
     * @param plain what renders it for conversations without tools
     */
    ToolPrompts(String text, ChatTemplate plain, String bos, String eos, Clock clock) {
        this.plain = plain;
        own = text.contains("tools") ? showingTools(text, bos, eos, clock) : null;
        form = own == null ? ToolForm.HERMES : ToolForm.of(text);
    }

    private static JinjaTemplate showingTools(String text, String bos, String eos, Clock clock) {
        try {
            JinjaTemplate template = new JinjaTemplate(text, bos, eos, clock);
            Prompt prompt = template.render(
                    List.of(new ChatMessage("user", "?")), new Tools(List.of(PROBE), false, true), true);
            return prompt.text().contains(PROBE.name()) ? template : null;
        } catch (ChatTemplateException e) {
            return null;
        }
    }

    /** How the model writes its calls. */
    ToolForm form() {
        return form;
    }

    /** @throws ChatTemplateException if the template refuses the conversation, fails, or asks for too much */
    Prompt render(List<ChatMessage> messages, Tools tools) {
        Prompt prompt = own != null
                ? own.render(SystemMessages.place(messages, own), tools, true)
                : plain.render(SystemMessages.place(generic(messages, tools), plain), true);
        if (!tools.required()) {
            return prompt;
        }
        List<Prompt.Part> parts = new ArrayList<>(prompt.parts());
        parts.add(new Prompt.Part(form.opening(), true));
        return new Prompt(parts);
    }

    private static List<ChatMessage> generic(List<ChatMessage> messages, Tools tools) {
        List<ChatMessage> turns = new ArrayList<>();
        StringBuilder answers = new StringBuilder();
        for (ChatMessage message : messages) {
            if (message.role().equals("tool")) {
                answers.append("<tool_response>\n").append(message.content()).append("\n</tool_response>\n");
                continue;
            }
            addAnswers(answers, turns);
            turns.add(
                    message.toolCalls().isEmpty()
                            ? message
                            : new ChatMessage(message.role(), withCalls(message.content(), message.toolCalls())));
        }
        addAnswers(answers, turns);
        return tools.isEmpty() ? turns : introduced(turns, tools);
    }

    private static void addAnswers(StringBuilder answers, List<ChatMessage> turns) {
        if (!answers.isEmpty()) {
            turns.add(new ChatMessage("user", answers.toString().strip()));
            answers.setLength(0);
        }
    }

    private static String withCalls(String content, List<ToolCall> calls) {
        List<Object> values = calls.stream()
                .map(call -> (Object) Map.of("name", call.name(), "arguments", call.argumentValues()))
                .toList();
        return (content.isEmpty() ? "" : content + "\n")
                + CALLS.render(Map.of("calls", values)).strip();
    }

    private static List<ChatMessage> introduced(List<ChatMessage> turns, Tools tools) {
        String words = GENERIC.render(
                Map.of("tools", tools.list().stream().map(Tool::definition).toList()));
        List<ChatMessage> all = new ArrayList<>(turns);
        if (!turns.isEmpty() && turns.getFirst().role().equals("system")) {
            all.set(0, new ChatMessage("system", turns.getFirst().content() + "\n\n" + words));
        } else {
            all.addFirst(new ChatMessage("system", words));
        }
        return all;
    }
}
