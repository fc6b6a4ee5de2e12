package demitasse.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that rest on the bundled sentence encoder, on a knowledge base of three documents. */
final class AssistantCommandsTest {
    @TempDir
    private Path folder;

    private Path knowledge;

    @BeforeEach
    void write() throws IOException {
        SharedData.repository("models/all-MiniLM-L6-v2.Q8_0.gguf");
        knowledge = Files.writeString(folder.resolve("kb.jsonl"), """
                {"id":"refunds","title":"Refunds","content":"A refund takes 5 to 7 working days.","source":"policies"}
                {"id":"hours","title":"Opening hours","content":"We are open from 9 to 17 on weekdays.","source":"faq"}
                {"id":"mug","title":"Tin mug","content":"The tin mug holds 300 ml and weighs 120 g.","source":"products"}
                """);
    }

    private Path queries() throws IOException {
        return Files.writeString(
                folder.resolve("q.jsonl"),
                "{\"id\":7,\"query\":\"how long does a refund take?\"}\n{\"query\":\"I want to talk to a person\"}\n");
    }

    private List<JsonNode> lines(String text) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String line : text.split("\n")) {
            rows.add(JsonLines.JSON.readTree(line));
        }
        return rows;
    }

    @Test
    void searchFindsTheDocument() throws IOException {
        String kb = knowledge.toString();
        var rows = lines(Run.good("search", "--kb", kb, "--queries", queries().toString(), "--top", "2"));
        assertEquals(2, rows.size());
        assertEquals(7, rows.get(0).get("id").asInt());
        assertEquals("refunds", rows.get(0).at("/hits/0/id").asText());
        assertTrue(rows.get(0).get("hits").size() <= 2);
        assertEquals(2, rows.get(1).get("id").asInt()); // the number of its line
    }

    @Test
    void scoresFallWithTheRank() throws IOException {
        StringBuilder documents = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            documents.append("{\"id\":\"%d\",\"text\":\"Refund number %d takes %d days.\"}\n".formatted(i, i, 100 - i));
        }
        Path kb = Files.writeString(folder.resolve("many.jsonl"), documents);
        var rows = lines(
                Run.good("search", "--kb", kb.toString(), "--queries", queries().toString(), "--top", "20"));
        JsonNode hits = rows.getFirst().get("hits");
        assertEquals(20, hits.size());
        for (int i = 1; i < hits.size(); i++) {
            assertTrue(
                    hits.get(i).get("score").asDouble()
                            < hits.get(i - 1).get("score").asDouble(),
                    hits::toString);
        }
    }

    @Test
    void askAnswersAndHandsOver() throws IOException {
        Path out = folder.resolve("out.jsonl");
        Run.good(
                "ask",
                "--kb",
                knowledge.toString(),
                "--queries",
                queries().toString(),
                "--out",
                out.toString(),
                "--answers",
                "extractive");
        var rows = lines(Files.readString(out));
        assertTrue(
                rows.get(0).get("answer").asText().contains("5 to 7 working days"),
                rows.get(0).toString());
        assertEquals("refunds", rows.get(0).at("/sources/0").asText());
        assertFalse(rows.get(0).get("escalated").asBoolean());
        assertTrue(rows.get(1).get("escalated").asBoolean());
        assertTrue(rows.get(1).get("ms").isNumber());
    }

    @Test
    void classifyAndRedactKeepIds() throws IOException {
        var intents = lines(Run.good("classify", "--in", queries().toString()));
        assertEquals("escalate", intents.get(1).get("intent").asText());
        Path texts = Files.writeString(
                folder.resolve("t.jsonl"), "{\"id\":\"a\",\"text\":\"😀 write to ann@example.com\"}\n");
        JsonNode redacted = lines(Run.good("redact", "--in", texts.toString())).get(0);
        assertEquals("a", redacted.get("id").asText());
        assertEquals("😀 write to [EMAIL]", redacted.get("text").asText());
        assertEquals(11, redacted.at("/spans/0/start").asInt()); // code points: the face is one
    }

    @Test
    void redactKnowsTheShopsOwnTerms() throws IOException {
        Path texts = Files.writeString(
                folder.resolve("t.jsonl"),
                "{\"id\":\"a\",\"text\":\"blue heron: write to care@shop.example or ann@example.com\"}\n");
        Path terms = Files.writeString(folder.resolve("terms.txt"), "always Blue Heron\nnever care@shop.example\n");
        JsonNode redacted = lines(Run.good("redact", "--in", texts.toString(), "--terms", terms.toString()))
                .get(0);
        assertEquals(
                "[PRIVATE]: write to care@shop.example or [EMAIL]",
                redacted.get("text").asText());
        Files.writeString(terms, "perhaps heron\n");
        Run wrong = Run.of("redact", "--in", texts.toString(), "--terms", terms.toString());
        assertEquals(1, wrong.code());
        assertEquals(1, wrong.err().lines().count(), wrong.err());
        assertTrue(wrong.err().contains("terms.txt, line 1"), wrong.err());
    }

    @Test
    void embedsLinesAndSaysWhatWasCut() throws IOException {
        Path lines = Files.writeString(folder.resolve("lines.txt"), "one\n\n" + "word ".repeat(600) + "\n");
        Path out = folder.resolve("v.f32");
        Run run = Run.of("embed", "--in", lines.toString(), "--out", out.toString());
        assertEquals(0, run.code(), run.err());
        assertEquals(3L * 384 * Float.BYTES, Files.size(out));
        assertTrue(run.err().contains("1 of 3 texts were longer"), run.err());
        var rows = lines(Run.good("embed", "--in", lines.toString()));
        assertTrue(rows.get(2).get("truncated").asBoolean());
        float[] raw = SharedData.floats(out);
        for (int i = 0; i < raw.length; i++) {
            JsonNode vector = rows.get(i / 384).get("embedding");
            assertEquals(384, vector.size());
            assertEquals(raw[i], (float) vector.get(i % 384).asDouble(), "value " + i); // to the last bit, run by run
        }
    }

    @Test
    void ingestFillsADataFolder() throws IOException {
        Path data = folder.resolve("data");
        Run first = Run.of("ingest", "--kb", knowledge.toString(), "--data", data.toString());
        assertEquals(0, first.code(), first.err());
        assertTrue(first.err().contains("3 documents read"), first.err());
        Path one = Files.writeString(folder.resolve("one.md"), "# Parking\n\nThere is a car park behind the shop.\n");
        Run second = Run.of("ingest", "--kb", one.toString(), "--data", data.toString());
        assertTrue(second.err().contains("holds 4"), second.err());
        Run third = Run.of("ingest", "--kb", one.toString(), "--data", data.toString(), "--replace");
        assertTrue(third.err().contains("holds 1"), third.err());
    }
}
