package demitasse.agent;

import demitasse.rag.Hit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Whether the documents found answer the question: the best passage's evidence, less for a question that is near to those which
 * documents of shops do not answer. What is nearer to such a question than to any document has no answer there.
 */
final class Answerability {
    /** Fitted by {@link FloorTrainer}; the card beside the heads has the figures. */
    private static final Floor FITTED = Floor.parse(WordList.text("floor.txt"));
    /** A document that is so much above the floor fits really well. Log-odds, as all the following. */
    private static final double STRONG_EXTRA = 1.5;

    /** Answers so little above the floor are the ones to look at: a document that says more would serve better. */
    private static final double UNSURE_EXTRA = 0.5;

    private static final double LIKELY = 0.5;
    private static final int MAX_SOURCES = 3;
    /** Below the best one by more than this, a document has nothing to do with the answer. */
    private static final double SOURCE_BAND = 4.5;
    /** So little under the floor a topic is still worth naming. */
    private static final double NEAR = 2;
    // Where nobody reads, a fused score stands for evidence: as for most questions with an answer, and without.
    private static final double EVEN_SCORE = 0.41;
    private static final double EVIDENCE_OF_SCORE = 30;

    /**
     * @param floor under what is left of the best passage's evidence
     * @param outside what it loses for the nearness of questions that documents of shops do not answer
     */
    record Floor(double floor, double outside) {
        static Floor parse(String text) {
            String[] numbers = text.strip().split("\\s+");
            return new Floor(Double.parseDouble(numbers[0]), Double.parseDouble(numbers[1]));
        }

        String asText() {
            return String.format(Locale.ROOT, "%.1f %.1f%n", floor, outside);
        }

        double above(List<Hit> hits, Signals.Reading signals) {
            return evidence(hits) - outside * signals.outside() - floor;
        }
    }

    private Answerability() {}

    static boolean isAnswerable(List<Hit> hits, Signals.Reading signals) {
        return FITTED.above(hits, signals) >= 0;
    }

    /** Answerable, but only just. */
    static boolean isUnsure(List<Hit> hits, Signals.Reading signals) {
        return FITTED.above(hits, signals) < UNSURE_EXTRA;
    }

    static boolean isSmallTalk(List<Hit> hits, Signals.Reading signals) {
        return signals.of(Signals.SMALL_TALK) > LIKELY && !isStrong(hits, signals);
    }

    static boolean isStrong(List<Hit> hits, Signals.Reading signals) {
        return FITTED.above(hits, signals) >= STRONG_EXTRA;
    }

    static List<Hit> sources(List<Hit> hits) {
        double least = evidence(hits) - SOURCE_BAND;
        return hits.stream()
                .filter(hit -> evidence(hit) >= least)
                .limit(MAX_SOURCES)
                .toList();
    }

    /** Titles of near topics, readable, or empty. */
    static String near(List<Hit> hits, Signals.Reading signals) {
        double least = FITTED.floor - NEAR + FITTED.outside * signals.outside();
        return hits.stream()
                .filter(hit -> evidence(hit) >= least && !hit.document().title().isBlank())
                .limit(MAX_SOURCES)
                .map(hit -> "\"" + hit.document().title().strip() + "\"")
                .collect(Collectors.joining(", "));
    }

    /** The greatest fused score. */
    static double best(List<Hit> hits) {
        return hits.stream().mapToDouble(Hit::score).max().orElse(0);
    }

    /** Of the best hit; where there is none, that of a score of 0. */
    static double evidence(List<Hit> hits) {
        return hits.isEmpty() ? evidence(0) : evidence(hits.getFirst());
    }

    /** Log-odds that a hit answers the question. */
    static double evidence(Hit hit) {
        return hit.isRead() ? hit.evidence() : evidence(hit.score());
    }

    private static double evidence(double score) {
        return EVIDENCE_OF_SCORE * (score - EVEN_SCORE);
    }
}
