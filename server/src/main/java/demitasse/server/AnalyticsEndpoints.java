package demitasse.server;

import com.fasterxml.jackson.annotation.JsonInclude;
import demitasse.agent.BackOffice;
import demitasse.agent.DailyCount;
import demitasse.agent.DailyCount.Measure;
import demitasse.agent.Handoff;
import demitasse.agent.UnansweredTopic;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** How the assistant fares: counts by day, and what is open now. */
final class AnalyticsEndpoints {
    record Count(String day, String measure, String label, long count) {
        static Count of(DailyCount count) {
            return new Count(count.day().toString(), count.measure().label(), count.label(), count.count());
        }
    }

    /**
     * @param questions messages to the assistant, small talk left out
     * @param answered of these
     * @param resolutionRate the share of answered ones; null without questions
     * @param medianMs the upper bound of the range that the median of answer times is in; null if it has none
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Summary(
            long conversations,
            long questions,
            long answered,
            Double resolutionRate,
            long handoffs,
            long likes,
            long dislikes,
            Integer medianMs) {
        private static final Set<String> ANSWERED = Set.of("answered", "unsure");
        private static final Set<String> NO_QUESTIONS = Set.of("small_talk", "aside", "with_person");

        static Summary of(List<DailyCount> counts) {
            long all = sum(counts, Measure.OUTCOME);
            long questions = all - sum(counts, Measure.OUTCOME, NO_QUESTIONS);
            long answered = sum(counts, Measure.OUTCOME, ANSWERED);
            return new Summary(
                    sum(counts, Measure.CONVERSATIONS),
                    questions,
                    answered,
                    questions == 0 ? null : (double) answered / questions,
                    sum(counts, Measure.HANDOFF),
                    sum(counts, Measure.FEEDBACK, Set.of("like")),
                    sum(counts, Measure.FEEDBACK, Set.of("dislike")),
                    median(counts));
        }

        private static long sum(List<DailyCount> counts, Measure measure) {
            return counts.stream()
                    .filter(count -> count.measure() == measure)
                    .mapToLong(DailyCount::count)
                    .sum();
        }

        private static long sum(List<DailyCount> counts, Measure measure, Set<String> labels) {
            return sum(
                    counts.stream()
                            .filter(count -> labels.contains(count.label()))
                            .toList(),
                    measure);
        }

        private static Integer median(List<DailyCount> counts) {
            List<DailyCount> bounded = counts.stream()
                    .filter(count -> count.measure() == Measure.LATENCY)
                    .filter(count -> count.label().matches("\\d{1,6}"))
                    .toList();
            long half = (sum(counts, Measure.LATENCY) + 1) / 2;
            List<Integer> bounds = bounded.stream()
                    .map(count -> Integer.valueOf(count.label()))
                    .distinct()
                    .sorted()
                    .toList();
            long seen = 0;
            for (int bound : bounds) {
                seen += sum(bounded, Measure.LATENCY, Set.of(Integer.toString(bound)));
                if (seen >= half) {
                    return bound;
                }
            }
            return null;
        }
    }

    /** @param newest when it was asked last */
    record Topic(String question, int questions, String newest) {
        static Topic of(UnansweredTopic topic) {
            return new Topic(
                    topic.question(),
                    topic.questions().size(),
                    topic.questions().getFirst().at().toString());
        }
    }

    /** @param oldest since when a customer waits; null if none does */
    record Open(int waiting, int withPerson, String oldest) {
        static Open of(List<Handoff> handoffs) {
            List<Handoff> waiting = handoffs.stream()
                    .filter(handoff -> handoff.state() == Handoff.State.WAITING)
                    .toList();
            String oldest = waiting.stream()
                    .map(handoff -> handoff.createdAt().toString())
                    .min(String::compareTo)
                    .orElse(null);
            return new Open(waiting.size(), handoffs.size() - waiting.size(), oldest);
        }
    }

    /** @param from the first day, UTC; {@code to} the last, which is today */
    record Analytics(
            String from,
            String to,
            Summary summary,
            List<Count> counts,
            List<Topic> topics,
            Open handoffs,
            List<SessionEndpoints.Comment> comments) {}

    private static final int DAYS = 30;
    private static final int MAX_DAYS = 400;
    private static final int MAX_TOPICS = 20;

    private final Desk desk;

    AnalyticsEndpoints(Desk desk) {
        this.desk = desk;
    }

    void register(RoutesConfig routes) {
        routes.get("/v1/analytics", this::analytics, Access.ADMIN);
        routes.get("/v1/analytics/export", this::export, Access.ADMIN);
    }

    private void analytics(Context ctx) {
        BackOffice office = desk.backOffice();
        List<DailyCount> counts = counts(ctx);
        LocalDate today = office.today();
        Send.json(
                ctx,
                new Analytics(
                        first(ctx, today).toString(),
                        today.toString(),
                        Summary.of(counts),
                        counts.stream().map(Count::of).toList(),
                        office.unansweredTopics().stream()
                                .limit(MAX_TOPICS)
                                .map(Topic::of)
                                .toList(),
                        Open.of(desk.openHandoffs()),
                        office.comments().stream()
                                .map(SessionEndpoints.Comment::of)
                                .toList()));
    }

    private static LocalDate first(Context ctx, LocalDate today) {
        return today.minusDays(KnowledgeEndpoints.number(ctx, "days", DAYS, MAX_DAYS) - 1);
    }

    private List<DailyCount> counts(Context ctx) {
        LocalDate today = desk.backOffice().today();
        return desk.backOffice().counts(first(ctx, today), today);
    }

    /** For spreadsheets. Days, words of fixed lists and numbers: nothing here needs quoting. */
    private void export(Context ctx) {
        ctx.header("Content-Disposition", "attachment; filename=\"analytics.csv\"");
        ctx.contentType("text/csv; charset=utf-8");
        ctx.result(counts(ctx).stream()
                .map(Count::of)
                .map(count -> String.join(",", count.day, count.measure, count.label, Long.toString(count.count)))
                .collect(Collectors.joining("\n", "day,measure,label,count\n", "\n")));
    }
}
