package demitasse.agent;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Trains {@link IntentClassifier}. A source left out is predicted by what was trained on the others; these predictions
 * give the figures, and the sharpness at which the probabilities are right. Of the made-up shops a third is left out at a
 * time. Of our own texts, those that the source left out says in the same words are left out too.
 */
final class IntentTrainer {
    private static final double PENALTY = 3e-4;
    /** Small talk of shops is rare and short; without this the shops' messages would pull it into their questions. */
    private static final double SMALL_TALK_FACTOR = 2;
    /** An own text that is nearer to another is no further example. */
    private static final double SAME = 0.8;
    /** So many examples of each intent stand for the messages of the made-up shops. */
    private static final int CENTRES = 60;

    private static final double LOWEST_SHARPNESS = 0.5;
    private static final double SHARPNESS_STEP = 0.05;
    private static final int SHARPNESS_STEPS = 60;
    private static final int CALIBRATION_BINS = 10;
    private static final int RESAMPLES = 1000;
    private static final int LOWER = RESAMPLES / 40;
    private static final long SEED = 8;

    /** @param probabilities before they are sharpened */
    private record Guess(TrainingData.Text text, double[] probabilities) {}

    /** @param unseen the probabilities of each message of a made-up shop by what was trained on other shops */
    record Trained(IntentClassifier classifier, List<String> labels, Map<TrainingData.Text, double[]> unseen) {}

    private final Map<String, float[]> vectors;
    private final PrintWriter progress;
    /** For the intervals only; training draws nothing. */
    private final SplittableRandom random = new SplittableRandom(SEED);

    private List<String> labels = List.of();

    /** @param vectors the embedding of each text */
    IntentTrainer(Map<String, float[]> vectors, PrintWriter progress) {
        this.vectors = vectors;
        this.progress = progress;
    }

    Trained train(List<TrainingData.Text> texts) {
        labels = HeadTrainer.labels(texts);
        Map<String, List<Guess>> guesses = new LinkedHashMap<>();
        for (List<String> left : HeadTrainer.together(HeadTrainer.sources(texts))) {
            String name = TrainingData.isShop(left.getFirst()) ? TrainingData.SHOPS : left.getFirst();
            guesses.computeIfAbsent(name, n -> new ArrayList<>())
                    .addAll(guess(fit(without(left, texts), 1), judged(left, texts)));
        }
        List<Guess> own = guesses.remove(TrainingData.OWN);
        double sharpness = sharpness(guesses.values());
        List<Guess> shops = guesses.remove(TrainingData.SHOPS);
        report(guesses);
        if (own != null) {
            report("without our own", own, sharpness);
        }
        if (shops != null) {
            report("without a third of the shops", shops, sharpness(guesses.values()));
        }
        IntentClassifier trained = fit(texts, sharpness);
        report("on their own training text", guess(trained, texts), 1);
        progress.printf(Locale.ROOT, "sharpness %.2f%n", sharpness);
        return new Trained(trained, labels, shops == null ? Map.of() : sharpened(shops, sharpness));
    }

    private static Map<TrainingData.Text, double[]> sharpened(List<Guess> guesses, double sharpness) {
        return guesses.stream()
                .collect(Collectors.toMap(
                        Guess::text, g -> IntentClassifier.sharpened(g.probabilities, sharpness), (a, b) -> a));
    }

    private static List<TrainingData.Text> judged(List<String> sources, List<TrainingData.Text> texts) {
        return texts.stream()
                .filter(t -> sources.contains(t.source()) && t.core())
                .toList();
    }

    private static List<TrainingData.Text> without(List<String> sources, List<TrainingData.Text> texts) {
        Set<String> said = texts.stream()
                .filter(t -> sources.contains(t.source()))
                .map(t -> folded(t.text()))
                .collect(Collectors.toSet());
        return texts.stream()
                .filter(t -> !sources.contains(t.source()))
                .filter(t -> !t.source().equals(TrainingData.OWN) || !said.contains(folded(t.text())))
                .toList();
    }

