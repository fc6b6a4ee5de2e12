package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.rag.DocumentReader;
import demitasse.rag.KnowledgeBase;
import demitasse.testkit.SharedData;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The whole way with the bundled MiniLM and the sample knowledge base, on questions that nothing was fitted to. */
class SecondShopTest {
    private final Map<String, int[]> counts = new TreeMap<>();

    @Test
    void answersDeclinesAndHandsOver() throws Exception {
        Path samples = SharedData.repository("samples/kb");
        Path questions =
                Path.of(SecondShopTest.class.getResource("second-shop.jsonl").toURI());
        try (KnowledgeBase kb = KnowledgeBase.inMemory(TestEmbedder.miniLm())) {
            kb.put(DocumentReader.read(samples));
            try (Assistant assistant = Assistant.open(
                    new Assistant.Config(kb, TestEmbedder.miniLm(), null, AnswerMode.EXTRACTIVE, null))) {
                for (JsonNode row : SharedData.jsonLines(questions)) {
                    judge(
                            row,
                            assistant.reply(
                                    row.get("id").asText(), row.get("query").asText(), text -> {}));
                }
            }
        }
        counts.forEach((kind, c) -> System.out.printf("second shop %-13s %d of %d%n", kind, c[0], c[1]));
        assertTrue(share("answer") >= 0.7);
        assertTrue(share("escalate") >= 0.85);
        assertTrue(share("unanswerable") >= 0.7);
        assertTrue(share("chitchat") >= 0.75);
    }

    private double share(String kind) {
        int[] c = counts.get(kind);
        return (double) c[0] / c[1];
    }

    private void judge(JsonNode row, Reply reply) {
        String behavior = row.get("behavior").asText();
        boolean right = switch (behavior) {
            case "answer" -> !reply.escalated() && !reply.declined() && holdsAFact(row, reply);
            case "escalate" -> reply.escalated();
            case "unanswerable" -> reply.escalated() || reply.declined();
            default -> !reply.escalated() && reply.sources().isEmpty();
        };
        int[] c = counts.computeIfAbsent(behavior, b -> new int[2]);
        c[0] += right ? 1 : 0;
        c[1]++;
        if (!right) {
            System.out.println("second shop, wrong: " + row.get("query").asText() + " -> "
                    + (reply.declined() ? "declined " : "") + reply.reason()
                    + reply.sources().stream().map(Reply.Source::id).toList());
        }
    }

    private static boolean holdsAFact(JsonNode row, Reply reply) {
        List<String> sources = reply.sources().stream().map(Reply.Source::id).toList();
        for (JsonNode gold : row.get("gold")) {
            for (JsonNode fact : row.get("facts")) {
                if (sources.contains(gold.asText()) && reply.answer().contains(fact.asText())) {
                    return true;
                }
            }
        }
        return false;
    }
}
