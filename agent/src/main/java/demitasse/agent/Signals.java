package demitasse.agent;

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
    /** Chosen by leaving out one source at a time; the card beside the head has the figures. */
    private static final double ESCALATE_ABOVE = 0.7;

    private final Head head;

    Signals(Head head) {
        this.head = head;
    }

    static Signals bundled() {
        return new Signals(Head.resource(RESOURCE));
    }

    /** Probabilities for one message. */
    Reading read(float[] vector) {
        return new Reading(head, head.probabilities(vector));
    }

    /** What the head says about one message. */
    record Reading(Head head, double[] probabilities) {
        double of(String label) {
            int index = head.labels().indexOf(label);
            return index < 0 ? 0 : probabilities[index];
        }

        boolean isMostly(String label) {
            double p = of(label);
            for (double other : probabilities) {
                if (other > p) {
                    return false;
                }
            }
            return true;
        }

        /** A reason for a person that the head is sure of. */
        Optional<Escalation.Reason> reason() {
            Optional<Escalation.Reason> best = Optional.empty();
            double highest = 0;
            double sum = 0;
            for (Escalation.Reason reason : Escalation.Reason.values()) {
                double p = of(reason.label());
                sum += p;
                if (p > highest) {
                    highest = p;
                    best = Optional.of(reason);
                }
            }
            return sum > ESCALATE_ABOVE ? best : Optional.empty();
        }
    }
}
