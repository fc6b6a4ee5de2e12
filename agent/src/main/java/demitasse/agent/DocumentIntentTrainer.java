package demitasse.agent;

import demitasse.rag.Embedder;
import demitasse.rag.KnowledgeBase;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Trains {@link DocumentIntents} on the messages of made-up shops and the documents that answer them: what is to be added to
 * what {@link IntentClassifier} says of a message of a shop that it has not seen.
 */
final class DocumentIntentTrainer {
    /** Chosen by leaving out a third of the shops; a third and three times as much were within 0.02. */
    private static final double PENALTY = 3e-4;

    private static final int PARTS = 3;

    /**
     * A message and one of the documents that answer it.
     *
     * @param known log-probabilities of the intents by the message alone
     * @param weight of all documents of a message together 1
     */
    private record Pair(int shop, float[] document, int source, int label, double[] known, double weight) {}

    private final Embedder embedder;
    private final IntentTrainer.Trained intents;
    private final PrintWriter progress;
    private List<String> sources = List.of();

    DocumentIntentTrainer(Embedder embedder, IntentTrainer.Trained intents, PrintWriter progress) {
        this.embedder = embedder;
        this.intents = intents;
        this.progress = progress;
    }

    DocumentIntents train(List<TrainingShop> shops) {
        sources = shops.stream()
                .flatMap(shop -> shop.documents().stream())
                .map(document -> DocumentIntents.folded(document.source()))
                .distinct()
                .sorted()
                .toList();
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < shops.size(); i++) {
            pairs.addAll(pairs(i, shops.get(i)));
        }
        report(pairs);
        return fit(pairs, shop -> true);
    }

    private List<Pair> pairs(int number, TrainingShop shop) {
        List<Pair> pairs = new ArrayList<>();
        try (KnowledgeBase base = KnowledgeBase.inMemory(embedder)) {
            base.put(shop.documents());
            for (TrainingShop.Message message : shop.messages()) {
                double[] unseen = intents.unseen().get(TrainingData.intent(message, shop));
                if (unseen != null) {
                    pairs.addAll(pairs(number, message, unseen, base));
                }
            }
        }
        return pairs;
    }

    private List<Pair> pairs(int number, TrainingShop.Message message, double[] unseen, KnowledgeBase base) {
        double[] known = Arrays.stream(unseen)
                .map(p -> Math.log(Math.max(p, Double.MIN_NORMAL)))
                .toArray();
        int label = intents.labels().indexOf(message.intent());
        return message.gold().stream()
                .sorted()
                .flatMap(id -> base.document(id).stream())
                .map(document -> new Pair(
                        number,
                        DocumentIntents.vector(base.sentences(document.id()), embedder.dimensions()),
                        sources.indexOf(DocumentIntents.folded(document.source())),
                        label,
                        known,
                        1.0 / message.gold().size()))
                .toList();
    }

    /** @param seen the numbers of the shops to learn from */
    private DocumentIntents fit(List<Pair> pairs, IntPredicate seen) {
        List<LogisticTrainer.Row> known = new ArrayList<>();
        List<LogisticTrainer.Row> other = new ArrayList<>();
        for (Pair pair : pairs) {
            if (seen.test(pair.shop)) {
                float[] input = DocumentIntents.withSource(pair.document, pair.source, sources.size());
                known.add(new LogisticTrainer.Row(input, pair.label, pair.weight, pair.known));
                other.add(new LogisticTrainer.Row(pair.document, pair.label, pair.weight, pair.known));
            }
        }
        return new DocumentIntents(
                sources,
                LogisticTrainer.fit(intents.labels(), known, PENALTY),
                LogisticTrainer.fit(intents.labels(), other, PENALTY));
    }

    /** Each third of the shops by what was trained on the others. */
    private void report(List<Pair> pairs) {
        double all = 0;
        double alone = 0;
        double withSource = 0;
        double withDocument = 0;
        for (int left : IntStream.range(0, PARTS).toArray()) {
            DocumentIntents fitted = fit(pairs, shop -> shop % PARTS != left);
            for (Pair pair : pairs) {
                if (pair.shop % PARTS == left) {
                    all += pair.weight;
                    alone += isRight(pair, new double[0]);
                    withSource += isRight(pair, fitted.factors(pair.document, sources.get(pair.source)));
                    withDocument += isRight(pair, fitted.other().probabilities(pair.document));
                }
            }
        }
        progress.printf(
                Locale.ROOT,
                "intents of %.0f messages that documents answer, without a third of the shops:  message alone %.3f"
                        + "  with the document %.3f  with its source, too %.3f%n",
                all,
                alone / all,
                withDocument / all,
                withSource / all);
    }

    /** @return the pair's weight or 0 */
    private static double isRight(Pair pair, double[] factors) {
        double[] scores = pair.known.clone();
        for (int i = 0; i < factors.length; i++) {
            scores[i] += Math.log(factors[i]);
        }
        return IntentClassifier.best(scores) == pair.label ? pair.weight : 0;
    }
}
