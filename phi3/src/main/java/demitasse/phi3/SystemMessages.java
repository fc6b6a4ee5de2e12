package demitasse.phi3;

import demitasse.phi3.jinja.ChatTemplateException;
import java.util.ArrayList;
import java.util.List;

/** Finds a place for system messages in templates that would drop them, as llama.cpp's template code does. */
final class SystemMessages {
    private static final String SYSTEM = "system";
    private static final String USER = "user";
    private static final String PROBE = "a system message";

    private SystemMessages() {}

    /** The messages, or, if {@code template} drops system messages, with those put before the next user message. */
    static List<ChatMessage> place(List<ChatMessage> messages, ChatTemplate template) {
        if (messages.stream().noneMatch(message -> message.role().equals(SYSTEM)) || keepsSystem(template)) {
            return messages;
        }
        List<ChatMessage> placed = new ArrayList<>();
        StringBuilder pending = new StringBuilder();
        for (ChatMessage message : messages) {
            if (message.role().equals(SYSTEM)) {
                pending.append(message.content()).append('\n');
            } else if (message.role().equals(USER)) {
                placed.add(new ChatMessage(USER, pending + message.content()));
                pending.setLength(0);
            } else {
                placed.add(message);
            }
        }
        if (!pending.isEmpty()) {
            placed.add(new ChatMessage(USER, pending.toString()));
        }
        return placed;
    }

    private static boolean keepsSystem(ChatTemplate template) {
        List<ChatMessage> probe = List.of(new ChatMessage(SYSTEM, PROBE), new ChatMessage(USER, "?"));
        try {
            return template.render(probe, true).text().contains(PROBE);
        } catch (ChatTemplateException e) {
            return false; // Gemma's raises an exception
        }
    }
}
