package demitasse.agent;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.rag.Document;
import demitasse.rag.Embedder;
import demitasse.rag.Hit;
import demitasse.rag.KnowledgeBase;
import demitasse.rag.PassageReader;
import demitasse.rag.Question;
import demitasse.rag.ReaderTrainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Fits {@link Answerability}: how much the nearness of questions that documents of shops do not answer takes from the best
 * passage's evidence, and the floor under what is left. The evidence comes from several knowledge bases: questions with their
 * document, questions that no document answers though many are near, and questions about other things. A made-up
 * shop is read by a reader that was trained on other shops. Deterministic.
 */
final class FloorTrainer {
    /** What an off-topic question refused is worth, where an answerable one kept is worth 1. */
    private static final double OFF_TOPIC_WORTH = 1;
    /** The same of a question that the documents nearly answer. */
    private static final double UNANSWERABLE_WORTH = 0.6;

    private static final double STEP = 0.1;
    private static final int FIRST_STEP = -80;
    private static final int LAST_STEP = 20;
    private static final double PENALTY_STEP = 0.5;
    private static final int MAX_PENALTY_STEPS = 16;
    private static final int SEARCHED = 3;
    /** Every n-th off-topic text is enough for a share. */
    private static final int OFF_TOPIC_STEP = 4;
    /** Parts of the made-up shops; each is read by a reader of the others. */
    private static final int FOLDS = 3;

    private static final List<String> RETRIEVAL = List.of("msfaq_question2answer", "stackfaq", "dstc11_hotel");

    private final Embedder embedder;
    private final PrintWriter progress;
    private final Signals signals = Signals.bundled();

    /** Of one question: the best passage's evidence, and how near it is to what documents do not answer. */
    private record Point(double evidence, double outside) {
        double left(double penalty) {
            return evidence - penalty * outside;
        }
    }

    /** The questions to a knowledge base by kind. */
    private record Scores(String set, List<Point> answerable, List<Point> unanswerable, List<Point> offTopic) {
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
    Answerability.Floor train(Path evaluation, List<TrainingShop> shops) throws IOException {
        List<Scores> sets = new ArrayList<>(madeUp(shops));
        sets.addAll(practice(evaluation));
        for (Scores left : sets) {
            Answerability.Floor floor = fit(sets.stream().filter(s -> s != left).toList());
            report("floor of the others on " + left.set, floor, left);
        }
        Answerability.Floor floor = fit(sets);
        sets.forEach(set -> report("floor of all on " + set.set, floor, set));
        return floor;
    }

    private List<Scores> madeUp(List<TrainingShop> shops) {
        ReaderTrainer trainer = new ReaderTrainer(
                embedder, shops.stream().map(TrainingShop::forReader).toList(), progress);
        List<Scores> sets = new ArrayList<>();
        for (int fold = 0; fold < FOLDS; fold++) {
            List<TrainingShop> own = new ArrayList<>();
            for (int i = fold; i < shops.size(); i += FOLDS) {
                own.add(shops.get(i));
            }
            Set<String> names = Set.copyOf(own.stream().map(TrainingShop::name).toList());
            PassageReader reader = trainer.train(names::contains);
            own.forEach(shop -> sets.add(scores(shop, reader)));
        }
        return sets;
    }

    private Scores scores(TrainingShop shop, PassageReader reader) {
        Scores scores = new Scores(shop.name(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        try (KnowledgeBase kb = KnowledgeBase.inMemory(embedder, reader)) {
            kb.put(shop.documents());
            for (TrainingShop.Message message : shop.messages()) {
                boolean answerable = message.behavior().equals(TrainingShop.ANSWER);
                if (answerable || message.behavior().equals(TrainingShop.UNANSWERABLE)) {
                    boolean far = message.kind().equals("out_of_domain") || message.kind().equals("other_business");
                    List<Point> kind = answerable ? scores.answerable : far ? scores.offTopic : scores.unanswerable;
                    kind.add(point(kb, kb.question(message.text()), document -> true));
                }
            }
        }
        return scores;
    }

    private List<Scores> practice(Path evaluation) throws IOException {
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
        return sets;
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
                        + UNANSWERABLE_WORTH * Scores.below(set.unanswerable, floor)
                        - Scores.below(set.answerable, floor))
                .sum();
    }

    private void report(String name, Answerability.Floor floor, Scores s) {
        progress.printf(
                Locale.ROOT,
                "%-45s %.1f less %.1f outside  answerable kept %.3f (%d)  near, refused %.3f (%d)  off topic, refused %.3f (%d)%n",
                name,
                floor.floor(),
                floor.outside(),
                1 - Scores.below(s.answerable, floor),
                s.answerable.size(),
                Scores.below(s.unanswerable, floor),
                s.unanswerable.size(),
                Scores.below(s.offTopic, floor),
                s.offTopic.size());
    }

    private Scores scores(String name, Path documents, Path queries, List<String> offTopic) throws IOException {
        Scores scores = new Scores(name, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        try (KnowledgeBase kb = KnowledgeBase.inMemory(embedder)) {
            kb.put(TrainingShop.lines(documents).stream()
                    .map(TrainingShop::document)
                    .toList());
            boolean bySource = false;
            for (JsonNode query : TrainingShop.lines(queries)) {
                Set<String> entities = TrainingShop.strings(query.path("entities"));
                bySource |= !entities.isEmpty();
                if (query.path("behavior").asText(TrainingShop.ANSWER).equals(TrainingShop.ANSWER)) {
                    Predicate<Document> among = d -> entities.isEmpty() || entities.contains(d.source());
                    scores.answerable.add(point(kb, kb.question(query.get("query").asText()), among));
                }
            }
            // Where the searcher knows the entity there is no search in all documents to be wrong in.
            for (String text : bySource ? List.<String>of() : offTopic) {
                scores.offTopic.add(point(kb, kb.question(text), document -> true));
            }
        }
        return scores;
    }

    private Point point(KnowledgeBase kb, Question question, Predicate<Document> among) {
        List<Hit> hits = kb.search(question, SEARCHED, among);
        return new Point(
                Answerability.evidence(hits), signals.read(question.vector()).outside());
    }
}
