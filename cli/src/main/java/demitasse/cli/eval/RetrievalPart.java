package demitasse.cli.eval;

import demitasse.cli.data.DataFile;
import demitasse.rag.DocumentReader;
import demitasse.rag.Embedder;
import demitasse.rag.KnowledgeBase;
import demitasse.rag.RetrievalEvaluation;
import demitasse.rag.RetrievalEvaluation.Found;
import demitasse.rag.RetrievalEvaluation.Query;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** The search by itself: sets of documents and queries. */
final class RetrievalPart {
    private static final String FOLDER = "retrieval";
    private static final String DOCUMENTS = "_docs.jsonl";
    private static final String QUERIES = "_queries.jsonl";
    private static final int READ_BY_THE_ASSISTANT = 3;

    /** A set by name with its files. */
    record Set(String name, Path documents, Path queries) {}

    private final Sheet sheet;
    private final Embedder embedder;

    RetrievalPart(Sheet sheet, Embedder embedder) {
        this.sheet = sheet;
        this.embedder = embedder;
    }

    /** The sets of a folder of data; the resolution benchmark's queries with an answer are one, too. */
    static List<Set> sets(Path data) throws IOException {
        List<Set> sets = new ArrayList<>();
        for (Path documents : DataFile.in(data.resolve(FOLDER), DOCUMENTS)) {
            String file = documents.getFileName().toString();
            String name = file.substring(0, file.length() - DOCUMENTS.length());
            sets.add(new Set(name, documents, documents.resolveSibling(name + QUERIES)));
        }
        if (!sets.isEmpty() && ResolutionQuery.isIn(data)) {
            sets.add(new Set("resolution", ResolutionQuery.documents(data), ResolutionQuery.queries(data)));
        }
        return sets;
    }

    void run(Set set) throws IOException {
        List<Query> queries = queries(set.queries());
        try (KnowledgeBase base = KnowledgeBase.inMemory(embedder)) {
            base.put(DocumentReader.read(set.documents()));
            RetrievalEvaluation.run(base, queries).forEach((search, found) -> {
                Sheet.Series series = sheet.of(Part.RETRIEVAL, set.name(), search);
                RetrievalEvaluation.METRICS.forEach((metric, value) -> series.mean(
                        metric,
                        found.stream()
                                .mapToDouble(f -> value.applyAsDouble(f.rank()))
                                .toArray()));
                if (search.equals(RetrievalEvaluation.READ)) {
                    mistakes(set.name(), queries, found);
                }
            });
        }
    }

    private void mistakes(String set, List<Query> queries, List<Found> found) {
        for (int i = 0; i < queries.size(); i++) {
            Query query = queries.get(i);
            int rank = found.get(i).rank();
            if (rank > READ_BY_THE_ASSISTANT) {
                String where = rank == Integer.MAX_VALUE ? "not among ten" : "at rank " + rank;
                sheet.mistake(new Mistake(
                        Mistake.Kind.RETRIEVAL_MISS,
                        set,
                        query.text(),
                        String.join(" or ", query.gold().stream().sorted().toList()),
                        where + "; first: " + found.get(i).first(),
                        rank));
            }
        }
    }

    /** The queries that have an answer among the documents. */
    static List<Query> queries(Path file) throws IOException {
        List<Query> queries = new ArrayList<>();
        for (DataFile.Row row : DataFile.read(file)) {
            List<String> gold = row.strings("gold");
            if (!gold.isEmpty()) {
                queries.add(new Query(row.text("query"), new HashSet<>(gold), new HashSet<>(row.strings("entities"))));
            }
        }
        return queries;
    }
}
