package demitasse.agent;

import demitasse.rag.Hit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Whether the documents found answer the question: the best score, less for a question that is near to those which
 * documents of shops do not answer. What is nearer to such a question than to any document has no answer there.
 */
final class Answerability {
    /** Fitted by {@link FloorTrainer}; the card beside the heads has the figures. */
    private static final Floor FITTED = Floor.parse(WordList.text("floor.txt"));
    /** A document that is so much above the floor fits really well. */
    private static final double STRONG_EXTRA = 0.15;

    /** Answers so little above the floor are the ones to look at: a document that says more would serve better. */
    private static final double UNSURE_EXTRA = 0.05;

    private static final double LIKELY = 0.5;
    private static final int MAX_SOURCES = 3;
    /** Below the best score by more than this, a document has nothing to do with the answer. */
    private static final double SOURCE_BAND = 0.25;
    /** So little under the floor a topic is still worth naming. */
    private static final double NEAR = 0.1;

    /**
     * @param floor under what is left of the best score
     * @param outside what it loses for the nearness of questions that documents of shops do not answer
     */
    record Floor(double floor, double outside) {
        static Floor parse(String text) {
            String[] numbers = text.strip().split("\\s+");
            return new Floor(Double.parseDouble(numbers[0]), Double.parseDouble(numbers[1]));
        }

        String asText() {
            return String.format(Locale.ROOT, "%.2f %.3f%n", floor, outside);
        }

        double above(List<Hit> hits, Signals.Reading signals) {
            return best(hits) - outside * signals.outside() - floor;
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
        double least = best(hits) - SOURCE_BAND;
        return hits.stream()
                .filter(hit -> hit.score() >= least)
                .limit(MAX_SOURCES)
                .toList();
    }

    /** Titles of near topics, readable, or empty. */
    static String near(List<Hit> hits, Signals.Reading signals) {
        double least = FITTED.floor - NEAR + FITTED.outside * signals.outside();
        return hits.stream()
                .filter(hit -> hit.score() >= least && !hit.document().title().isBlank())
                .limit(MAX_SOURCES)
                .map(hit -> "\"" + hit.document().title().strip() + "\"")
                .collect(Collectors.joining(", "));
    }

    static double best(List<Hit> hits) {
        return hits.isEmpty() ? 0 : hits.getFirst().score();
    }
}
