package demitasse.agent;

import demitasse.rag.Embedder;
import demitasse.rag.Hit;
import demitasse.rag.KnowledgeBase;
import demitasse.rag.PassageReader;
import demitasse.rag.Question;
import demitasse.rag.ReaderTrainer;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Fits {@link Answerability}: how much the nearness of questions that documents of shops do not answer takes from the best
 * passage's evidence, and the floor under what is left. The evidence comes from several knowledge bases: questions with their
 * document, questions that no document answers though many are near, and questions about other things. Each is read by a
 * reader that was trained on other sets. Deterministic.
 */
final class FloorTrainer {
    /** What an off-topic question refused is worth, where an answerable one kept is worth 1. */
    private static final double OFF_TOPIC_WORTH = 1;
    /** The same of a question that the documents nearly answer. */
    private static final double UNANSWERABLE_WORTH = 0.35;

    private static final double STEP = 0.1;
    private static final int FIRST_STEP = -80;
    private static final int LAST_STEP = 20;
    private static final double PENALTY_STEP = 0.5;
    private static final int MAX_PENALTY_STEPS = 16;
    private static final int SEARCHED = 3;
    /** Parts of the sets; each is read by a reader of the others. */
    private static final int FOLDS = 3;

    private final Embedder embedder;
    private final ReaderTrainer trainer;
    private final PrintWriter progress;
    private final Signals signals = Signals.bundled();

    /**
     * Of one question: the best passage's evidence, and how near it is to what documents do not answer.
     *
     * @param shown whether a document that answers it is among the first
     */
    private record Point(double evidence, double outside, boolean shown) {
        double left(double penalty) {
            return evidence - penalty * outside;
        }
    }

    /** The questions to a knowledge base by kind. */
    private record Scores(String set, List<Point> answerable, List<Point> unanswerable, List<Point> offTopic) {
        static Scores none(String set) {
            return new Scores(set, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }

        static double below(List<Point> points, Answerability.Floor floor) {
            return points.isEmpty()
                    ? 1
                    : (double) points.stream()
                                    .filter(p -> p.left(floor.outside()) < floor.floor())
                                    .count()
                            / points.size();
        }

        double shown() {
            return (double) answerable.stream().filter(Point::shown).count() / answerable.size();
        }
    }

    /** @param trainer has all shops that are given to {@link #train} */
    FloorTrainer(Embedder embedder, ReaderTrainer trainer, PrintWriter progress) {
        this.embedder = embedder;
        this.trainer = trainer;
        this.progress = progress;
    }

    /**
     * @param shops of {@link TrainingData#shops}
     * @return the fit on all sets; prints each set's figures with the fit on the others
     */
    Answerability.Floor train(List<TrainingShop> shops) {
        List<Scores> sets = heldOut(shops);
        for (Scores left : sets) {
            Answerability.Floor floor = fit(sets.stream().filter(s -> s != left).toList());
            report("floor of the others on " + left.set, floor, left);
        }
        Answerability.Floor floor = fit(sets);
        sets.forEach(set -> report("floor of all on " + set.set, floor, set));
        return floor;
    }

    private List<Scores> heldOut(List<TrainingShop> shops) {
        List<String> sets = shops.stream().map(TrainingShop::set).distinct().toList();
        Map<String, Scores> scores = new LinkedHashMap<>();
        for (int fold = 0; fold < FOLDS; fold++) {
            int own = fold;
            List<TrainingShop> left = shops.stream()
                    .filter(shop -> sets.indexOf(shop.set()) % FOLDS == own)
                    .toList();
            Set<String> names = left.stream().map(TrainingShop::name).collect(Collectors.toSet());
            PassageReader reader = trainer.train(names::contains);
            left.forEach(shop -> add(shop, reader, scores.computeIfAbsent(shop.set(), Scores::none)));
        }
        return List.copyOf(scores.values());
    }

    private void add(TrainingShop shop, PassageReader reader, Scores scores) {
        try (KnowledgeBase kb = KnowledgeBase.inMemory(embedder, reader)) {
            kb.put(shop.documents());
            for (TrainingShop.Message message : shop.messages()) {
                boolean answerable = message.behavior().equals(TrainingShop.ANSWER);
                if (answerable || message.behavior().equals(TrainingShop.UNANSWERABLE)) {
                    List<Point> unanswerable = TrainingShop.isFar(message) ? scores.offTopic : scores.unanswerable;
                    (answerable ? scores.answerable : unanswerable).add(point(kb, message));
                }
            }
        }
    }

    private Point point(KnowledgeBase kb, TrainingShop.Message message) {
        Question question = kb.question(message.text());
        List<Hit> hits = kb.search(question, SEARCHED);
        return new Point(
                Answerability.evidence(hits),
                signals.read(question.vector()).outside(),
                hits.stream()
                        .anyMatch(hit -> message.gold().contains(hit.document().id())));
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
                "%-45s %.1f less %.1f outside  answerable kept %.3f (%d), right document shown %.3f  near, refused %.3f (%d)  off topic, refused %.3f (%d)%n",
                name,
                floor.floor(),
                floor.outside(),
                1 - Scores.below(s.answerable, floor),
                s.answerable.size(),
                s.shown(),
                Scores.below(s.unanswerable, floor),
                s.unanswerable.size(),
                Scores.below(s.offTopic, floor),
                s.offTopic.size());
    }
}
