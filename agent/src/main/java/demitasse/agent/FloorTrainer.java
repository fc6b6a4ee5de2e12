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
 * Fits {@link Answerability}: how much the nearness of questions that documents of shops do not answer takes from the
 * best score, and the floor under what is left. The scores come from several knowledge bases: questions with their document, the same
 * questions with their document taken away (the hardest kind: everything near is still there), and questions about other
 * things. The floor is the lowest that refuses enough off-topic questions everywhere, for a weighted mean of the three
 * kinds is flat over a wide range. Deterministic.
 */
final class FloorTrainer {
    /** What an off-topic question refused is worth, where an answerable one kept is worth 1. */
    private static final double OFF_TOPIC_WORTH = 2;
    /** The same of a question without its document: less, for often another document answers it too. */
    private static final double REMOVED_WORTH = 0.3;

    private static final double STEP = 0.01;
    private static final int FIRST_STEP = -20;
    private static final int LAST_STEP = 60;
    private static final double PENALTY_STEP = 0.05;
    private static final int MAX_PENALTY_STEPS = 15;
    private static final int SEARCHED = 3;
    /** Every n-th off-topic text is enough for a share. */
    private static final int OFF_TOPIC_STEP = 4;

    private static final List<String> RETRIEVAL = List.of("msfaq_question2answer", "stackfaq", "dstc11_hotel");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Embedder embedder;
    private final PrintWriter progress;
    private final Signals signals = Signals.bundled();

    /** Of one question: the best score, and how near it is to what documents do not answer. */
    private record Point(double score, double outside) {
        double left(double penalty) {
            return score - penalty * outside;
        }
    }

    /** The questions to a knowledge base by kind. */
    private record Scores(String set, List<Point> answerable, List<Point> removed, List<Point> offTopic) {
        static double below(List<Point> points, Answerability.Floor floor) {
            return points.isEmpty()
                    ? 1
                    : (double) points.stream()
                                    .filter(p -> p.left(floor.outside()) < floor.floor())
                                    .count()
                            / points.size();
        }
    }

    FloorTrainer(Embedder embedder, PrintWriter progress) {
        this.embedder = embedder;
        this.progress = progress;
    }

    /** @return the fit on all sets; prints each set's figures with the fit on the others */
    Answerability.Floor train(Path evaluation) throws IOException {
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
            Answerability.Floor floor = fit(sets.stream().filter(s -> s != left).toList());
            report("floor of the others on " + left.set, floor, left);
        }
        Answerability.Floor floor = fit(sets);
        sets.forEach(set -> report("floor of all on " + set.set, floor, set));
        return floor;
    }

    /** The pair with which most is right, each set counting the same. */
    private static Answerability.Floor fit(List<Scores> sets) {
        Answerability.Floor best = null;
        for (int penalty = 0; penalty <= MAX_PENALTY_STEPS; penalty++) {
            for (int at = FIRST_STEP; at <= LAST_STEP; at++) {
                Answerability.Floor floor = new Answerability.Floor(at * STEP, penalty * PENALTY_STEP);
                best = best == null || worth(sets, floor) > worth(sets, best) ? floor : best;
            }
        }
        return best;
    }

    private static double worth(List<Scores> sets, Answerability.Floor floor) {
        return sets.stream()
                .mapToDouble(set -> OFF_TOPIC_WORTH * Scores.below(set.offTopic, floor)
                        + REMOVED_WORTH * Scores.below(set.removed, floor)
                        - Scores.below(set.answerable, floor))
                .sum();
    }

    private void report(String name, Answerability.Floor floor, Scores s) {
        progress.printf(
                Locale.ROOT,
                "%-45s %.2f less %.3f outside  answerable kept %.3f (%d)  document removed, refused %.3f  off topic, refused %.3f (%d)%n",
                name,
                floor.floor(),
                floor.outside(),
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
                float[] vector = embedder.embed(List.of(kb.repair(text))).getFirst();
                scores.offTopic.add(point(kb.search(text, vector, SEARCHED), vector));
            }
        }
        return scores;
    }

    private void add(KnowledgeBase kb, String text, Set<String> gold, Set<String> entities, Scores scores) {
        Predicate<Document> among = d -> entities.isEmpty() || entities.contains(d.source());
        float[] vector = embedder.embed(List.of(kb.repair(text))).getFirst();
        List<Hit> hits = kb.search(text, vector, SEARCHED, among);
        if (hits.stream().anyMatch(hit -> gold.contains(hit.document().id()))) {
            scores.answerable.add(point(hits, vector));
        }
        scores.removed.add(point(
                kb.search(text, vector, SEARCHED, d -> among.test(d) && !gold.contains(d.id())), vector));
    }

    private Point point(List<Hit> hits, float[] vector) {
        return new Point(Answerability.best(hits), signals.read(vector).outside());
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
