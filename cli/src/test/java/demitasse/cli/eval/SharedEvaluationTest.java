package demitasse.cli.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.bertembed.Embedding;
import demitasse.rag.DocumentReader;
import demitasse.rag.Embedder;
import demitasse.rag.Hit;
import demitasse.rag.KnowledgeBase;
import demitasse.server.BertEmbedder;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What the bundled encoder and the search must reach. The two larger sets of retrieval take long to embed and run with
 * {@code -Dextra.jvm.args=-Ddemitasse.eval=full}.
 */
final class SharedEvaluationTest {
    private static final boolean FULL = "full".equals(System.getProperty("demitasse.eval"));
    private static final List<String> LARGE_SETS = List.of("dstc11_hotel", "rhobank_title2body");
    /** llama.cpp's own: 0.8759 with these weights. */
    private static final double LEAST_SPEARMAN = 0.874;

    private static Embedding model;
    private static Embedder embedder;

    @BeforeAll
    static void load() throws IOException {
        model = Embedding.load(SharedData.repository("models/all-MiniLM-L6-v2.Q8_0.gguf"));
        embedder = new BertEmbedder(model);
    }

    @AfterAll
    static void close() {
        if (model != null) {
            model.close();
        }
    }

    @Test
    void theSampleShopAnswersItsQuestions() throws IOException {
        Path samples = SharedData.repository("samples/kb");
        Path queries = SharedData.repository("rag/src/test/resources/demitasse/rag/sample-queries.jsonl");
        Sheet sheet = new Sheet();
        new RetrievalPart(sheet, embedder).run(new RetrievalPart.Set("sample shop", samples, queries));
        print(sheet);
        assertTrue(mean(sheet.measures(), "fused") >= 0.85);
        try (KnowledgeBase kb = KnowledgeBase.inMemory(embedder)) {
            kb.put(DocumentReader.read(samples));
            Hit refund = kb.search("how long does a refund take?", 1).getFirst();
            assertEquals("policies/refunds", refund.document().id());
            double unrelated =
                    kb.search("what is the capital of Peru?", 1).getFirst().score();
            assertTrue(unrelated < refund.score() / 2, () -> unrelated + " against " + refund.score());
        }
    }

    @Test
    void fusedSearchIsBetterThanItsParts() throws IOException {
        Sheet sheet = new Sheet();
        for (RetrievalPart.Set set : RetrievalPart.sets(SharedData.require("eval"))) {
            if (FULL || !LARGE_SETS.contains(set.name())) {
                new RetrievalPart(sheet, embedder).run(set);
            }
        }
        print(sheet);
        double fused = mean(sheet.measures(), "fused");
        assertTrue(fused >= 0.90, () -> "hit@3 " + fused);
        assertTrue(fused > mean(sheet.measures(), "BM25") && fused >= mean(sheet.measures(), "MiniLM"));
    }

    @Test
    void ranksSentencePairsAsPeopleDo() throws IOException {
        Sheet sheet = new Sheet();
        new StsPart(sheet, embedder).run(SharedData.require("eval/sts/stsb_dev.csv"));
        print(sheet);
        assertTrue(sheet.measures().getFirst().value() >= LEAST_SPEARMAN);
    }

    @Test
    void theAssistantIsEvaluatedAsAWhole() throws IOException {
        Path data = SharedData.require("eval");
        Evaluation evaluation = new Evaluation(data, embedder, note -> {});
        List<Measure> all = evaluation.run(EnumSet.of(Part.RESOLUTION, Part.PII), null);
        for (Measure m : all) {
            assertTrue(m.low() <= m.value() && m.value() <= m.high(), m::toString);
        }
        assertTrue(figure(all, "resolution_rate_strict") >= 0.7);
        assertTrue(figure(all, "must_escalate_recall") >= 0.9);
        assertTrue(figure(all, "unsafe") <= 0.1);
        assertTrue(evaluation.errors().contains("## Unresolved"));
    }

    private static double figure(List<Measure> measures, String metric) {
        return measures.stream()
                .filter(m -> m.metric().equals(metric) && m.subject().isEmpty())
                .findFirst()
                .orElseThrow()
                .value();
    }

    private static double mean(List<Measure> measures, String search) {
        return measures.stream()
                .filter(m -> m.subject().equals(search) && m.metric().equals("hit@3"))
                .mapToDouble(Measure::value)
                .average()
                .orElseThrow();
    }

    private static void print(Sheet sheet) {
        System.out.print(EvaluationTable.of(EvaluationTable.Format.TABLE, sheet.measures()));
    }
}
