package demitasse.phi3;

import demitasse.phi3.jinja.PythonText;
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
            switch (message.role()) {
                case "system" -> system = message.content();
                case "user" -> {
                    user(prompt.template(bos + "[INST] "), system, message.content());
                    prompt.template(" [/INST]");
                    system = null;
                }
                case "assistant" ->
                    prompt.template(" ")
                            .message(PythonText.strip(message.content()))
                            .template(" " + eos);
                default -> {}
            }
        }
        return prompt.build();
    }

    /** The template strips what stands between the tags, so with a system message only the end of the content. */
    private static void user(PromptBuilder prompt, String system, String content) {
        if (system == null) {
            prompt.message(PythonText.strip(content));
        } else {
            prompt.template("<<SYS>>\n")
                    .message(system)
                    .template("\n<</SYS>>\n\n")
                    .message(PythonText.stripRight(content));
        }
    }
}
