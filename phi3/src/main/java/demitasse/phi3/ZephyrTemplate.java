package demitasse.phi3;

import java.util.List;

/** Zephyr and TinyLlama: role tags, and EOS after each message. */
record ZephyrTemplate(String eos) implements ChatTemplate {
    @Override
    public Prompt render(List<ChatMessage> messages, boolean addGenerationPrompt) {
        PromptBuilder prompt = new PromptBuilder();
        for (ChatMessage message : messages) {
            switch (message.role()) {
                case "system", "user", "assistant" ->
                    prompt.template("<|" + message.role() + "|>\n")
                            .message(message.content())
                            .template(eos + "\n");
                default -> {}
            }
        }
        if (addGenerationPrompt) {
            prompt.template("<|assistant|>\n");
        }
        return prompt.build();
    }
}
