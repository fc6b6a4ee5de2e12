package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is claimed must be what Jinja renders: golden/templates, conversations without tools. */
class ChatTemplatesTest {
    private static final Clock NOW = Clock.fixed(Instant.parse("2026-01-15T12:30:45Z"), ZoneOffset.UTC);
    private static final Set<String> OURS = Set.of(
            "SmolLM2-135M-Instruct.jinja",
            "qwen2-gguf.jinja",
            "Qwen-Qwen2.5-7B-Instruct.jinja",
            "chatml.jinja",
            "phi-3-mini-4k-instruct.jinja",
            "phi-3-mini-4k-instruct-bos.jinja",
            "phi-3-early-gguf.jinja",
            "microsoft-Phi-3.5-mini-instruct.jinja",
            "meta-llama-Llama-3.1-8B-Instruct.jinja",
            "meta-llama-Llama-3.2-3B-Instruct.jinja");

    @Test
    void rendersWhatJinjaRenders() throws IOException {
        Path folder = SharedData.require("golden/templates");
        Set<String> recognised = new TreeSet<>();
        for (JsonNode row : SharedData.jsonLines(folder.resolve("cases.jsonl"))) {
            String name = row.get("template").asText();
            Optional<ChatTemplate> template = ChatTemplates.of(
                    Files.readString(folder.resolve(name)),
                    row.get("bos_token").asText(),
                    row.get("eos_token").asText(),
                    NOW);
            if (template.orElseThrow() instanceof JinjaTemplate) {
                continue;
            }
            recognised.add(name);
            if (row.get("tools").isEmpty() && !row.has("kwargs")) {
                Prompt prompt = template.get()
                        .render(
                                messages(row.get("messages")),
                                row.get("add_generation_prompt").asBoolean());
                assertEquals(row.get("expected").asText(), prompt.text(), name + ", " + row.get("conversation"));
            }
        }
        assertEquals(new TreeSet<>(OURS), recognised);
    }

    /** Published examples of templates that are not in the reference data. */
    @Test
    void rendersOtherFamilies() {
        List<ChatMessage> messages = List.of(
                new ChatMessage("system", "S"), new ChatMessage("user", " U "),
                new ChatMessage("assistant", "A"), new ChatMessage("user", "V"));
        assertEquals(
                "<|system|>\nS</s>\n<|user|>\n U </s>\n<|assistant|>\nA</s>\n<|user|>\nV</s>\n<|assistant|>\n",
                render("{{ '<|user|>' + eos_token }} add_generation_prompt", messages));
        assertEquals(
                "<s>[INST] <<SYS>>\nS\n<</SYS>>\n\n U [/INST] A </s><s>[INST] V [/INST]",
                render("{{ bos_token + '[INST] ' + '<<SYS>>' + eos_token }}", messages));
        assertEquals(
                "<s><|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|>"
                        + "<|start_header_id|>user<|end_header_id|>\n\nU<|eot_id|>"
                        + "<|start_header_id|>assistant<|end_header_id|>\n\nA<|eot_id|>"
                        + "<|start_header_id|>user<|end_header_id|>\n\nV<|eot_id|>"
                        + "<|start_header_id|>assistant<|end_header_id|>\n\n",
                render("{{ bos_token + '<|start_header_id|>' '<|eot_id|>' }} add_generation_prompt", messages));
        assertTrue(ChatTemplates.of("{{ messages", "<s>", "</s>", NOW).isEmpty());
    }

    @Test
    void systemMessagesFindAPlaceInTemplatesWithoutOne() {
        ChatTemplate early = new Phi3Template("", "", false, false, true);
        List<ChatMessage> messages = List.of(new ChatMessage("system", "S"), new ChatMessage("user", "U"));
        assertEquals(
                "<|user|>\nS\nU<|end|>\n<|assistant|>\n",
                early.render(SystemMessages.place(messages, early), true).text());
        ChatTemplate late = new Phi3Template("", "", true, false, false);
        assertEquals(messages, SystemMessages.place(messages, late));
    }

    private static String render(String template, List<ChatMessage> messages) {
        return ChatTemplates.of(template, "<s>", "</s>", NOW)
                .orElseThrow()
                .render(messages, true)
                .text();
    }

    private static List<ChatMessage> messages(JsonNode array) {
        List<ChatMessage> messages = new ArrayList<>();
        array.forEach(message -> messages.add(new ChatMessage(
                message.get("role").asText(), message.get("content").asText())));
        return messages;
    }
}
