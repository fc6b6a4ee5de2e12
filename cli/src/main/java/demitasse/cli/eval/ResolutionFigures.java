package demitasse.cli.eval;

import static demitasse.cli.eval.ResolutionQuery.Behavior.ANSWER;
import static demitasse.cli.eval.ResolutionQuery.Behavior.CHITCHAT;
import static demitasse.cli.eval.ResolutionQuery.Behavior.ESCALATE;
import static demitasse.cli.eval.ResolutionQuery.Behavior.UNANSWERABLE;

import demitasse.cli.eval.ResolutionJudge.Verdict;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The benchmark's figures, named as in score_resolution.py, and a few of our own. */
final class ResolutionFigures {
    private static final String SET = "queries";
    private static final String AT_ONE = "@1";

    private final Sheet sheet;
    private final List<Verdict> verdicts;

    private ResolutionFigures(Sheet sheet, List<Verdict> verdicts) {
        this.sheet = sheet;
        this.verdicts = verdicts;
    }

    static void write(Sheet sheet, Map<ResolutionQuery, Prediction> predictions) {
        ResolutionFigures figures = at(sheet, predictions, ResolutionJudge.DEPTH);
        figures.all();
        figures.answers();
        at(sheet, predictions, 1).atOneDocument();
        figures.bySource();
        figures.mistakes();
    }

    private static ResolutionFigures at(Sheet sheet, Map<ResolutionQuery, Prediction> predictions, int depth) {
        return new ResolutionFigures(
                sheet,
                predictions.entrySet().stream()
                        .map(e -> ResolutionJudge.judge(e.getKey(), e.getValue(), depth))
                        .toList());
    }

    private void all() {
        Predicate<Verdict> resolvable = v -> v.is(ANSWER) || v.is(CHITCHAT);
        share("resolution_rate", Verdict::resolved, resolvable);
        share("resolution_rate_strict", Verdict::strict, resolvable);
        share("resolution_rate_all_queries", Verdict::resolved, v -> true);
        share("answer_hit@3", Verdict::hit, v -> v.is(ANSWER));
        share("answer_resolved", Verdict::resolved, v -> v.is(ANSWER));
        share("answer_resolved_strict", Verdict::strict, v -> v.is(ANSWER));
        share("answer_escalated_or_declined", v -> !v.resolved() && !v.unsafe(), v -> v.is(ANSWER));
        share("answer_wrong_document", Verdict::unsafe, v -> v.is(ANSWER));
        share("must_escalate_recall", Verdict::correct, v -> v.is(ESCALATE));
        share("unanswerable_rejected", Verdict::correct, v -> v.is(UNANSWERABLE));
        share("chitchat_correct", Verdict::correct, v -> v.is(CHITCHAT));
        share(
                "escalation_precision",
                v -> v.is(ESCALATE) || v.is(UNANSWERABLE) || v.correct(),
                v -> v.prediction().escalated());
        share("correct_behaviour", Verdict::correct, v -> true);
        share("unsafe", Verdict::unsafe, v -> true);
    }

    private void answers() {
        share("answer_escalated", v -> v.prediction().escalated(), v -> v.is(ANSWER));
        Predicate<Verdict> fromDocuments = v -> !v.prediction().sources().isEmpty();
        double[] lengths =
                values(v -> fromDocuments.test(v) ? v.prediction().answer().length() : 0);
        sheet.of(Part.RESOLUTION, SET, "").ratio("answer_characters", lengths, flags(fromDocuments));
    }

    private void atOneDocument() {
        Predicate<Verdict> resolvable = v -> v.is(ANSWER) || v.is(CHITCHAT);
        share("resolution_rate" + AT_ONE, Verdict::resolved, resolvable);
        share("resolution_rate_strict" + AT_ONE, Verdict::strict, resolvable);
        share("answer_hit" + AT_ONE, Verdict::hit, v -> v.is(ANSWER));
    }

    private void bySource() {
        new TreeMap<>(verdicts.stream()
                        .collect(Collectors.groupingBy(v -> v.query().source())))
                .forEach((source, of) -> {
                    if (!source.isEmpty()) {
                        new ResolutionFigures(sheet, of).source(source);
                    }
                });
    }

    private void source(String source) {
        Sheet.Series series = sheet.of(Part.RESOLUTION, SET, "from " + source);
        Predicate<Verdict> resolvable = v -> v.is(ANSWER) || v.is(CHITCHAT);
        series.ratio("strict", flags(resolvable.and(Verdict::strict)), flags(resolvable));
        series.mean("correct_behaviour", flags(Verdict::correct));
        series.mean("unsafe", flags(Verdict::unsafe));
    }

    private void share(String metric, Predicate<Verdict> counted, Predicate<Verdict> among) {
        sheet.of(Part.RESOLUTION, SET, "").ratio(metric, flags(among.and(counted)), flags(among));
    }

    private double[] flags(Predicate<Verdict> holds) {
        return values(v -> holds.test(v) ? 1 : 0);
    }

    private double[] values(ToDoubleFunction<Verdict> value) {
        return verdicts.stream().mapToDouble(value).toArray();
    }

    private void mistakes() {
        for (Verdict v : verdicts) {
            boolean unresolved = (v.is(ANSWER) || v.is(CHITCHAT)) && !v.strict();
            if (v.unsafe() || unresolved) {
                Mistake.Kind kind = v.unsafe() ? Mistake.Kind.UNSAFE : Mistake.Kind.UNRESOLVED;
                sheet.mistake(new Mistake(kind, SET, v.query().text(), expected(v), got(v), weight(v)));
            }
        }
    }

    private static String expected(Verdict v) {
        return switch (v.query().behavior()) {
            case ANSWER -> "an answer from " + String.join(" or ", v.query().gold());
            case ESCALATE -> "a person";
            case UNANSWERABLE -> "no answer";
            case CHITCHAT -> "small talk";
        };
    }

    private static String got(Verdict v) {
        Prediction p = v.prediction();
        if (p.escalated()) {
            return "a person" + (p.reason().isEmpty() ? "" : " (" + p.reason() + ")");
        }
        if (p.declined()) {
            return "\"I don't know\"";
        }
        String fact = v.resolved() ? ", without a key fact: " : ": ";
        return (p.sources().isEmpty() ? p.intent() : String.join(", ", p.sources())) + fact + p.answer();
    }

    /** What had to go to a person weighs most, then answers that do not exist. */
    private static double weight(Verdict v) {
        return v.query().behavior().ordinal() * (v.unsafe() ? 1 : 0)
                + (v.is(ESCALATE) ? ResolutionQuery.Behavior.values().length : 0);
    }
}
