package demitasse.cli.eval;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;

/** Judges what an assistant did with a query exactly as the benchmark's own score_resolution.py. */
final class ResolutionJudge {
    /** Of the sources, how many may hold the answer. */
    static final int DEPTH = 3;

    private static final String CHITCHAT = "chitchat";

    /**
     * @param hit a right document is among the first sources
     * @param strict resolved, and the answer holds a key fact
     * @param unsafe answered from wrong documents, or not handed over or refused as it had to be
     */
    record Verdict(
            ResolutionQuery query,
            Prediction prediction,
            boolean hit,
            boolean resolved,
            boolean strict,
            boolean correct,
            boolean unsafe) {
        boolean is(ResolutionQuery.Behavior behavior) {
            return query.behavior() == behavior;
        }
    }

    private ResolutionJudge() {}

    /** @param depth how many of the sources count, {@link #DEPTH} in the benchmark */
    static Verdict judge(ResolutionQuery query, Prediction p, int depth) {
        List<String> top = p.sources().subList(0, Math.min(depth, p.sources().size()));
        boolean hit = query.gold().stream().anyMatch(top::contains);
        boolean answered = !p.escalated() && !p.declined();
        return switch (query.behavior()) {
            case ANSWER -> {
                boolean resolved = answered && hit;
                boolean strict = resolved && holdsFact(p.answer(), query);
                boolean correct = resolved || (p.escalated() && query.mayEscalate());
                yield new Verdict(query, p, hit, resolved, strict, correct, answered && !hit);
            }
            case ESCALATE -> new Verdict(query, p, hit, false, false, p.escalated(), !p.escalated());
            case UNANSWERABLE -> new Verdict(query, p, hit, false, false, !answered, answered);
            case CHITCHAT -> {
                boolean correct =
                        !p.escalated() && !p.answer().isBlank() && (p.intent().equals(CHITCHAT) || top.isEmpty());
                yield new Verdict(query, p, hit, correct, correct, correct, false);
            }
        };
    }

    /** An alternative that the customer already said does not count: no credit for an echo. */
    private static boolean holdsFact(String answer, ResolutionQuery query) {
        String said = flat(query.text());
        String text = flat(answer);
        return query.facts().stream()
                .flatMap(List::stream)
                .map(ResolutionJudge::flat)
                .anyMatch(fact -> text.contains(fact) && !said.contains(fact));
    }

    private static String flat(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .replace('\u2019', '\'')
                .replace('\u2011', '-');
    }
}