    private static String folded(String text) {
        return text.toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z ]", "")
                .replaceAll(" +", " ")
                .strip();
    }

    private IntentClassifier fit(List<TrainingData.Text> texts, double sharpness) {
        Head head = HeadTrainer.fitRows(
                labels,
                texts.stream().map(TrainingData.Text::ofOneShop).toList(),
                vectors,
                PENALTY,
                label -> label.equals(Intent.CHITCHAT.label()) ? SMALL_TALK_FACTOR : 1);
        List<List<float[]>> examples =
                labels.stream().map(label -> examples(label, texts)).toList();
        return new IntentClassifier(head, Examples.of(examples, head.dimensions()), sharpness);
    }

    private List<float[]> examples(String label, List<TrainingData.Text> texts) {
        List<float[]> shops = texts.stream()
                .filter(t -> TrainingData.isShop(t.source()) && t.label().equals(label))
                .map(t -> vectors.get(t.text()))
                .toList();
        List<float[]> examples = new ArrayList<>(Vectors.thinned(HeadTrainer.own(label, texts, vectors), SAME));
        examples.addAll(Vectors.centres(shops, CENTRES));
        return examples;
    }

    private List<Guess> guess(IntentClassifier classifier, List<TrainingData.Text> texts) {
        return texts.stream()
                .map(t -> new Guess(t, classifier.probabilities(vectors.get(t.text()))))
                .toList();
    }

    /** The sharpness with the least mean cross-entropy; each source counts the same. */
    private double sharpness(Iterable<List<Guess>> sources) {
        double best = 1;
        double least = Double.POSITIVE_INFINITY;
        for (int step = 0; step <= SHARPNESS_STEPS; step++) {
            double sharpness = LOWEST_SHARPNESS + step * SHARPNESS_STEP;
            double loss = 0;
            for (List<Guess> guesses : sources) {
                loss += guesses.stream().mapToDouble(g -> loss(g, sharpness)).sum() / guesses.size();
            }
            if (loss < least) {
                least = loss;
                best = sharpness;
            }
        }
        return best;
    }

    private double loss(Guess guess, double sharpness) {
        double[] p = IntentClassifier.sharpened(guess.probabilities, sharpness);
        return -Math.log(Math.max(p[labels.indexOf(guess.text.label())], Double.MIN_NORMAL));
    }

    private void report(Map<String, List<Guess>> sources) {
        List<double[]> resampled = new ArrayList<>();
        double mean = 0;
        for (Map.Entry<String, List<Guess>> source : sources.entrySet()) {
            List<List<Guess>> others = sources.entrySet().stream()
                    .filter(s -> !s.equals(source))
                    .map(Map.Entry::getValue)
                    .toList();
            mean += report("without " + source.getKey(), source.getValue(), sharpness(others)) / sources.size();
            resampled.add(resampled(source.getValue()));
        }
        double[] means = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            for (double[] source : resampled) {
                means[i] += source[i] / resampled.size();
            }
        }
        progress.printf(Locale.ROOT, "intents, mean over the sources left out: %.3f %s%n", mean, interval(means));
    }

    /** @return the accuracy */
    private double report(String name, List<Guess> guesses, double sharpness) {
        double strict = (double) guesses.stream().filter(this::isRight).count() / guesses.size();
        long lenient = guesses.stream()
                .filter(g -> isRight(g) || g.text.acceptable().contains(label(g)))
                .count();
        progress.printf(
                Locale.ROOT,
                "intents %-32s %5d texts  accuracy %.3f %s  with acceptable others %.3f  calibration error %.3f%n",
                name,
                guesses.size(),
                strict,
                interval(resampled(guesses)),
                (double) lenient / guesses.size(),
                calibrationError(guesses, sharpness));
        return strict;
    }

    private String label(Guess guess) {
        return labels.get(IntentClassifier.best(guess.probabilities));
    }

    private boolean isRight(Guess guess) {
        return label(guess).equals(guess.text.label());
    }

    /** Accuracies of samples drawn from the guesses with putting back. */
    private double[] resampled(List<Guess> guesses) {
        double[] accuracies = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            int right = 0;
            for (int n = 0; n < guesses.size(); n++) {
                right += isRight(guesses.get(random.nextInt(guesses.size()))) ? 1 : 0;
            }
            accuracies[i] = (double) right / guesses.size();
        }
        return accuracies;
    }

    private static String interval(double[] accuracies) {
        double[] sorted = accuracies.clone();
        Arrays.sort(sorted);
        return String.format(Locale.ROOT, "[%.3f, %.3f]", sorted[LOWER], sorted[RESAMPLES - 1 - LOWER]);
    }

    /** Expected calibration error: how far confidence and accuracy are apart, in ten equal ranges of confidence. */
    private double calibrationError(List<Guess> guesses, double sharpness) {
        double[] excess = new double[CALIBRATION_BINS];
        for (Guess guess : guesses) {
            double[] p = IntentClassifier.sharpened(guess.probabilities, sharpness);
            double confidence = p[IntentClassifier.best(p)];
            int bin = Math.min(CALIBRATION_BINS - 1, (int) (confidence * CALIBRATION_BINS));
            excess[bin] += confidence - (isRight(guess) ? 1 : 0);
        }
        return Arrays.stream(excess).map(Math::abs).sum() / guesses.size();
    }
}
