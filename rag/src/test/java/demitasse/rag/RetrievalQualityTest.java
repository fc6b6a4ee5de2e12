package demitasse.rag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.bertembed.Embedding;
import demitasse.rag.RetrievalEvaluation.Figures;
import demitasse.rag.RetrievalEvaluation.Query;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The search with the real encoder on sets of questions with known answers. The two larger sets take minutes of
 * embedding and run with {@code -Dextra.jvm.args=-Ddemitasse.eval=full}.
 */
class RetrievalQualityTest {
    private static final boolean FULL = "full".equals(System.getProperty("demitasse.eval"));

    private static final List<String> SETS = List.of("stackfaq", "msfaq_question2answer");
    private static final List<String> LARGE_SETS = List.of("dstc11_hotel", "rhobank_title2body");

    private static Embedding model;
    private static Embedder embedder;

    @BeforeAll
    static void load() throws IOException {
        model = Embedding.load(SharedData.repository("models/all-MiniLM-L6-v2.Q8_0.gguf"));
        embedder = new Embedder() {
            @Override
            public int dimensions() {
                return model.dimensions();
            }

            @Override
            public List<float[]> embed(List<String> texts) {
                return model.embed(texts).stream().map(Embedding.Result::vector).toList();
            }
        };
    }

    @AfterAll
    static void close() {
        if (model != null) {
            model.close();
        }
    }

    @Test
    void theSampleShopAnswersItsQuestions() throws IOException {
        Path queries = SharedData.repository("rag/src/test/resources/demitasse/rag/sample-queries.jsonl");
        try (KnowledgeBase kb = KnowledgeBase.inMemory(embedder)) {
            kb.put(DocumentReader.read(SharedData.repository("samples/kb")));
            Map<String, Figures> figures = compare("sample shop", kb, RetrievalEvaluation.queries(queries));
            assertTrue(figures.get("fused").hit3() >= 0.85, figures::toString);
            Hit refund = kb.search("how long does a refund take?", 1).getFirst();
            assertEquals("policies/refunds", refund.document().id());
            double unrelated =
                    kb.search("what is the capital of Peru?", 1).getFirst().score();
            assertTrue(unrelated < refund.score() / 2, () -> unrelated + " against " + refund.score());
        }
    }

    @Test
    void fusedSearchIsBetterThanItsParts() {
        Path root = SharedData.require("eval");
        Map<String, List<Figures>> all = new LinkedHashMap<>();
        List<String> sets = new ArrayList<>(SETS);
        sets.addAll(FULL ? LARGE_SETS : List.of());
        for (String set : sets) {
            Path docs = root.resolve("retrieval").resolve(set + "_docs.jsonl");
            Path queries = root.resolve("retrieval").resolve(set + "_queries.jsonl");
            add(all, set, docs, queries);
        }
        add(all, "resolution", root.resolve("resolution/kb.jsonl"), root.resolve("resolution/queries.jsonl"));
        double fused = meanHit3(all.get("fused"));
        assertTrue(fused >= 0.90, () -> "hit@3 " + fused);
        assertTrue(fused > meanHit3(all.get("BM25")) && fused >= meanHit3(all.get("MiniLM")), all::toString);
    }

    private static void add(Map<String, List<Figures>> all, String set, Path docs, Path queries) {
        try (KnowledgeBase kb = KnowledgeBase.inMemory(embedder)) {
            kb.put(RetrievalEvaluation.documents(docs));
            compare(set, kb, RetrievalEvaluation.queries(queries))
                    .forEach((search, figures) -> all.computeIfAbsent(search, key -> new ArrayList<>())
                            .add(figures));
        }
    }

    private static Map<String, Figures> compare(String set, KnowledgeBase kb, List<Query> queries) {
        Map<String, Figures> result = new LinkedHashMap<>();
        RetrievalEvaluation.SEARCHES.forEach((search, fusion) -> {
            Figures figures = RetrievalEvaluation.run(kb, embedder, queries, fusion);
            result.put(search, figures);
            System.out.printf("RETRIEVAL %-24s %-8s hit@1 / hit@3 / MRR@10: %s%n", set, search, figures);
        });
        return result;
    }

    private static double meanHit3(List<Figures> figures) {
        return figures.stream().mapToDouble(Figures::hit3).average().orElseThrow();
    }
}
