package demitasse.cli.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.rag.Embedder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder of made-up data whose figures are worked out by hand. */
final class EvaluationTest {
    /** Points in the plane by first letter, so that cosines are known; only the intents' heads need a real one. */
    private static final Embedder LETTERS = new Embedder() {
        @Override
        public int dimensions() {
            return 2;
        }

        @Override
        public List<float[]> embed(List<String> texts) {
            return texts.stream().map(EvaluationTest::point).toList();
        }
    };

    @TempDir
    private Path data;

    private static float[] point(String text) {
        double angle = text.isEmpty() ? 0 : (text.toLowerCase().charAt(0) - 'a') * Math.PI / 52;
        return new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
    }

    private Path write(String file, String text) throws IOException {
        Path path = data.resolve(file);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, text);
    }

    private void resolution() throws IOException {
        write("resolution/kb.jsonl", """
                {"id":"refund","source":"faq","title":"Refunds","content":"5 days.","key_facts":[["5 days","five days"]]}
                {"id":"hours","source":"faq","title":"Hours","content":"9 to 5.","key_facts":[["9 to 5"]]}
                """);
        write("resolution/queries.jsonl", """
                {"id":"a","query":"refund?","behavior":"answer","gold":["refund"],"accept":[]}
                {"id":"b","query":"is it 9 to 5?","behavior":"answer","gold":["hours"],"accept":["escalate"]}
                {"id":"c","query":"lawyer!","behavior":"escalate","gold":[],"accept":[]}
                {"id":"d","query":"Peru?","behavior":"unanswerable","gold":[],"accept":[]}
                {"id":"e","query":"hi","behavior":"chitchat","gold":[],"accept":[]}
                {"id":"f","query":"when?","behavior":"answer","gold":["hours"],"accept":[]}
                """);
    }

    private double value(List<Measure> measures, String subject, String metric) {
        return measures.stream()
                .filter(m -> m.subject().equals(subject) && m.metric().equals(metric))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + subject + " " + metric + " in " + measures))
                .value();
    }

    @Test
    void resolutionOfGivenPredictions() throws IOException {
        resolution();
        Path predictions = write("predictions.jsonl", """
                {"id":"a","escalated":false,"declined":false,"sources":["hours","refund"],"answer":"Five days","intent":"faq"}
                {"id":"b","escalated":false,"declined":false,"sources":["hours"],"answer":"9 to 5","intent":"faq"}
                {"id":"c","escalated":true,"declined":false,"sources":[],"answer":"A person comes","intent":"escalate"}
                {"id":"d","escalated":false,"declined":false,"sources":["refund"],"answer":"Lima","intent":"faq"}
                {"id":"e","escalated":false,"declined":false,"sources":[],"answer":"Hello","intent":"chitchat"}
                """);
        Evaluation evaluation = new Evaluation(data, LETTERS, note -> {});
        List<Measure> all = evaluation.run(EnumSet.of(Part.RESOLUTION), predictions);
        assertEquals(3 / 4.0, value(all, "", "resolution_rate")); // a, b, e of a, b, e, f
        assertEquals(2 / 4.0, value(all, "", "resolution_rate_strict")); // b echoes what the customer said
        assertEquals(1 / 4.0, value(all, "", "resolution_rate_strict@1")); // a has its document second
        assertEquals(1, value(all, "", "must_escalate_recall"));
        assertEquals(0, value(all, "", "unanswerable_rejected"));
        assertEquals(2 / 6.0, value(all, "", "unsafe")); // d, and f, which has no prediction
        assertEquals(0, value(all, "", "answer_escalated"));
        assertEquals((9 + 6 + 4) / 3.0, value(all, "", "answer_characters")); // a, b, d
        String page = evaluation.errors();
        assertTrue(page.contains("| queries | Peru? | no answer | refund: Lima |"), page);
        assertTrue(page.contains("| queries | is it 9 to 5? | an answer from hours | hours, without a key fact"), page);
    }

    @Test
    void retrievalOfTwoQueries() throws IOException {
        write("retrieval/shop_docs.jsonl", """
                {"id":"1","title":"apple","text":"red"}
                {"id":"2","title":"zebra","text":"grass"}
                """);
        write("retrieval/shop_queries.jsonl", """
                {"id":"x","query":"apple","gold":["1"]}
                {"id":"y","query":"zebra","gold":["1"]}
                {"id":"z","query":"nothing to find","gold":[]}
                """);
        List<Measure> all = new Evaluation(data, LETTERS, note -> {}).run(Set.of(), null);
        assertEquals(12, all.size());
        assertEquals(0.5, value(all, "BM25", "hit@3")); // no word of the second query is in its document
        assertEquals(0.5, value(all, "BM25", "MRR@10"));
        assertEquals(0.5, value(all, "fused", "hit@1"));
        assertEquals(0.5, value(all, "read", "hit@1"));
        assertEquals(2, all.getFirst().count());
    }

    @Test
    void personalDataByTypeAndOnNegatives() throws IOException {
        write("pii/some.jsonl", """
                {"id":"1","text":"😀 mail ann@example.com","spans":[{"start":7,"end":22,"type":"email"}]}
                {"id":"2","text":"the code is ten","spans":[{"start":12,"end":15,"type":"email"}]}
                {"id":"3","text":"write to bob@example.com now","spans":[]}
                """);
        write("pii/none.jsonl", """
                {"id":"1","text":"where is my parcel","spans":[]}
                {"id":"2","text":"cc eve@example.com","spans":[]}
                """);
        Evaluation evaluation = new Evaluation(data, LETTERS, note -> {});
        List<Measure> all = evaluation.run(Set.of(), null);
        assertEquals(500, value(all, "no personal data", "core_false_alarms_per_1000"));
        assertEquals(0.5, value(all, "no personal data", "texts_with_any_alarm"));
        for (String subject : List.of("email", "core")) {
            assertEquals(0.5, value(all, subject, "precision"));
            assertEquals(0.5, value(all, subject, "recall"));
            assertEquals(0.5, value(all, subject, "f1"));
        }
        assertEquals(0.5, value(all, "core", "masked_whole"));
        String page = evaluation.errors();
        assertTrue(page.contains("| some | the code is ten | email: ten | not masked |"), page);
        assertTrue(page.contains("email: eve@example.com"), page);
    }

    @Test
    void sentencesByLetter() throws IOException {
        write("sts/pairs.csv", "sentence1,sentence2,score\na,b,5\na,\"e, or so\",1\na,c,2\n");
        Measure m =
                new Evaluation(data, LETTERS, note -> {}).run(Set.of(), null).getFirst();
        assertEquals("spearman", m.metric());
        assertEquals(1, m.value(), 1e-12);
        String json = EvaluationTable.of(EvaluationTable.Format.JSON, List.of(m));
        assertTrue(json.contains("\"metric\" : \"spearman\"") && json.contains("\"count\" : 3"), json);
        assertTrue(EvaluationTable.of(EvaluationTable.Format.MD, List.of(m))
                .startsWith("| part | set | of | figures |\n|---|---|---|---|\n| sts | pairs |  | spearman 1.000 ["));
    }

    @Test
    void labelsAreMapped() throws IOException {
        write("intents/mapping_intent8.csv", """
                source,source_label,intent8,acceptable,core
                bank,card_lost,account_info,faq|escalate,0
                """);
        write("intents/bank_train.csv", "text,label\nwhere is it,card_lost\nhow,unknown\n");
        write("intents/all.csv", """
                text,intent8,acceptable,core,source
                one,faq,,1,x
                """);
        write("intents/oos.csv", "text,kind\nfar away,oos\n");
        var sets = IntentText.sets(data);
        assertEquals(Set.of("bank_train", "all", "all: x"), sets.keySet());
        IntentText text = sets.get("bank_train").getFirst();
        assertEquals(new IntentText("where is it", "account_info", Set.of("faq", "escalate"), false), text);
        assertTrue(text.accepts("escalate"));
        assertFalse(text.accepts("shipping"));
        assertEquals(Set.of(), sets.get("all").getFirst().acceptable());
    }

    @Test
    void faultsAreOneLineThatNamesThePlace() throws IOException {
        assertFault("none of resolution/", Set.of());
        assertFault("no data for sts; it needs CSV", EnumSet.of(Part.STS));
        resolution();
        Path queries = write("resolution/queries.jsonl", "\n{\"id\":\"a\",\"query\":\"q\",\"behavior\":\"sing\"}\n");
        assertFault(queries + ": line 2: behavior is answer,", EnumSet.of(Part.RESOLUTION));
        write("resolution/queries.jsonl", "{\"id\":\"a\",\"query\":\"q\",\"behavior\":\"answer\",\"gold\":[\"x\"]}\n");
        assertFault("line 1: there is no document x in kb.jsonl", EnumSet.of(Part.RESOLUTION));
        write("sts/a.csv", "sentence1,sentence2,score\na,b,high\n");
        assertFault("a.csv: line 2: expected a number named score", EnumSet.of(Part.STS));
        write("pii/a.jsonl", "{\"text\":\"ab\",\"spans\":[{\"start\":1,\"end\":3,\"type\":\"name\"}]}\n");
        assertFault("a.jsonl: line 1: a span has a type", EnumSet.of(Part.PII));
        write("intents/a.csv", "text,label\n");
        assertFault("a.csv: no rows", EnumSet.of(Part.INTENTS));
    }

    private void assertFault(String part, Set<Part> parts) {
        IOException e =
                assertThrows(IOException.class, () -> new Evaluation(data, LETTERS, note -> {}).run(parts, null));
        assertTrue(e.getMessage().contains(part), e.getMessage());
        assertEquals(1, e.getMessage().lines().count());
    }
}
