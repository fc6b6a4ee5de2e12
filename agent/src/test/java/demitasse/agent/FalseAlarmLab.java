package demitasse.agent;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.testkit.SharedData;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Prints which ordinary questions of the evaluation sets would be handed over; not part of the test run. */
class FalseAlarmLab {
    private static final double NO_DOCUMENT = 0;

    @Test
    @EnabledIfSystemProperty(named = "alarms", matches = ".+")
    void print() {
        Escalation rules = new Escalation(LanguageFiles.bundled());
        Languages shop = new Languages("en");
        Signals signals = Signals.bundled();
        for (String file : List.of(
                "pii/negatives",
                "retrieval/dstc11_hotel_queries",
                "retrieval/stackfaq_queries",
                "retrieval/msfaq_question2answer_queries",
                "retrieval/rhobank_title2body_queries",
                "resolution/queries")) {
            int all = 0;
            int byRules = 0;
            int byHead = 0;
            List<String> texts = new ArrayList<>();
            for (JsonNode row : SharedData.jsonLines(SharedData.require("eval/" + file + ".jsonl"))) {
                if (row.path("behavior").asText("answer").equals("answer")) {
                    texts.add(row.path("query").asText(row.path("text").asText()));
                }
            }
            List<float[]> vectors = TestEmbedder.miniLm().embed(texts);
            for (int i = 0; i < texts.size(); i++) {
                all++;
                Signals.Reading reading = signals.read(vectors.get(i));
                Optional<Escalation.Found> found = rules.byRules(Heard.of(texts.get(i), texts.get(i), shop));
                if (found.isPresent()) {
                    byRules++;
                    System.out.println("rule " + found.get() + ": " + texts.get(i));
                } else if (reading.reason(NO_DOCUMENT).isPresent()) {
                    byHead++;
                    System.out.printf(
                            "head %s %.2f: %s%n",
                            reading.reason(NO_DOCUMENT), reading.reasonProbability(), texts.get(i));
                }
            }
            System.out.printf("alarms %-45s %d: rules %d head %d%n", file, all, byRules, byHead);
        }
    }
}
