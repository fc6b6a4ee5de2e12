package demitasse.phi3.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** golden/templates: what Python's Jinja2 renders, with tools, refusals and all. */
class JinjaGoldenTest {
    static final Clock NOW = Clock.fixed(Instant.parse("2026-01-15T12:30:45Z"), ZoneOffset.UTC);
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void rendersAllCases() throws IOException {
        Path folder = SharedData.require("golden/templates");
        List<String> wrong = new ArrayList<>();
        int cases = 0;
        for (JsonNode row : SharedData.jsonLines(folder.resolve("cases.jsonl"))) {
            cases++;
            String template =
                    Files.readString(folder.resolve(row.get("template").asText()));
            String expected = row.has("expected")
                    ? row.get("expected").asText()
                    : "raised: " + row.get("message").asText();
            String actual = render(template, variables(row));
            if (!expected.equals(actual)) {
                wrong.add(row.get("template").asText() + ", "
                        + row.get("conversation").asText() + "\nexpected " + expected + "\nactual   " + actual);
            }
        }
        assertEquals("", String.join("\n\n", wrong), wrong.size() + " of " + cases);
        assertTrue(cases > 0);
    }

    static String render(String template, Map<String, ?> variables) {
        try {
            return new ChatTemplateRenderer(template, NOW).render(variables);
        } catch (ChatTemplateException e) {
            return (e.raisedByTemplate() ? "raised: " : "failed: ") + e.getMessage();
        }
    }

    private static Map<String, Object> variables(JsonNode row) {
        Map<String, Object> variables = new HashMap<>();
        for (String name : List.of("messages", "tools", "add_generation_prompt", "bos_token", "eos_token")) {
            variables.put(name, JSON.convertValue(row.get(name), Object.class));
        }
        if (row.has("kwargs")) {
            row.get("kwargs")
                    .properties()
                    .forEach(entry -> variables.put(entry.getKey(), JSON.convertValue(entry.getValue(), Object.class)));
        }
        return variables;
    }
}
