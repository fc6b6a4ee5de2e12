package demitasse.agent;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Likes and dislikes as they are stored: at most one a message. */
final class FeedbackTable {
    /** Whether it was stored, and whether words of an earlier one had to go for it. */
    record Added(boolean stored, boolean replacedWords) {}

    private static final String OF_MESSAGE =
            " FROM feedback WHERE id IN (SELECT feedback FROM feedback_about WHERE message = ?)";

    private FeedbackTable() {}

    static Added add(Connection c, String session, Opinion masked, long now) throws SQLException {
        boolean about = masked.messageId() != 0;
        if (about && !isAnswer(c, session, masked.messageId())) {
            return new Added(false, false);
        }
        boolean words = about && hasWords(c, masked.messageId());
        if (about) {
            for (SessionData.Feedback earlier : of(c, "a.message = ?", masked.messageId())) {
                DailyCounts.feedback(c, earlier, -1);
            }
            Sqlite.update(c, "DELETE" + OF_MESSAGE, masked.messageId());
        }
        int added = Sqlite.update(
                c,
                "INSERT INTO feedback(session, helpful, comment, at) SELECT id, ?, ?, ? FROM sessions WHERE id = ?",
                masked.helpful() ? 1 : 0,
                masked.comment(),
                now,
                session);
        if (added > 0 && (about || !masked.reason().isEmpty())) {
            Sqlite.update(
                    c,
                    "INSERT INTO feedback_about(feedback, message, reason) VALUES (last_insert_rowid(), ?, ?)",
                    about ? masked.messageId() : null,
                    masked.reason());
        }
        if (added > 0) {
            DailyCounts.feedback(c, of(c, "f.id = ?", id(c)).getFirst(), 1);
            TurnTable.judge(c, session, masked.messageId(), masked.helpful());
        }
        return new Added(added > 0, words);
    }

    private static boolean isAnswer(Connection c, String session, long message) throws SQLException {
        try (PreparedStatement query = c.prepareStatement(
                "SELECT 1 FROM messages WHERE id = ? AND session = ? AND role IN ('assistant', 'person')")) {
            query.setLong(1, message);
            query.setString(2, session);
            return query.executeQuery().next();
        }
    }

    private static boolean hasWords(Connection c, long message) throws SQLException {
        try (PreparedStatement query = c.prepareStatement("SELECT 1" + OF_MESSAGE + " AND comment <> ''")) {
            query.setLong(1, message);
            return query.executeQuery().next();
        }
    }

    private static long id(Connection c) throws SQLException {
        try (PreparedStatement query = c.prepareStatement("SELECT max(id) FROM feedback")) {
            return query.executeQuery().getLong(1);
        }
    }

    /** Oldest first. */
    static List<SessionData.Feedback> of(Connection c, String session) throws SQLException {
        return of(c, "f.session = ? ORDER BY f.id", session);
    }

    /** Those with words, of all sessions, the newest first. */
    static List<SessionData.Feedback> comments(Connection c, int most) throws SQLException {
        return of(c, "f.comment <> '' ORDER BY f.id DESC LIMIT ?", most);
    }

    private static List<SessionData.Feedback> of(Connection c, String where, Object value) throws SQLException {
        List<SessionData.Feedback> found = new ArrayList<>();
        try (PreparedStatement query =
                c.prepareStatement("SELECT f.helpful, f.comment, f.at, COALESCE(a.message, 0), COALESCE(a.reason, '')"
                        + " FROM feedback f LEFT JOIN feedback_about a ON a.feedback = f.id"
                        + " WHERE " + where)) {
            query.setObject(1, value);
            ResultSet row = query.executeQuery();
            while (row.next()) {
                found.add(new SessionData.Feedback(
                        row.getInt(1) != 0,
                        row.getString(2),
                        Instant.ofEpochMilli(row.getLong(3)),
                        row.getLong(4),
                        row.getString(5)));
            }
        }
        return found;
    }

    /** What was said about a session's messages from this one on. */
    static void removeFrom(Connection c, String session, long message) throws SQLException {
        Sqlite.update(
                c,
                "DELETE FROM feedback WHERE session = ?"
                        + " AND id IN (SELECT feedback FROM feedback_about WHERE message >= ?)",
                session,
                message);
    }
}
