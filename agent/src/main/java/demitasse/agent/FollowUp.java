package demitasse.agent;

import demitasse.rag.Hit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a short message in a conversation is about: its own words find the document where they name one, those of the last
 * question where it only goes on. "How much for a week?" after a question about the network finds fishing permits by itself;
 * together with what was asked before, the network. Neither search alone can tell, so their evidence is added.
 */
final class FollowUp {
    /**
     * So many times the search with the words of the last question counts where the message says that it goes on. Of 110
     * follow-ups to two shops 99 found their document with 1, 102 with 2, 97 by that search alone.
     */
    private static final double WHOLE = 2;

    private static final double WHOLE_OF_A_QUESTION = 1;

    private final List<Hit> own;
    private final List<Hit> whole;
    private final boolean leans;

    private FollowUp(List<Hit> own, List<Hit> whole, boolean leans) {
        this.own = own;
        this.whole = whole;
        this.leans = leans;
    }

    /** A document as both searches see it; null where one did not find it. */
    private record Both(Hit own, Hit whole) {}

    /**
     * Hits of both searches, best first. The first one's evidence is its better one, the others' lie below it by as much as
     * both searches together say.
     *
     * @param own found with the message's words alone
     * @param whole found with those of the last question besides
     * @param leans whether the message says that it goes on: then the second search's score of a document counts, too
     */
    static List<Hit> fuse(List<Hit> own, List<Hit> whole, boolean leans) {
        if (own.isEmpty() || whole.isEmpty()) {
            return own.isEmpty() ? whole : own;
        }
        return new FollowUp(own, whole, leans).fused();
    }

    private List<Hit> fused() {
        Map<String, Both> documents = new LinkedHashMap<>();
        own.forEach(hit -> documents.put(hit.document().id(), new Both(hit, null)));
        whole.forEach(hit -> documents.merge(
                hit.document().id(), new Both(null, hit), (mine, theirs) -> new Both(mine.own, theirs.whole)));
        List<Both> order = documents.values().stream()
                .sorted(Comparator.comparingDouble(both -> -together(both)))
                .toList();
        Both first = order.getFirst();
        double shift = Math.max(evidence(first.own, own), evidence(first.whole, whole)) - together(first);
        return order.stream().map(both -> hit(both, together(both) + shift)).toList();
    }

    private double together(Both both) {
        double weight = leans ? WHOLE : WHOLE_OF_A_QUESTION;
        return (evidence(both.own, own) + weight * evidence(both.whole, whole)) / (1 + weight);
    }

    /** What was not found is thought of as the last that was. */
    private static double evidence(Hit hit, List<Hit> found) {
        return hit != null
                ? Answerability.evidence(hit)
                : found.stream().mapToDouble(Answerability::evidence).min().orElseThrow();
    }

    private Hit hit(Both both, double evidence) {
        double score =
                both.own == null ? own.stream().mapToDouble(Hit::score).min().orElseThrow() : both.own.score();
        if (leans && both.whole != null) {
            return with(both.whole, Math.max(score, both.whole.score()), evidence);
        }
        return with(both.own == null ? both.whole : both.own, score, evidence);
    }

    private static Hit with(Hit hit, double score, double evidence) {
        return new Hit(hit.document(), score, hit.keywordScore(), hit.vectorScore(), evidence, hit.chunk());
    }
}
