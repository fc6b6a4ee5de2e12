package demitasse.agent;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what is stored about a session. */
final class SessionTable {
    private SessionTable() {}

    /** One object of a row. */
    private interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    private static <T> List<T> select(Connection c, String sql, String session, Row<T> reader) throws SQLException {
        List<T> found = new ArrayList<>();
        try (PreparedStatement query = c.prepareStatement(sql)) {
            query.setString(1, session);
            ResultSet rows = query.executeQuery();
            while (rows.next()) {
                found.add(reader.of(rows));
            }
        }
        return found;
    }

    private static Instant time(ResultSet row, int column) throws SQLException {
        return Instant.ofEpochMilli(row.getLong(column));
    }

    /** Oldest first. */
    static List<StoredMessage> messages(Connection c, String session) throws SQLException {
        Map<Long, List<String>> titles = byMessage(c, "title", "message_sources", session);
        Map<Long, List<String>> documents = byMessage(c, "document", "message_documents", session);
        return select(
                c,
                "SELECT id, role, text, at FROM messages WHERE session = ? ORDER BY id",
                session,
                row -> new StoredMessage(
                        row.getLong(1),
                        session,
                        row.getString(2),
                        row.getString(3),
                        time(row, 4),
                        titles.getOrDefault(row.getLong(1), List.of()),
                        documents.getOrDefault(row.getLong(1), List.of())));
    }

    private static Map<Long, List<String>> byMessage(Connection c, String column, String table, String session)
            throws SQLException {
        Map<Long, List<String>> values = new HashMap<>();
        select(
                c,
                "SELECT s.message, s." + column + " FROM messages m JOIN " + table
                        + " s ON s.message = m.id WHERE m.session = ? ORDER BY s.rowid",
                session,
                row -> values.computeIfAbsent(row.getLong(1), id -> new ArrayList<>())
                        .add(row.getString(2)));
        return values;
    }

    /** Whether one of the session's answers rests on the document. */
    static boolean restsOn(Connection c, String session, String document) throws SQLException {
        return byMessage(c, "document", "message_documents", session).values().stream()
                .anyMatch(documents -> documents.contains(document));
    }

    /**
     * Removes a message of the customer and all that came after it.
     *
     * @return false if there is no such message of theirs
     * @throws IllegalStateException if a person may have read it
     */
    static boolean takeBack(Connection c, String session, long message) throws SQLException {
        List<StoredMessage> messages = messages(c, session);
        StoredMessage first = messages.stream()
                .filter(m -> m.id() == message && m.role().equals("customer"))
                .findFirst()
                .orElse(null);
        if (first == null) {
            return false;
        }
        boolean read = HandoffTable.of(c, session).stream()
                .anyMatch(handoff -> handoff.isOpen() || !handoff.updatedAt().isBefore(first.at()));
        if (read) {
            throw new IllegalStateException("message " + message + " may have been read by a person");
        }
        FeedbackTable.removeFrom(c, session, message);
        Sqlite.update(c, "DELETE FROM messages WHERE session = ? AND id >= ?", session, message);
        Sqlite.update(c, "UPDATE sessions SET failures = MAX(0, failures - 1) WHERE id = ?", session);
        return true;
    }

    static Preferences preferences(Connection c, String session) throws SQLException {
        Map<String, String> values = new HashMap<>();
        select(
                c,
                "SELECT kind, value FROM preferences WHERE session = ?",
                session,
                row -> values.put(row.getString(1), row.getString(2)));
        return new Preferences(
                values.getOrDefault(Preferences.NAME, ""),
                values.getOrDefault(Preferences.LANGUAGE, ""),
                !select(c, "SELECT 1 FROM brief_answers WHERE session = ?", session, row -> true)
                        .isEmpty());
    }

    /** Everything, with the customer's name filled in. */
    static Optional<SessionData> read(Connection c, String session) throws SQLException {
        Preferences preferences = preferences(c, session);
        List<StoredMessage> messages = messages(c, session).stream()
                .map(message -> message.withText(preferences.fillIn(message.text())))
                .toList();
        List<Handoff> handoffs = HandoffTable.of(c, session);
        List<SessionData.Feedback> feedback = FeedbackTable.of(c, session);
        List<SessionData> sessions = select(
                c,
                "SELECT created_at, updated_at FROM sessions WHERE id = ?",
                session,
                row -> new SessionData(session, time(row, 1), time(row, 2), preferences, messages, handoffs, feedback));
        return sessions.stream().findFirst();
    }
}
