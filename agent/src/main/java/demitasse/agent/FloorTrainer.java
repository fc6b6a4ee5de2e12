package demitasse.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demitasse.rag.Document;
import demitasse.rag.Embedder;
import demitasse.rag.Hit;
import demitasse.rag.KnowledgeBase;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Chooses the floor under the best score, below which the assistant says that it does not know. The scores come from
 * several knowledge bases: questions with their document, the same questions with their document taken away (the hardest
 * kind: everything near is still there), and questions about other things. A weighted mean of the three kinds was tried
 * first: it is flat from 0.30 to 0.56 and its best place depends on the weights alone. Deterministic.
 */
final class FloorTrainer {
    /** Share of off-topic questions that each knowledge base must refuse. */
    private static final double MIN_REFUSED = 0.93;

    private static final double FIRST = 0.30;
    private static final double LAST = 0.60;
    private static final double STEP = 0.02;
    private static final int SEARCHED = 3;
    /** Every n-th off-topic text is enough for a share. */
    private static final int OFF_TOPIC_STEP = 4;

    private static final List<String> RETRIEVAL = List.of("msfaq_question2answer", "stackfaq", "dstc11_hotel");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Embedder embedder;
    private final PrintWriter progress;

    /** Best scores of a knowledge base by kind of question. */
    private record Scores(String set, List<Double> answerable, List<Double> removed, List<Double> offTopic) {
        boolean refusesEnough(double floor) {
            return offTopic.isEmpty() || below(offTopic, floor) >= MIN_REFUSED;
        }

        static double below(List<Double> scores, double floor) {
            return scores.isEmpty()
                    ? 1
                    : (double) scores.stream().filter(s -> s < floor).count() / scores.size();
        }
    }

    FloorTrainer(Embedder embedder, PrintWriter progress) {
        this.embedder = embedder;
        this.progress = progress;
    }

    /** @return the lowest floor that refuses enough on every set; prints each set's figures with the floor of the others */
    double train(Path evaluation) throws IOException {
        List<String> offTopic = new ArrayList<>();
        List<TrainingData.Text> all = TrainingData.offTopic(evaluation);
        for (int i = 0; i < all.size(); i += OFF_TOPIC_STEP) {
            offTopic.add(all.get(i).text());
        }
        List<Scores> sets = new ArrayList<>();
        Path practice = evaluation.resolve("resolution");
        sets.add(scores("resolution", practice.resolve("kb.jsonl"), practice.resolve("queries.jsonl"), offTopic));
        for (String set : RETRIEVAL) {
            Path folder = evaluation.resolve("retrieval");
            sets.add(
                    scores(set, folder.resolve(set + "_docs.jsonl"), folder.resolve(set + "_queries.jsonl"), offTopic));
        }
        for (Scores left : sets) {
            double floor = lowest(sets.stream().filter(s -> s != left).toList());
            report("floor of the others on " + left.set, floor, left);
        }
        double floor = lowest(sets);
        sets.forEach(set -> report("floor of all on " + set.set, floor, set));
        return floor;
    }

    /** The lowest floor at which every set refuses enough: anything higher only costs answers. */
    private static double lowest(List<Scores> sets) {
        double floor = FIRST;
        while (floor < LAST && !refusesAll(sets, floor)) {
            floor += STEP;
        }
        return Math.round(floor * 100) / 100.0;
    }

    private static boolean refusesAll(List<Scores> sets, double floor) {
        return sets.stream().allMatch(set -> set.refusesEnough(floor));
    }

    private void report(String name, double floor, Scores s) {
        progress.printf(
                Locale.ROOT,
                "%-45s %.2f  answerable kept %.3f (%d)  document removed, refused %.3f  off topic, refused %.3f (%d)%n",
                name,
                floor,
                1 - Scores.below(s.answerable, floor),
                s.answerable.size(),
                Scores.below(s.removed, floor),
                Scores.below(s.offTopic, floor),
                s.offTopic.size());
    }

    private Scores scores(String name, Path documents, Path queries, List<String> offTopic) throws IOException {
        Scores scores = new Scores(name, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        try (KnowledgeBase kb = KnowledgeBase.inMemory(embedder)) {
            kb.put(lines(documents).stream().map(FloorTrainer::document).toList());
            boolean bySource = false;
            for (JsonNode query : lines(queries)) {
                Set<String> entities = strings(query.path("entities"));
                bySource |= !entities.isEmpty();
                if (query.path("behavior").asText("answer").equals("answer")) {
                    add(kb, query.get("query").asText(), strings(query.get("gold")), entities, scores);
                }
            }
            // Where the searcher knows the entity there is no search in all documents to be wrong in.
            for (String text : bySource ? List.<String>of() : offTopic) {
                scores.offTopic.add(top(kb.search(text, SEARCHED)));
            }
        }
        return scores;
    }

    private void add(KnowledgeBase kb, String text, Set<String> gold, Set<String> entities, Scores scores) {
        Predicate<Document> among = d -> entities.isEmpty() || entities.contains(d.source());
        float[] vector = embedder.embed(List.of(kb.repair(text))).getFirst();
        List<Hit> hits = kb.search(text, vector, SEARCHED, among);
        if (hits.stream().anyMatch(hit -> gold.contains(hit.document().id()))) {
            scores.answerable.add(top(hits));
        }
        scores.removed.add(top(kb.search(text, vector, SEARCHED, d -> among.test(d) && !gold.contains(d.id()))));
    }

    private static double top(List<Hit> hits) {
        return hits.isEmpty() ? 0 : hits.getFirst().score();
    }

    private static Document document(JsonNode row) {
        return new Document(
                row.get("id").asText(),
                row.path("title").asText(),
                row.path("content").asText(row.path("text").asText()),
                row.path("entity").asText(""));
    }

    private static Set<String> strings(JsonNode array) {
        Set<String> values = new HashSet<>();
        array.forEach(value -> values.add(value.asText()));
        return values;
    }

    private static List<JsonNode> lines(Path file) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String line : Files.readString(file).split("\n")) {
            if (!line.isBlank()) {
                rows.add(JSON.readTree(line));
            }
        }
        return rows;
    }
}
