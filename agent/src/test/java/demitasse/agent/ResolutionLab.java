package demitasse.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demitasse.rag.Document;
import demitasse.rag.KnowledgeBase;
import demitasse.testkit.SharedData;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Asks a set of queries in fresh sessions and writes predictions for score_resolution.py; not part of the test run. */
class ResolutionLab {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    @EnabledIfSystemProperty(named = "resolution.out", matches = ".+")
    void answerAll() throws Exception {
        Path folder = Path.of(System.getProperty(
                "resolution.in", SharedData.require("eval/resolution").toString()));
        try (KnowledgeBase kb = KnowledgeBase.inMemory(TestEmbedder.miniLm());
                PrintStream out = new PrintStream(System.getProperty("resolution.out"), StandardCharsets.UTF_8)) {
            kb.put(documents(folder.resolve("kb.jsonl")));
            try (Assistant assistant = Assistant.open(
                    new Assistant.Config(kb, TestEmbedder.miniLm(), null, AnswerMode.EXTRACTIVE, null))) {
                long chars = 0;
                long answers = 0;
                for (JsonNode query : SharedData.jsonLines(folder.resolve("queries.jsonl"))) {
                    String id = query.get("id").asText();
                    Reply reply = assistant.reply(id, query.get("query").asText(), text -> {});
                    ObjectNode row = JSON.createObjectNode();
                    row.put("id", id).put("escalated", reply.escalated()).put("declined", reply.declined());
                    ArrayNode sources = row.putArray("sources");
                    reply.sources().forEach(s -> sources.add(s.id()));
                    row.put("answer", reply.answer())
                            .put("intent", reply.intent().label());
                    row.put("reason", reply.reason());
                    row.put(
                            "score",
                            reply.sources().isEmpty()
                                    ? 0
                                    : reply.sources().getFirst().score());
                    out.println(JSON.writeValueAsString(row));
                    if (!reply.sources().isEmpty()) {
                        chars += reply.answer().length();
                        answers++;
                    }
                }
                System.out.printf("mean answer %d characters%n", chars / Math.max(1, answers));
            }
        }
    }

    private static List<Document> documents(Path file) {
        return SharedData.jsonLines(file).stream()
                .map(d -> new Document(
                        d.get("id").asText(),
                        d.get("title").asText(),
                        d.get("content").asText(),
                        d.get("source").asText()))
                .toList();
    }
}
