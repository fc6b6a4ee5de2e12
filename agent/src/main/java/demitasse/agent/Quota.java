package demitasse.agent;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/**
 * How much strangers can make us keep. Before the store is full, conversations that nobody works on make room, those
 * first that have been silent longest.
 *
 * @param ofSession messages of one session, and comments of its feedback
 * @param rows messages, sessions and comments in all
 */
public record Quota(int ofSession, long rows) {
    public static final Quota DEFAULT = new Quota(1_000, 1_000_000);

    public Quota {
        if (ofSession < 1 || rows < 1) {
            throw new IllegalArgumentException("a quota is 1 or more");
        }
    }

    /** Parts of {@code rows}: above the first a sweep makes room, down to the second. */
    private static final double HIGH = 0.9;

    private static final double LOW = 0.8;
    /** So many sessions of a thousand rows go at a time. */
    private static final long ROWS_PER_SESSION = 1_000;

    static long count(Connection c) throws SQLException {
        try (Statement statement = c.createStatement();
                ResultSet row = statement.executeQuery("SELECT (SELECT COUNT(*) FROM messages)"
                        + " + (SELECT COUNT(*) FROM sessions) + (SELECT COUNT(*) FROM feedback)")) {
            row.next();
            return row.getLong(1);
        }
    }

    /** @throws StorageFullException if a session has as many as it may, or all together have */
    void requireRoom(Connection c, String session, long stored) throws SQLException {
        if (stored >= rows) {
            throw new StorageFullException(false);
        }
        String sql = "SELECT (SELECT COUNT(*) FROM messages WHERE session = ?1)"
                + " + (SELECT COUNT(*) FROM feedback WHERE session = ?1)";
        try (PreparedStatement query = c.prepareStatement(sql)) {
            query.setString(1, session);
            ResultSet row = query.executeQuery();
            row.next();
            if (row.getLong(1) >= ofSession) {
                throw new StorageFullException(true);
            }
        }
    }

    /** @param removed the sessions that went are added */
    void makeRoom(Connection c, Set<String> removed) throws SQLException {
        if (count(c) <= HIGH * rows) {
            return;
        }
        long batch = Math.max(1, rows / ROWS_PER_SESSION);
        long gone = batch;
        while (gone == batch && count(c) > LOW * rows) {
            gone = removeSilent(c, batch, removed);
        }
    }

    private static long removeSilent(Connection c, long most, Set<String> removed) throws SQLException {
        String sql = "DELETE FROM sessions WHERE id IN (SELECT s.id FROM sessions s WHERE NOT EXISTS"
                + " (SELECT 1 FROM handoffs h WHERE h.session = s.id AND h.state <> 'RESOLVED')"
                + " ORDER BY s.updated_at LIMIT " + most + ") RETURNING id";
        long count = 0;
        try (Statement statement = c.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                removed.add(row.getString(1));
                count++;
            }
        }
        return count;
    }
}
