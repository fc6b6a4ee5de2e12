package demitasse.phi3;

import demitasse.phi3.jinja.PythonText;
import java.time.Clock;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Llama 3, and 3.1 and 3.2 with the date.
 *
 * @param today the date in the system turn; gives null where the template writes none (Llama 3)
 * @param alwaysOpens the first published form opens an answer, asked or not
 */
record Llama3Template(String bos, Supplier<String> today, boolean alwaysOpens) implements ChatTemplate {
    private static final String CLOSE = "<|eot_id|>";
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("dd MMM yyyy", Locale.ENGLISH);

    static String date(Clock clock) {
        return LocalDate.now(clock).format(DATE);
    }

    @Override
    public Prompt render(List<ChatMessage> messages, boolean addGenerationPrompt) {
        PromptBuilder prompt = new PromptBuilder().template(bos);
        String date = today.get();
        List<ChatMessage> turns = messages;
        if (date != null) {
            boolean hasSystem =
                    !messages.isEmpty() && messages.getFirst().role().equals("system");
            open(prompt, new ChatMessage("system", ""))
                    .template("Cutting Knowledge Date: December 2023\nToday Date: " + date + "\n\n")
                    .message(hasSystem ? PythonText.strip(messages.getFirst().content()) : "")
                    .template(CLOSE);
            turns = hasSystem ? messages.subList(1, messages.size()) : messages;
        }
        for (ChatMessage message : turns) {
            open(prompt, message).message(PythonText.strip(message.content())).template(CLOSE);
        }
        if (addGenerationPrompt || alwaysOpens) {
            prompt.template("<|start_header_id|>assistant<|end_header_id|>\n\n");
        }
        return prompt.build();
    }

    private static PromptBuilder open(PromptBuilder prompt, ChatMessage message) {
        return prompt.template("<|start_header_id|>").message(message.role()).template("<|end_header_id|>\n\n");
    }
}
