package demitasse.agent;

import java.util.List;
import java.util.Locale;

/** The eight intents by a trained head on the message's embedding; the head is a resource with a card beside it. */
final class IntentClassifier {
    private static final String RESOURCE = "intents.json";

    private final Head head;
    private final List<Intent> intents;

    IntentClassifier(Head head) {
        this.head = head;
        intents = head.labels().stream()
                .map(label -> Intent.valueOf(label.toUpperCase(Locale.ROOT)))
                .toList();
    }

    static IntentClassifier bundled() {
        return new IntentClassifier(Head.resource(RESOURCE));
    }

    int dimensions() {
        return head.dimensions();
    }

    Classification classify(float[] vector) {
        double[] probabilities = head.probabilities(vector);
        int best = 0;
        for (int i = 1; i < probabilities.length; i++) {
            best = probabilities[i] > probabilities[best] ? i : best;
        }
        return new Classification(intents.get(best), probabilities[best]);
    }
}
