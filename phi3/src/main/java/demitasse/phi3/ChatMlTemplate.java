package demitasse.phi3;

import java.util.List;

/**
 * ChatML, as SmolLM2 and Qwen2 use it.
 *
 * @param start text before everything, mostly empty
 * @param defaultSystem the system message of conversations that begin without one; empty: none
 */
record ChatMlTemplate(String start, String defaultSystem) implements ChatTemplate {
    private static final String OPEN = "<|im_start|>";
    private static final String CLOSE = "<|im_end|>\n";

    @Override
    public Prompt render(List<ChatMessage> messages, boolean addGenerationPrompt) {
        PromptBuilder prompt = new PromptBuilder().template(start);
        boolean systemMissing =
                !messages.isEmpty() && !messages.getFirst().role().equals("system");
        if (systemMissing && !defaultSystem.isEmpty()) {
            prompt.template(OPEN + "system\n" + defaultSystem + CLOSE);
        }
        for (ChatMessage message : messages) {
            prompt.template(OPEN)
                    .message(message.role())
                    .template("\n")
                    .message(message.content())
                    .template(CLOSE);
        }
        if (addGenerationPrompt) {
            prompt.template(OPEN + "assistant\n");
        }
        return prompt.build();
    }
}
