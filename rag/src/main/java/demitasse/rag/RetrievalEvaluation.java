package demitasse.rag;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.function.Predicate;

/** How well a knowledge base finds the documents of queries with known answers: by keywords, by vectors, by both. */
public final class RetrievalEvaluation {
    /** Keywords and vectors together. */
    public static final String FUSED = "fused";

    /** The same, and the first documents read: the search that the assistant uses. */
    public static final String READ = "read";

    /** What is measured, from the rank of the first right document; a mean over queries. */
    public static final Map<String, IntToDoubleFunction> METRICS;

    private static final int DEPTH = 10;
    private static final Map<String, Search> SEARCHES;

    private record Search(Fusion fusion, boolean reads) {}

    static {
        Map<String, IntToDoubleFunction> metrics = new LinkedHashMap<>();
        metrics.put("hit@1", rank -> rank <= 1 ? 1 : 0);
        metrics.put("hit@3", rank -> rank <= 3 ? 1 : 0);
        metrics.put("MRR@10", rank -> rank <= DEPTH ? 1.0 / rank : 0);
        METRICS = Collections.unmodifiableMap(metrics);
        Map<String, Search> searches = new LinkedHashMap<>();
        searches.put("BM25", new Search(new Fusion(0, 0, 0, 1), false));
        searches.put("MiniLM", new Search(new Fusion(0, 1, 0, 0), false));
        searches.put(FUSED, new Search(Fusion.DEFAULT, false));
        searches.put(READ, new Search(Fusion.DEFAULT, true));
        SEARCHES = Collections.unmodifiableMap(searches);
    }

    /**
     * @param gold ids of the documents that answer it, any one will do
     * @param among the sources to search; empty: all
     */
    public record Query(String text, Set<String> gold, Set<String> among) {}

    /**
     * @param rank of the first document that answers the query, from 1; {@link Integer#MAX_VALUE} below the first ten
     * @param first id of the best hit; empty if there was none
     */
    public record Found(int rank, String first) {}

    private RetrievalEvaluation() {}

    /** What each search (BM25, MiniLM, {@link #FUSED} and {@link #READ}, in this order) finds for the queries, in their order. */
    public static Map<String, List<Found>> run(KnowledgeBase knowledgeBase, List<Query> queries) {
        List<Question> questions =
                knowledgeBase.questions(queries.stream().map(Query::text).toList());
        Map<String, List<Found>> result = new LinkedHashMap<>();
        SEARCHES.forEach((name, search) -> {
            List<Found> found = new ArrayList<>();
            for (int i = 0; i < queries.size(); i++) {
                found.add(find(knowledgeBase, queries.get(i), questions.get(i), search));
            }
            result.put(name, found);
        });
        return result;
    }

    private static Found find(KnowledgeBase knowledgeBase, Query query, Question question, Search search) {
        Predicate<Document> among = d -> query.among.isEmpty() || query.among.contains(d.source());
        List<Hit> hits = search.reads
                ? knowledgeBase.search(question, DEPTH, among)
                : knowledgeBase.search(question, DEPTH, among, search.fusion, null);
        String first = hits.isEmpty() ? "" : hits.getFirst().document().id();
        for (int i = 0; i < hits.size(); i++) {
            Hit hit = hits.get(i);
            if (hit.score() > 0 && query.gold.contains(hit.document().id())) {
                return new Found(i + 1, first);
            }
        }
        return new Found(Integer.MAX_VALUE, first);
    }
}
