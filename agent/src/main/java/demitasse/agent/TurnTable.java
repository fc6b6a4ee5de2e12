package demitasse.agent;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** How the assistant fared with each message that is still kept. */
final class TurnTable {
    /** Questions that a new document might answer; one who wants a person is not to be answered by a document. */
    private static final String UNANSWERED = "t.settled = 0 AND (t.outcome IN ('declined', 'partly', 'unsure', 'aside')"
            + " OR t.disliked = 1 AND t.outcome = 'answered')";

    private TurnTable() {}

    static void add(Connection c, long message, Outcome outcome, String intent, String language) throws SQLException {
        Sqlite.update(
                c,
                "INSERT INTO turns(message, outcome, intent, language) SELECT id, ?, ?, ? FROM messages WHERE id = ?",
                outcome.label(),
                intent,
                language,
                message);
    }

    /**
     * What is said of an answer of the assistant is said of the question before it.
     *
     * @param answer 0: the last
     */
    static void judge(Connection c, String session, long answer, boolean helpful) throws SQLException {
        Sqlite.update(
                c,
                "UPDATE turns SET disliked = ?1 WHERE message = (SELECT max(m.id) FROM messages m"
                        + " JOIN turns t ON t.message = m.id WHERE m.session = ?2 AND (?3 = 0 OR m.id < ?3))"
                        + " AND (?3 = 0 OR EXISTS (SELECT 1 FROM messages WHERE id = ?3 AND role = 'assistant'))",
                helpful ? 0 : 1,
                session,
                answer);
    }

    /** The newest first. */
    static List<UnansweredQuestion> unanswered(Connection c, int most) throws SQLException {
        List<UnansweredQuestion> questions = new ArrayList<>();
        try (PreparedStatement query = c.prepareStatement(
                "SELECT m.id, m.text, m.at, iif(t.disliked, 'disliked', t.outcome), t.intent, t.language"
                        + " FROM turns t JOIN messages m ON m.id = t.message"
                        + " WHERE " + UNANSWERED + " ORDER BY m.id DESC LIMIT ?")) {
            query.setInt(1, most);
            ResultSet row = query.executeQuery();
            while (row.next()) {
                questions.add(new UnansweredQuestion(
                        row.getLong(1),
                        row.getString(2),
                        Instant.ofEpochMilli(row.getLong(3)),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6)));
            }
        }
        return questions;
    }

    /** @return how many were open and are settled now */
    static int settle(Connection c, Collection<Long> messages) throws SQLException {
        int settled = 0;
        for (long message : messages) {
            settled += Sqlite.update(c, "UPDATE turns SET settled = 1 WHERE message = ? AND settled = 0", message);
        }
        return settled;
    }
}
