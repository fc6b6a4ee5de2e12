package demitasse.agent;

import demitasse.agent.DailyCount.Measure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table of {@link DailyCount}s. Times are in milliseconds of the epoch. */
final class DailyCounts {
    /** Upper bounds in milliseconds. */
    private static final long[] LATENCIES = {10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000};
    /** Upper bounds in seconds. */
    private static final long[] WAITS = {60, 300, 900, 3_600, 14_400, 86_400};

    private static final String MORE = "more";

    private DailyCounts() {}

    static void conversation(Connection c, long now) throws SQLException {
        add(c, now, Measure.CONVERSATIONS, "new", 1);
    }

    static void turn(Connection c, long now, Outcome outcome, Reply reply, String language) throws SQLException {
        add(c, now, Measure.OUTCOME, outcome.label(), 1);
        if (outcome != Outcome.WITH_PERSON) {
            add(c, now, Measure.INTENT, reply.intent().label(), 1);
            add(c, now, Measure.LANGUAGE, language, 1);
            double milliseconds = reply.timings().getOrDefault("total", 0.0);
            add(c, now, Measure.LATENCY, bucket(milliseconds, LATENCIES), 1);
        }
    }

    static void handoff(Connection c, Handoff handoff) throws SQLException {
        handoff(c, handoff, 1);
    }

    /** It is still one hand-off, but for another reason. */
    static void raised(Connection c, Handoff before, Handoff after) throws SQLException {
        handoff(c, before, -1);
        handoff(c, after, 1);
    }

    private static void handoff(Connection c, Handoff handoff, int count) throws SQLException {
        long day = handoff.createdAt().toEpochMilli();
        add(c, day, Measure.HANDOFF, handoff.reason(), count);
        add(c, day, Measure.URGENCY, Integer.toString(handoff.urgency()), count);
    }

    static void taken(Connection c, Handoff waiting, long now) throws SQLException {
        double seconds = (now - waiting.createdAt().toEpochMilli()) / 1e3;
        add(c, now, Measure.WAIT, bucket(seconds, WAITS), 1);
    }

    /** @param count -1: another has taken its place */
    static void feedback(Connection c, SessionData.Feedback feedback, int count) throws SQLException {
        long day = feedback.at().toEpochMilli();
        add(c, day, Measure.FEEDBACK, feedback.helpful() ? "like" : "dislike", count);
        if (!feedback.reason().isEmpty()) {
            add(c, day, Measure.FEEDBACK_REASON, feedback.reason(), count);
        }
    }

    private static String bucket(double value, long[] bounds) {
        for (long bound : bounds) {
            if (value <= bound) {
                return Long.toString(bound);
            }
        }
        return MORE;
    }

    private static void add(Connection c, long now, Measure measure, String label, int count) throws SQLException {
        Sqlite.update(
                c,
                "INSERT INTO daily_counts(day, measure, label, count) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT DO UPDATE SET count = count + excluded.count",
                LocalDate.ofInstant(Instant.ofEpochMilli(now), ZoneOffset.UTC).toString(),
                measure.label(),
                label,
                count);
    }

    /** Both days included, the oldest first. */
    static List<DailyCount> between(Connection c, LocalDate from, LocalDate to) throws SQLException {
        List<DailyCount> counts = new ArrayList<>();
        try (PreparedStatement query = c.prepareStatement("SELECT day, measure, label, count FROM daily_counts"
                + " WHERE day BETWEEN ? AND ? AND count > 0 ORDER BY day, measure, label")) {
            query.setString(1, from.toString());
            query.setString(2, to.toString());
            ResultSet row = query.executeQuery();
            while (row.next()) {
                counts.add(new DailyCount(
                        LocalDate.parse(row.getString(1)),
                        Measure.valueOf(row.getString(2).toUpperCase(Locale.ROOT)),
                        row.getString(3),
                        row.getLong(4)));
            }
        }
        return counts;
    }
}
