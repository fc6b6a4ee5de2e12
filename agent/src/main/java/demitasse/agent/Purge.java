package demitasse.agent;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;

/** Removes what is older than a {@link Retention} allows, of all sessions or of one. */
final class Purge {
    private static final String HELD = " IN (SELECT s.id FROM handoffs h JOIN sessions s ON s.id = h.session"
            + " WHERE h.state <> 'RESOLVED' AND s.updated_at > ?)";

    private final Connection connection;
    private final Instant now;
    /** Null: all. */
    private final String session;

    private final Set<String> touched = new TreeSet<>();

    private Purge(Connection connection, Instant now, String session) {
        this.connection = connection;
        this.now = now;
        this.session = session;
    }

    /**
     * @param session whose turn, or hand-off, is over; null: all sessions
     * @return the sessions of which something was removed
     */
    static Set<String> run(Connection connection, Retention retention, Instant now, String session)
            throws SQLException {
        Purge purge = new Purge(connection, now, session);
        purge.remove(retention.messages(), "messages", "session", "at", "DELETE FROM messages");
        purge.remove(
                retention.messages(),
                "feedback",
                "session",
                "comment <> '' AND at",
                "UPDATE feedback SET comment = ''");
        purge.remove(retention.handoffs(), "handoffs", "session", "updated_at", "DELETE FROM handoffs");
        purge.remove(retention.sessions(), "sessions", "id", "updated_at", "DELETE FROM sessions");
        return purge.touched;
    }

    private void remove(Duration age, String table, String owner, String time, String removal) throws SQLException {
        if (age == null) {
            return;
        }
        // A hand-off that is resolved goes although its session has another that is open.
        String held =
                table.equals("handoffs") ? "NOT (state <> 'RESOLVED' AND session" + HELD + ")" : owner + " NOT" + HELD;
        String where = " WHERE " + time + " <= ? AND " + held + (session == null ? "" : " AND " + owner + " = ?");
        try (PreparedStatement query =
                connection.prepareStatement("SELECT DISTINCT " + owner + " FROM " + table + where)) {
            bind(query, age);
            ResultSet rows = query.executeQuery();
            while (rows.next()) {
                touched.add(rows.getString(1));
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(removal + where)) {
            bind(statement, age);
            statement.executeUpdate();
        }
    }

    private void bind(PreparedStatement statement, Duration age) throws SQLException {
        statement.setLong(1, Retention.cutoff(age, now, session != null));
        statement.setLong(2, now.minus(Retention.OPEN_HANDOFF).toEpochMilli());
        if (session != null) {
            statement.setString(3, session);
        }
    }
}
