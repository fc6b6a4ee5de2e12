package demitasse.phi3;

import demitasse.phi3.jinja.ChatTemplateRenderer;
import demitasse.phi3.tools.Tool;
import demitasse.phi3.tools.ToolCall;
import demitasse.phi3.tools.Tools;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A conversation as the variables of a template, as Hugging Face's apply_chat_template gives them.
 *
 * @param argumentsAsText some templates want the arguments of a call as JSON text, most as an object
 * @param toolsInSystem Phi-4-mini's template looks for the tools, as text, in the system message
 */
record JinjaVariables(
        List<ChatMessage> messages,
        Tools tools,
        boolean addGenerationPrompt,
        boolean argumentsAsText,
        boolean toolsInSystem) {
    /** What templates compare with in schemas: no control token is made of these. */
    private static final Set<String> SCHEMA_WORDS =
            Set.of("function", "object", "array", "string", "number", "integer", "boolean", "null");

    private static final Pattern PLAIN_KEY = Pattern.compile("[\\w$-]*");
    private static final ChatTemplateRenderer JSON = new ChatTemplateRenderer("{{ value|tojson }}", Clock.systemUTC());

    /** @param write applied to each text that does not come from us */
    Map<String, Object> with(UnaryOperator<String> write) {
        List<Object> turns = new ArrayList<>();
        for (ChatMessage message : messages) {
            turns.add(turn(message, write));
        }
        List<Object> offered = new ArrayList<>();
        tools.list().forEach(tool -> offered.add(value(tool.definition(), write)));
        if (toolsInSystem && !tools.isEmpty()) {
            addToSystem(turns, write);
        }
        Map<String, Object> variables = new HashMap<>();
        variables.put("messages", turns);
        variables.put("tools", offered.isEmpty() ? null : offered);
        variables.put("add_generation_prompt", addGenerationPrompt);
        return variables;
    }

    private Map<String, Object> turn(ChatMessage message, UnaryOperator<String> write) {
        Map<String, Object> turn = new LinkedHashMap<>();
        turn.put("role", message.role());
        turn.put("content", write.apply(message.content()));
        if (!message.toolCalls().isEmpty()) {
            turn.put(
                    "tool_calls",
                    message.toolCalls().stream().map(call -> call(call, write)).toList());
        }
        if (message.toolCallId() != null) {
            turn.put("tool_call_id", write.apply(message.toolCallId()));
        }
        if (message.name() != null) {
            turn.put("name", write.apply(message.name()));
        }
        return turn;
    }

    private Map<String, Object> call(ToolCall call, UnaryOperator<String> write) {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", write.apply(call.name()));
        function.put(
                "arguments", argumentsAsText ? write.apply(call.arguments()) : value(call.argumentValues(), write));
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("id", write.apply(call.id()));
        entry.put("type", "function");
        entry.put("function", function);
        return entry;
    }

    private static Object value(Object value, UnaryOperator<String> write) {
        return switch (value) {
            case String text -> SCHEMA_WORDS.contains(text) ? text : write.apply(text);
            case List<?> list -> {
                List<Object> items = new ArrayList<>();
                list.forEach(item -> items.add(value(item, write)));
                yield items;
            }
            case Map<?, ?> map -> {
                Map<String, Object> entries = new LinkedHashMap<>();
                map.forEach((key, item) -> {
                    // Templates ask whether a key is among those required.
                    boolean ofKeys = key.equals("required");
                    entries.put(key(key.toString(), write), value(item, ofKeys ? text -> key(text, write) : write));
                });
                yield entries;
            }
            case null, default -> value;
        };
    }

    private static String key(String key, UnaryOperator<String> write) {
        return PLAIN_KEY.matcher(key).matches() ? key : write.apply(key);
    }

    private void addToSystem(List<Object> turns, UnaryOperator<String> write) {
        List<Object> functions = new ArrayList<>();
        for (Tool tool : tools.list()) {
            functions.add(value(tool.definition().get("function"), write));
        }
        boolean hasSystem = !messages.isEmpty() && messages.getFirst().role().equals("system");
        Map<String, Object> system = turn(hasSystem ? messages.getFirst() : new ChatMessage("system", ""), write);
        system.put("tools", JSON.render(Map.of("value", functions)));
        if (hasSystem) {
            turns.set(0, system);
        } else {
            turns.addFirst(system);
        }
    }
}
