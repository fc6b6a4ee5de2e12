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
        Map<Long, List<String>> titles = new HashMap<>();
        select(
                c,
                "SELECT s.message, s.title FROM messages m JOIN message_sources s ON s.message = m.id"
                        + " WHERE m.session = ? ORDER BY s.rowid",
                session,
                row -> titles.computeIfAbsent(row.getLong(1), id -> new ArrayList<>())
                        .add(row.getString(2)));
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
                        titles.getOrDefault(row.getLong(1), List.of())));
    }

    static Preferences preferences(Connection c, String session) throws SQLException {
        Map<String, String> values = new HashMap<>();
        select(
                c,
                "SELECT kind, value FROM preferences WHERE session = ?",
                session,
                row -> values.put(row.getString(1), row.getString(2)));
        return new Preferences(
                values.getOrDefault(Preferences.NAME, ""), values.getOrDefault(Preferences.LANGUAGE, ""));
    }

    /** Everything, with the customer's name filled in. */
    static Optional<SessionData> read(Connection c, String session) throws SQLException {
        Preferences preferences = preferences(c, session);
        List<StoredMessage> messages = messages(c, session).stream()
                .map(message -> message.withText(preferences.fillIn(message.text())))
                .toList();
        List<Handoff> handoffs = HandoffTable.of(c, session);
        List<SessionData.Feedback> feedback = select(
                c,
                "SELECT helpful, comment, at FROM feedback WHERE session = ? ORDER BY id",
                session,
                row -> new SessionData.Feedback(row.getInt(1) != 0, row.getString(2), time(row, 3)));
        List<SessionData> sessions = select(
                c,
                "SELECT created_at, updated_at FROM sessions WHERE id = ?",
                session,
                row -> new SessionData(session, time(row, 1), time(row, 2), preferences, messages, handoffs, feedback));
        return sessions.stream().findFirst();
    }
}
