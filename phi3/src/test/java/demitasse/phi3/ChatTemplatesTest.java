package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
            if (template.isEmpty()) {
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

    private static List<ChatMessage> messages(JsonNode array) {
        List<ChatMessage> messages = new ArrayList<>();
        array.forEach(message -> messages.add(new ChatMessage(
                message.get("role").asText(), message.get("content").asText())));
        return messages;
    }
}
