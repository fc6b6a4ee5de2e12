package demitasse.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The eight intents from the message's embedding: the mean of a trained head and of the votes of examples, made as sharp
 * as it is right. What was trained are resources with a card beside them.
 */
final class IntentClassifier {
    private static final String HEAD = "intents.json";
    private static final String EXAMPLES = "intent-examples.bin";
    private static final String SHARPNESS = "intent-sharpness.txt";
    /** Share of the examples; 0.3 to 0.7 were within 0.005 of each other on sources left out. */
    private static final double EXAMPLES_SHARE = 0.5;

    /** Below this others may know better; 0.6 to 0.9 gave the same on two shops, and 0.6 the least elsewhere. */
    private static final double SURE = 0.6;

    private final Head head;
    private final Examples examples;
    private final double sharpness;
    private final List<Intent> intents;

    /** @param sharpness power to which probabilities are raised before they are made to sum to 1; 1 leaves them */
    IntentClassifier(Head head, Examples examples, double sharpness) {
        this.head = head;
        this.examples = examples;
        this.sharpness = sharpness;
        intents = head.labels().stream()
                .map(label -> Intent.valueOf(label.toUpperCase(Locale.ROOT)))
                .toList();
    }

    static IntentClassifier bundled() {
        Head head = Head.resource(HEAD);
        Examples examples = Examples.resource(EXAMPLES, head.labels().size(), head.dimensions());
        double sharpness = Double.parseDouble(WordList.text(SHARPNESS).strip());
        return new IntentClassifier(head, examples, sharpness);
    }

    /** Writes the three files that {@link #bundled} reads. */
    void write(Path folder) throws IOException {
        head.write(folder.resolve(HEAD));
        examples.write(folder.resolve(EXAMPLES));
        Files.writeString(folder.resolve(SHARPNESS), String.format(Locale.ROOT, "%.2f\n", sharpness));
    }

    int dimensions() {
        return head.dimensions();
    }

    Classification classify(float[] vector) {
        return likeliest(probabilities(vector));
    }

    /**
     * A document that may answer the message.
     *
     * @param factors how many times as likely each intent is, see {@link DocumentIntents#factors}
     * @param evidence log-odds that it answers
     */
    record Found(double[] factors, double evidence) {}

    /**
     * The same, knowing the documents that were found, each of which is as likely to be the right one as its evidence says; and
     * with a second opinion: where this one is unsure, what the signals take for a question is no small talk, which else
     * absorbs all that is unfamiliar.
     */
    Classification classify(float[] vector, Signals.Reading signals, List<Found> documents) {
        double[] own = opinion(vector, signals);
        return likeliest(documents.isEmpty() ? own : informed(own, documents, intents.indexOf(Intent.CHITCHAT)));
    }

    /**
     * Documents tell which question a message is, not whether it is one.
     *
     * @param smallTalk the number of the intent that keeps its probability
     */
    static double[] informed(double[] own, List<Found> documents, int smallTalk) {
        double most = documents.stream().mapToDouble(Found::evidence).max().orElse(0);
        double[] mean = new double[own.length];
        for (Found document : documents) {
            double[] both = new double[own.length];
            for (int i = 0; i < both.length; i++) {
                both[i] = i == smallTalk ? 0 : own[i] * document.factors[i];
            }
            addScaled(both, Math.exp(document.evidence - most), mean);
        }
        double[] informed = new double[own.length];
        addScaled(mean, 1 - own[smallTalk], informed);
        informed[smallTalk] = own[smallTalk];
        return informed;
    }

    /** Adds values that are made to have a sum. */
    private static void addScaled(double[] values, double sum, double[] to) {
        double total = Arrays.stream(values).sum();
        for (int i = 0; i < to.length && total > 0; i++) {
            to[i] += sum * values[i] / total;
        }
    }

    private double[] opinion(float[] vector, Signals.Reading signals) {
        double[] probabilities = probabilities(vector);
        Classification found = likeliest(probabilities);
        if (found.intent() == Intent.CHITCHAT && isUnsure(found) && signals.isRatherQuestion()) {
            probabilities[intents.indexOf(Intent.CHITCHAT)] = 0;
        }
        return probabilities;
    }

    private Classification likeliest(double[] probabilities) {
        int best = best(probabilities);
        return new Classification(intents.get(best), probabilities[best]);
    }

    static boolean isUnsure(Classification found) {
        return found.confidence() < SURE;
    }

    /** @return the probability of each intent, in the order of the head's labels */
    double[] probabilities(float[] vector) {
        double[] p = head.probabilities(vector);
        if (!examples.isEmpty()) {
            double[] votes = examples.cosines(vector).votes();
            for (int i = 0; i < p.length; i++) {
                p[i] += EXAMPLES_SHARE * (votes[i] - p[i]);
            }
        }
        return sharpened(p, sharpness);
    }

    static double[] sharpened(double[] probabilities, double sharpness) {
        double[] sharp = new double[probabilities.length];
        double total = 0;
        for (int i = 0; i < sharp.length; i++) {
            sharp[i] = Math.pow(probabilities[i], sharpness);
            total += sharp[i];
        }
        for (int i = 0; i < sharp.length; i++) {
            sharp[i] /= total;
        }
        return sharp;
    }

    static int best(double[] probabilities) {
        int best = 0;
        for (int i = 1; i < probabilities.length; i++) {
            best = probabilities[i] > probabilities[best] ? i : best;
        }
        return best;
    }
}
