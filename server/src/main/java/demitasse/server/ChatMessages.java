package demitasse.server;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.phi3.ChatMessage;
import demitasse.phi3.tools.ToolCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** OpenAI's {@code messages}, with calls of tools and their results; and Ollama's, which differ in small things. */
final class ChatMessages {
    /** Which function each call so far asked for. */
    private final Map<String, String> names = new HashMap<>();

    /** Whether arguments of calls are objects, not their texts. */
    private final boolean ollama;

    private ChatMessages(boolean ollama) {
        this.ollama = ollama;
    }

    /** @throws ApiException 400 if a message is at fault */
    static List<ChatMessage> read(JsonNode node) {
        return read(node, false);
    }

    /** @throws ApiException 400 if a message is at fault */
    static List<ChatMessage> readOllama(JsonNode node) {
        return read(node, true);
    }

    private static List<ChatMessage> read(JsonNode node, boolean ollama) {
        if (node.isMissingNode()) {
            throw ApiException.missing("messages");
        }
        if (!node.isArray() || node.isEmpty()) {
            throw ApiException.invalid("messages", "'messages' must be an array of at least one message");
        }
        ChatMessages reader = new ChatMessages(ollama);
        List<ChatMessage> messages = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            messages.add(reader.message(node.get(i), "messages[" + i + "]"));
        }
        return messages;
    }

    private ChatMessage message(JsonNode node, String at) {
        if (!node.isObject()) {
            throw ApiException.invalid(at, "'" + at + "' must be an object");
        }
        String role = Fields.asText(node.path("role"), at + ".role");
        String known = switch (role) {
            case "system", "developer" -> "system";
            case "user", "assistant", "tool" -> role;
            default ->
                throw ApiException.invalid(
                        at + ".role", "'" + at + ".role' must be system, developer, user, assistant or tool");
        };
        if (node.path("images").size() > 0) {
            throw ApiException.unsupported(at + ".images", "'" + at + ".images': the model reads text only");
        }
        String content = content(node.path("content"), role, at + ".content");
        if (role.equals("tool")) {
            String id = optional(node.path("tool_call_id"), at + ".tool_call_id");
            String name = optional(node.path(node.has("tool_name") ? "tool_name" : "name"), at + ".name");
            return new ChatMessage(role, content, List.of(), id, name == null ? names.get(id) : name);
        }
        boolean assistant = role.equals("assistant");
        return new ChatMessage(
                known, content, assistant ? calls(node.path("tool_calls"), at + ".tool_calls") : List.of(), null, null);
    }

    /** A string, or an array of text parts; an assistant's turn may have none. */
    private static String content(JsonNode node, String role, String at) {
        if (node.isArray()) {
            StringBuilder text = new StringBuilder();
            for (JsonNode part : node) {
                if (!part.path("type").asText().equals("text")) {
                    throw ApiException.unsupported(at, "'" + at + "' may have parts of type text only");
                }
                text.append(Fields.asText(part.path("text"), at));
            }
            return text.toString();
        }
        return absent(node) && role.equals("assistant") ? "" : Fields.asText(node, at);
    }

    private List<ToolCall> calls(JsonNode node, String at) {
        if (absent(node)) {
            return List.of();
        }
        if (!node.isArray()) {
            throw ApiException.invalid(at, "'" + at + "' must be an array");
        }
        List<ToolCall> calls = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            JsonNode call = node.get(i);
            String place = at + "[" + i + "]";
            String id = optional(call.path("id"), place + ".id");
            JsonNode function = call.path("function");
            String name = Fields.asText(function.path("name"), place + ".function.name");
            String arguments = arguments(function.path("arguments"), place + ".function.arguments");
            names.put(id, name);
            calls.add(new ToolCall(id == null ? "" : id, name, arguments));
        }
        return calls;
    }

    private String arguments(JsonNode node, String at) {
        return ollama && node.isObject() ? Json.text(node) : Fields.asText(node, at);
    }

    private static String optional(JsonNode node, String at) {
        return absent(node) ? null : Fields.asText(node, at);
    }

    private static boolean absent(JsonNode node) {
        return node.isNull() || node.isMissingNode();
    }
}
