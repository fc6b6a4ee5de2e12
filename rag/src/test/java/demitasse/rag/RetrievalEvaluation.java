package demitasse.rag;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.testkit.SharedData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** hit@1, hit@3 and MRR@10 of a search over a set of documents and queries with known answers. */
final class RetrievalEvaluation {
    private static final int DEPTH = 10;

    /** The searches that are compared. */
    static final Map<String, Fusion> SEARCHES = new LinkedHashMap<>();

    static {
        SEARCHES.put("BM25", new Fusion(0, 0, 0, 1));
        SEARCHES.put("MiniLM", new Fusion(0, 1, 0, 0));
        SEARCHES.put("fused", Fusion.DEFAULT);
    }

    /** @param among the sources to search; empty: all */
    record Query(String text, Set<String> gold, Set<String> among) {}

    record Figures(double hit1, double hit3, double mrr) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.3f / %.3f / %.3f", hit1, hit3, mrr);
        }
    }

    private RetrievalEvaluation() {}

    static Figures run(KnowledgeBase knowledgeBase, Embedder embedder, List<Query> queries, Fusion fusion) {
        List<float[]> vectors = embedder.embed(
                queries.stream().map(q -> knowledgeBase.repair(q.text)).toList());
        double hit1 = 0;
        double hit3 = 0;
        double mrr = 0;
        for (int i = 0; i < queries.size(); i++) {
            int rank = rank(knowledgeBase, queries.get(i), vectors.get(i), fusion);
            hit1 += rank == 1 ? 1 : 0;
            hit3 += rank <= 3 ? 1 : 0;
            mrr += rank <= DEPTH ? 1.0 / rank : 0;
        }
        return new Figures(hit1 / queries.size(), hit3 / queries.size(), mrr / queries.size());
    }

    private static int rank(KnowledgeBase knowledgeBase, Query query, float[] vector, Fusion fusion) {
        Predicate<Document> among = d -> query.among.isEmpty() || query.among.contains(d.source());
        int rank = 1;
        for (Hit hit : knowledgeBase.search(query.text, vector, DEPTH, among, fusion)) {
            if (hit.score() > 0 && query.gold.contains(hit.document().id())) {
                return rank;
            }
            rank++;
        }
        return Integer.MAX_VALUE;
    }

    /** Documents as the evaluation data have them; an entity stands as the source. */
    static List<Document> documents(Path file) {
        List<Document> documents = new ArrayList<>();
        for (JsonNode row : SharedData.jsonLines(file)) {
            String content = row.path("content").asText(row.path("text").asText());
            String source = row.path("source").asText(row.path("entity").asText());
            documents.add(new Document(row.get("id").asText(), row.path("title").asText(), content, source));
        }
        return documents;
    }

    /** The queries that have an answer among the documents. */
    static List<Query> queries(Path file) {
        List<Query> queries = new ArrayList<>();
        for (JsonNode row : SharedData.jsonLines(file)) {
            Query query = new Query(row.get("query").asText(), set(row.path("gold")), set(row.path("entities")));
            if (!query.gold.isEmpty()) {
                queries.add(query);
            }
        }
        return queries;
    }

    private static Set<String> set(JsonNode array) {
        Set<String> values = new HashSet<>();
        array.forEach(value -> values.add(value.asText()));
        return values;
    }
}
