package demitasse.phi3;

import demitasse.phi3.jinja.ChatTemplateException;
import demitasse.tokenizer.Vocabulary;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recognises the family of a chat template by the template's own text. A family is claimed only where it renders plain
 * conversations exactly as Jinja does; all other templates are interpreted ({@link JinjaTemplate}).
 */
final class ChatTemplates {
    /** A system message written in the template, in a string of its own. */
    private static final Pattern CHATML_SYSTEM =
            Pattern.compile("<\\|im_start\\|>system(?:\\\\n|\n)([^'\"{}<]+)<\\|im_end\\|>");

    private static final Pattern BOS_FIRST = Pattern.compile("^\\s*\\{\\{-?\\s*bos_token\\s*-?}}");
    private static final Pattern LLAMA3_DATE = Pattern.compile("date_string = \"([^\"]+)\"");

    /** Marks of templates that do more than write messages down, even in a plain conversation. */
    private static final List<String> FURTHER_LOGIC =
            List.of("<think", "reasoning", "thinking", "namespace(", "macro ", "<function=");

    private ChatTemplates() {}

    static Optional<ChatTemplate> of(String template, Vocabulary vocabulary) {
        return of(
                template,
                text(vocabulary, vocabulary.bos()),
                text(vocabulary, vocabulary.eos()),
                Clock.systemDefaultZone());
    }

    /** @param plain what {@link #of} gave for the template */
    static ToolPrompts tools(String template, ChatTemplate plain, Vocabulary vocabulary) {
        return new ToolPrompts(
                template,
                plain,
                text(vocabulary, vocabulary.bos()),
                text(vocabulary, vocabulary.eos()),
                Clock.systemDefaultZone());
    }

    /** @param clock for templates that write the date into the prompt */
    static Optional<ChatTemplate> of(String template, String bos, String eos, Clock clock) {
        return family(template, bos, eos, clock).or(() -> jinja(template, bos, eos, clock));
    }

    /** Empty if the template has an error. */
    private static Optional<ChatTemplate> jinja(String template, String bos, String eos, Clock clock) {
        try {
            return Optional.of(new JinjaTemplate(template, bos, eos, clock));
        } catch (ChatTemplateException e) {
            return Optional.empty();
        }
    }

    private static Optional<ChatTemplate> family(String template, String bos, String eos, Clock clock) {
        if (FURTHER_LOGIC.stream().anyMatch(template::contains)) {
            return Optional.empty();
        }
        boolean bosFirst = BOS_FIRST.matcher(template).find();
        String start = bosFirst ? bos : "";
        if (template.contains("<|im_start|>") && template.contains("<|im_end|>")) {
            return Optional.of(new ChatMlTemplate(start, chatMlSystem(template)));
        }
        if (template.contains("<|user|>") && template.contains("<|end|>")) {
            return Optional.of(phi3(template, start, eos));
        }
        if (template.contains("<|start_header_id|>") && template.contains("<|eot_id|>")) {
            return Optional.of(llama3(template, bos, clock));
        }
        if (template.contains("<|user|>") && template.contains("eos_token")) {
            return Optional.of(new ZephyrTemplate(eos));
        }
        if (template.contains("<<SYS>>") && template.contains("[INST]")) {
            return Optional.of(new Llama2Template(bos, eos));
        }
        return Optional.empty();
    }

    private static String chatMlSystem(String template) {
        Matcher matcher = CHATML_SYSTEM.matcher(template);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static ChatTemplate phi3(String template, String start, String eos) {
        boolean hasPrompt = template.contains("add_generation_prompt");
        return new Phi3Template(
                start,
                hasPrompt && template.contains("eos_token") ? eos : "",
                template.contains("<|system|>"),
                template.contains("== 'system' and message['content']"),
                !hasPrompt);
    }

    private static ChatTemplate llama3(String template, String bos, Clock clock) {
        if (!template.contains("Today Date: ")) {
            return new Llama3Template(bos, () -> null, !template.contains("add_generation_prompt"));
        }
        if (template.contains("strftime_now")) {
            return new Llama3Template(bos, () -> Llama3Template.date(clock), false);
        }
        Matcher matcher = LLAMA3_DATE.matcher(template);
        String date = matcher.find() ? matcher.group(1) : "";
        return new Llama3Template(bos, () -> date, false);
    }

    private static String text(Vocabulary vocabulary, int id) {
        return id < 0 ? "" : vocabulary.text(id);
    }
}
