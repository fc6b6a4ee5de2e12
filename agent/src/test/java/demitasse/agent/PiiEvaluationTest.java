package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.testkit.SharedData;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Recall and precision on the shared PII sets; prints the table, and errors with -Dpii.errors=TYPE. */
class PiiEvaluationTest {
    private static final Set<String> CORE = Set.of("name", "email", "phone", "ssn", "credit_card", "address");
    private static final String SHOWN = System.getProperty("pii.errors", "");

    private final PiiFilter filter = new PiiFilter();
    private final Map<String, int[]> counts = new TreeMap<>();

    @Test
    void findsWhatPeopleWrite() {
        for (String file : List.of("filled_templates", "natcs", "presidio_research")) {
            counts.clear();
            for (JsonNode row : SharedData.jsonLines(SharedData.require("eval/pii/" + file + ".jsonl"))) {
                score(row);
            }
            counts.forEach((type, c) -> System.out.printf(
                    "pii %-18s %-14s gold %4d recall %.3f found %4d precision %.3f%n",
                    file,
                    type,
                    c[0],
                    c[0] == 0 ? 1 : (double) c[1] / c[0],
                    c[2],
                    c[2] == 0 ? 1 : (double) c[3] / c[2]));
            if (!file.startsWith("presidio")) {
                for (String type : List.of("email", "credit_card", "phone")) {
                    int[] c = counts.getOrDefault(type, new int[4]);
                    assertTrue(c[1] >= 0.9 * c[0], file + " " + type);
                }
            }
        }
    }

    @Test
    void leavesOrdinaryQuestionsAlone() {
        Path file = SharedData.require("eval/pii/negatives.jsonl");
        List<JsonNode> rows = SharedData.jsonLines(file);
        long alarms = rows.stream()
                .map(row -> filter.redact(row.get("text").asText()))
                .filter(r -> !r.spans().isEmpty())
                .peek(r -> System.out.println("false alarm: " + r.text()))
                .count();
        System.out.printf("pii negatives %d of %d%n", alarms, rows.size());
        assertTrue(alarms <= 0.01 * rows.size(), alarms + " false alarms");
    }

    private void score(JsonNode row) {
        List<PiiSpan> found = filter.redact(row.get("text").asText()).spans();
        Map<String, Integer> unused = new HashMap<>();
        for (JsonNode gold : row.get("spans")) {
            String type = gold.get("type").asText();
            int start = gold.get("start").asInt();
            int end = gold.get("end").asInt();
            boolean hit = found.stream().anyMatch(f -> f.type().equals(type) && f.start() < end && start < f.end());
            int[] c = counts.computeIfAbsent(type, t -> new int[4]);
            c[0]++;
            c[1] += hit ? 1 : 0;
            if (!hit && SHOWN.equals(type)) {
                System.out.println(
                        "missed " + type + ": " + row.get("text").asText().substring(Math.max(0, start - 30)));
            }
        }
        for (PiiSpan f : found) {
            boolean right = false;
            for (JsonNode gold : row.get("spans")) {
                right |= f.start() < gold.get("end").asInt()
                        && gold.get("start").asInt() < f.end()
                        && (f.type().equals(gold.get("type").asText())
                                || !CORE.contains(gold.get("type").asText()));
            }
            int[] c = counts.computeIfAbsent(f.type(), t -> new int[4]);
            c[2]++;
            c[3] += right ? 1 : 0;
            if (!right && SHOWN.equals(f.type())) {
                System.out.println("wrong " + f + ": " + row.get("text").asText());
            }
        }
        unused.clear();
    }
}
