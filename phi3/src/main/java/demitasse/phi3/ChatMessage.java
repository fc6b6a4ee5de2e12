package demitasse.phi3;

import demitasse.phi3.tools.ToolCall;
import java.util.List;

/**
 * A turn of a conversation.
 *
 * @param role system, user, assistant or tool
 * @param toolCalls what the assistant asked for
 * @param toolCallId which call a message of role tool answers; null elsewhere, and where it is not known
 * @param name of the function that a message of role tool comes from; null elsewhere, and where it is not known
 */
public record ChatMessage(String role, String content, List<ToolCall> toolCalls, String toolCallId, String name) {
    public ChatMessage {
        toolCalls = List.copyOf(toolCalls);
    }

    /** A message that has nothing to do with tools. */
    public ChatMessage(String role, String content) {
        this(role, content, List.of(), null, null);
    }

    /** Whether it holds calls of tools, or the result of one. */
    public boolean usesTools() {
        return !toolCalls.isEmpty() || role.equals("tool");
    }
}
