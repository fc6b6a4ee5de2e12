package demitasse.phi3;

import java.util.List;

/**
 * Phi-3 and Phi-3.5.
 *
 * @param start BOS, or empty
 * @param end EOS where the template closes a prompt without an opened answer, else empty
 * @param hasSystem false in the first published form, which drops system messages
 * @param skipsEmptySystem Phi-3.5 writes no turn for an empty system message
 * @param opensAfterUser the first published form opens the answer after each user message, asked or not
 */
record Phi3Template(String start, String end, boolean hasSystem, boolean skipsEmptySystem, boolean opensAfterUser)
        implements ChatTemplate {
    private static final String ANSWER = "<|assistant|>\n";
    private static final String CLOSE = "<|end|>\n";

    @Override
    public Prompt render(List<ChatMessage> messages, boolean addGenerationPrompt) {
        PromptBuilder prompt = new PromptBuilder().template(start);
        for (ChatMessage message : messages) {
            String open = opening(message);
            if (open != null) {
                prompt.template(open).message(message.content()).template(CLOSE);
                prompt.template(opensAfterUser && message.role().equals("user") ? ANSWER : "");
            }
        }
        if (!opensAfterUser) {
            prompt.template(addGenerationPrompt ? ANSWER : end);
        }
        return prompt.build();
    }

    /** What stands before the message; null where the template leaves the message out. */
    private String opening(ChatMessage message) {
        return switch (message.role()) {
            case "system" -> !hasSystem || skipsEmptySystem && message.content().isEmpty() ? null : "<|system|>\n";
            case "user" -> "<|user|>\n";
            case "assistant" -> opensAfterUser ? "" : ANSWER;
            default -> null;
        };
    }
}
