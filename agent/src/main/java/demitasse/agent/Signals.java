package demitasse.agent;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a message is for, by a trained head on its embedding: a question, small talk, something no shop answers, or one
 * of the reasons for a person that have no keywords. It backs the rules of {@link Escalation}; it does not replace them.
 */
final class Signals {
    static final String QUESTION = "question";
    static final String SMALL_TALK = "small_talk";
    static final String OFF_TOPIC = "off_topic";

    private static final String RESOURCE = "signals.json";
    // Set by judgement, reading the figures of sources left out (the card has them); not the result of a fit.
    private static final double ABOVE = 0.7;
    /** Where a document fits really well, the message is rather a question. */
    private static final double ABOVE_DOCUMENT = 0.85;
    /** Silence about self-harm costs more than a hand-off too many. */
    private static final double SELF_HARM_ABOVE = 0.35;

    private static final double SELF_HARM_ABOVE_DOCUMENT = 0.75;

    private final Head head;

    Signals(Head head) {
        this.head = head;
    }

    static Signals bundled() {
        return new Signals(Head.resource(RESOURCE));
    }

    /** For an embedder without heads: everything is a question, and rules alone find reasons for a person. */
    static Signals untrained(int dimensions) {
        return new Signals(new Head(List.of(QUESTION), new float[1][dimensions], new float[1]));
    }

    /** Probabilities for one message. */
    Reading read(float[] vector) {
        return new Reading(head, head.probabilities(vector));
    }

    /** Whether a label is a reason for a person. */
    static boolean isReason(String label) {
        return Arrays.stream(Escalation.Reason.values())
                .anyMatch(reason -> reason.label().equals(label));
    }

    /** What the head says about one message. */
    record Reading(Head head, double[] probabilities) {
        double of(String label) {
            int index = head.labels().indexOf(label);
            return index < 0 ? 0 : probabilities[index];
        }

        /** The probability that a person is needed, for whatever reason. */
        double reasonProbability() {
            double sum = 0;
            for (Escalation.Reason reason : Escalation.Reason.values()) {
                sum += of(reason.label());
            }
            return sum;
        }

        /**
         * The likeliest reason for a person, if the head is sure enough that there is one.
         *
         * @param documentFits whether the search found a document that fits really well
         */
        Optional<Escalation.Reason> reason(boolean documentFits) {
            double selfHarm = of(Escalation.Reason.SELF_HARM.label());
            if (selfHarm > (documentFits ? SELF_HARM_ABOVE_DOCUMENT : SELF_HARM_ABOVE)) {
                return Optional.of(Escalation.Reason.SELF_HARM);
            }
            return reasonProbability() > (documentFits ? ABOVE_DOCUMENT : ABOVE)
                    ? Arrays.stream(Escalation.Reason.values()).max(Comparator.comparingDouble(r -> of(r.label())))
                    : Optional.empty();
        }
    }
}
