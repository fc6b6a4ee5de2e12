package demitasse.agent.pii;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.testkit.SharedData;
import java.io.PrintWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Recall and precision on the shared PII sets; prints the table, and errors with -Dpii.errors=true. The bundled tagger has
 * learned from natcs and presidio_research: figures on unseen text of their kinds are in its card.
 */
class PiiEvaluationTest {
    private static final boolean SHOW_ERRORS = Boolean.getBoolean("pii.errors");

    private final PiiFilter filter = new PiiFilter();

    @Test
    void findsWhatPeopleWrite() {
        for (String file : List.of("filled_templates", "natcs", "presidio_research")) {
            PiiScore score = new PiiScore();
            for (JsonNode row : SharedData.jsonLines(SharedData.require("eval/pii/" + file + ".jsonl"))) {
                String text = row.get("text").asText();
                List<String> errors = score.add(new PiiText(
                        text, TaggerData.spans(row), filter.redact(text).spans()));
                if (SHOW_ERRORS) {
                    errors.forEach(System.out::println);
                }
            }
            score.print("pii " + file, new PrintWriter(System.out, true));
            for (String type : List.of("email", "credit_card", "phone", "ssn", "address", "name")) {
                assertTrue(score.recall(type) >= 0.9, file + " " + type);
                assertTrue(score.precision(type) >= 0.9, file + " " + type);
            }
        }
    }

    @Test
    void leavesOrdinaryQuestionsAlone() {
        List<JsonNode> rows = SharedData.jsonLines(SharedData.require("eval/pii/negatives.jsonl"));
        List<Redaction> alarms = rows.stream()
                .map(row -> filter.redact(row.get("text").asText()))
                .filter(r -> !r.spans().isEmpty())
                .toList();
        alarms.forEach(r -> System.out.println("false alarm: " + r.text()));
        System.out.printf("pii negatives %d of %d%n", alarms.size(), rows.size());
        assertTrue(alarms.size() <= 0.005 * rows.size(), alarms.size() + " false alarms");
    }
}
