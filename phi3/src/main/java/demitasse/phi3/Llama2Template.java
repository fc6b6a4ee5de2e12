package demitasse.phi3;

import java.util.List;

/**
 * Llama 2 chat: [INST] with the system message inside the first user turn. Published form: Meta's
 * Llama-2-7b-chat-hf.
 */
record Llama2Template(String bos, String eos) implements ChatTemplate {
    @Override
    public Prompt render(List<ChatMessage> messages, boolean addGenerationPrompt) {
        PromptBuilder prompt = new PromptBuilder();
        String system = null;
        for (ChatMessage message : messages) {
            String content = Llama3Template.trim(message.content());
            switch (message.role()) {
                case "system" -> system = message.content();
                case "user" -> {
                    prompt.template(bos + "[INST] ");
                    if (system != null) {
                        prompt.template("<<SYS>>\n").message(system).template("\n<</SYS>>\n\n");
                        content = message.content();
                        system = null;
                    }
                    prompt.message(content).template(" [/INST]");
                }
                case "assistant" -> prompt.template(" ").message(content).template(" " + eos);
                default -> {}
            }
        }
        return prompt.build();
    }
}
