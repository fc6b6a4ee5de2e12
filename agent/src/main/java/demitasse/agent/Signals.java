package demitasse.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a message is for, by a trained head on its embedding and by examples: a question, small talk, something no shop
 * answers, or one of the reasons for a person that have no keywords. It backs the rules of {@link Escalation}; it does
 * not replace them.
 */
final class Signals {
    static final String QUESTION = "question";
    static final String SMALL_TALK = "small_talk";
    static final String OFF_TOPIC = "off_topic";

    private static final String HEAD = "signals.json";
    private static final String EXAMPLES = "signal-examples.bin";
    // Chosen on four shops and the sources of the evaluation folder, see the card; not the result of a fit.
    /** What a document that fits perfectly takes from the evidence for a person: such a message is rather a question. */
    private static final double DOCUMENT = 5;

    private static final double LEAST_EVIDENCE = 0;
    /** Silence about self-harm costs more than a hand-off too many. */
    private static final double LEAST_EVIDENCE_OF_SELF_HARM = -0.5;

    private static final double SURE = 1e-4;
    /** Stands for the nearness of what documents do not answer where there are no examples of it; as most questions have it. */
    private static final double UNKNOWN_OUTSIDE = 0.5;

    private final Head head;
    private final Examples examples;

    /** @param examples of the head's labels, in their order; of {@link #OFF_TOPIC} what documents of shops do not answer */
    Signals(Head head, Examples examples) {
        this.head = head;
        this.examples = examples;
    }

    static Signals bundled() {
        Head head = Head.resource(HEAD);
        return new Signals(head, Examples.resource(EXAMPLES, head.labels().size(), head.dimensions()));
    }

    /** For an embedder without heads: everything is a question, and rules alone find reasons for a person. */
    static Signals untrained(int dimensions) {
        Head head = new Head(List.of(QUESTION), new float[1][dimensions], new float[1]);
        return new Signals(head, Examples.of(List.of(List.of()), dimensions));
    }

    /** Writes the two files that {@link #bundled} reads. */
    void write(Path folder) throws IOException {
        head.write(folder.resolve(HEAD));
        examples.write(folder.resolve(EXAMPLES));
    }

    /** What head and examples say about one message. */
    Reading read(float[] vector) {
        int offTopic = head.labels().indexOf(OFF_TOPIC);
        Examples.Cosines cosines = examples.cosines(vector);
        return new Reading(
                head.labels(),
                head.probabilities(vector),
                examples.isEmpty() ? null : cosines.nearestVotes(),
                offTopic < 0 ? UNKNOWN_OUTSIDE : cosines.nearest(offTopic));
    }

    /** Whether a label is a reason for a person. */
    static boolean isReason(String label) {
        return Arrays.stream(Escalation.Reason.values())
                .anyMatch(reason -> reason.label().equals(label));
    }

    /**
     * What is known about one message.
     *
     * @param votes of the nearest examples, a share for each label; null where there are no examples
     * @param outside the cosine of the nearest question that shops' documents do not answer
     */
    record Reading(List<String> labels, double[] probabilities, double[] votes, double outside) {
        /** The head's probability. */
        double of(String label) {
            int index = labels.indexOf(label);
            return index < 0 ? 0 : probabilities[index];
        }

        /** The probability that a person is needed, for whatever reason, in the head's eyes. */
        double reasonProbability() {
            return sumOverReasons(probabilities);
        }

        /**
         * The likeliest reason for a person, if there is enough evidence for one: the log-odds of the head and of the
         * examples together, less for a message that a document fits.
         *
         * @param bestScore of the documents found
         */
        Optional<Escalation.Reason> reason(double bestScore) {
            if (votes == null) {
                return Optional.empty();
            }
            Escalation.Reason likeliest = Arrays.stream(Escalation.Reason.values())
                    .max(Comparator.comparingDouble(r -> both(r.label())))
                    .orElseThrow();
            double evidence = logOdds(reasonProbability()) + logOdds(sumOverReasons(votes)) - DOCUMENT * bestScore;
            double least = likeliest == Escalation.Reason.SELF_HARM ? LEAST_EVIDENCE_OF_SELF_HARM : LEAST_EVIDENCE;
            return evidence >= least && both(likeliest.label()) > both(SMALL_TALK)
                    ? Optional.of(likeliest)
                    : Optional.empty();
        }

        boolean isRatherQuestion() {
            return votes != null && both(QUESTION) > both(SMALL_TALK);
        }

        private double both(String label) {
            int index = labels.indexOf(label);
            return index < 0 ? 0 : probabilities[index] * votes[index];
        }

        private double sumOverReasons(double[] shares) {
            double sum = 0;
            for (int i = 0; i < shares.length; i++) {
                sum += isReason(labels.get(i)) ? shares[i] : 0;
            }
            return sum;
        }

        private static double logOdds(double probability) {
            double p = Math.clamp(probability, SURE, 1 - SURE);
            return Math.log(p / (1 - p));
        }
    }
}
