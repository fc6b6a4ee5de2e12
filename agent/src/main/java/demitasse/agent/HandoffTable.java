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
import java.util.UUID;

/** Hand-offs as they are stored, and what may become of them. Times are in milliseconds of the epoch. */
final class HandoffTable {
    private static final String COLUMNS =
            "id, session, state, reason, urgency, summary, claimed_by, created_at, updated_at";

    /** Given back is kept beside the state, which in the table is RESOLVED then. */
    private static final String READ = "SELECT "
            + COLUMNS.replace(
                    "state",
                    "CASE WHEN EXISTS (SELECT 1 FROM handoff_returns r WHERE r.handoff = handoffs.id)"
                            + " THEN 'RETURNED' ELSE state END")
            + " FROM handoffs WHERE ";

    private HandoffTable() {}

    /** Opens a hand-off, or raises the urgency of the one that is open. */
    static Handoff request(Connection c, String session, Escalation.Reason reason, String maskedSummary, long now)
            throws SQLException {
        Optional<Handoff> open = openOf(c, session);
        if (open.isEmpty()) {
            String id = UUID.randomUUID().toString();
            Sqlite.update(
                    c,
                    "INSERT INTO handoffs(" + COLUMNS + ") VALUES (?, ?, 'WAITING', ?, ?, ?, '', ?, ?)",
                    id,
                    session,
                    reason.label(),
                    reason.urgency(),
                    maskedSummary,
                    now,
                    now);
            Handoff asked = existing(c, id);
            DailyCounts.handoff(c, asked);
            return asked;
        }
        if (reason.urgency() > open.get().urgency()) {
            Sqlite.update(
                    c,
                    "UPDATE handoffs SET reason = ?, urgency = ?, summary = ?, updated_at = ? WHERE id = ?",
                    reason.label(),
                    reason.urgency(),
                    maskedSummary,
                    now,
                    open.get().id());
            DailyCounts.raised(c, open.get(), existing(c, open.get().id()));
        }
        return existing(c, open.get().id());
    }

    static Optional<Handoff> openOf(Connection c, String session) throws SQLException {
        return select(c, "session = ? AND state <> 'RESOLVED'", session).stream()
                .findFirst();
    }

    static Optional<Handoff> find(Connection c, String id) throws SQLException {
        return select(c, "id = ?", id).stream().findFirst();
    }

    /** The most urgent first, then the oldest. */
    static List<Handoff> open(Connection c) throws SQLException {
        return select(c, "state <> ? ORDER BY urgency DESC, created_at, rowid", Handoff.State.RESOLVED.name());
    }

    /** All of a session, the oldest first. */
    static List<Handoff> of(Connection c, String session) throws SQLException {
        return select(c, "session = ? ORDER BY created_at, rowid", session);
    }

    private static List<Handoff> select(Connection c, String where, String value) throws SQLException {
        List<Handoff> found = new ArrayList<>();
        try (PreparedStatement query = c.prepareStatement(READ + where)) {
            query.setString(1, value);
            ResultSet row = query.executeQuery();
            while (row.next()) {
                found.add(new Handoff(
                        row.getString(1),
                        row.getString(2),
                        Handoff.State.valueOf(row.getString(3)),
                        row.getString(4),
                        row.getInt(5),
                        row.getString(6),
                        row.getString(7),
                        Instant.ofEpochMilli(row.getLong(8)),
                        Instant.ofEpochMilli(row.getLong(9))));
            }
        }
        return found;
    }

    /** Gives it to a person, who may have it already. */
    static Handoff take(Connection c, String id, String person, long now) throws SQLException {
        Handoff handoff = existing(c, id);
        requireFreeFor(handoff, person);
        if (handoff.state() == Handoff.State.WAITING) {
            DailyCounts.taken(c, handoff, now);
        }
        return move(c, id, Handoff.State.PERSON, person, now);
    }

    static Handoff resolve(Connection c, String id, long now) throws SQLException {
        Handoff handoff = existing(c, id);
        return handoff.isOpen() ? move(c, id, Handoff.State.RESOLVED, handoff.claimedBy(), now) : handoff;
    }

    /** Ends it without a person's having resolved it. */
    static Handoff giveBack(Connection c, String id, long now) throws SQLException {
        if (!existing(c, id).isOpen()) {
            return existing(c, id);
        }
        resolve(c, id, now);
        Sqlite.update(c, "INSERT INTO handoff_returns(handoff) VALUES (?)", id);
        return existing(c, id);
    }

    /** Lets it wait again, whoever has it. */
    static Handoff release(Connection c, String id, long now) throws SQLException {
        Handoff handoff = existing(c, id);
        requireOpen(handoff);
        return handoff.state() == Handoff.State.WAITING ? handoff : move(c, id, Handoff.State.WAITING, "", now);
    }

    /**
     * Since when the customers of open hand-offs wait for an answer, by hand-off: since their first message after a
     * person's last, or since the hand-off was opened if no person has answered. Those that have their answer are not in
     * it.
     */
    static Map<String, Instant> unanswered(Connection c) throws SQLException {
        Map<String, Instant> since = new HashMap<>();
        try (PreparedStatement query = c.prepareStatement("""
                SELECT id, CASE WHEN last IS NULL THEN created_at ELSE
                    (SELECT MIN(at) FROM messages m WHERE m.session = o.session AND m.role = 'customer' AND m.id > last) END
                FROM (SELECT h.id, h.session, h.created_at,
                    (SELECT MAX(p.id) FROM messages p
                     WHERE p.session = h.session AND p.role = 'person' AND p.at >= h.created_at) AS last
                    FROM handoffs h WHERE h.state <> 'RESOLVED') o""")) {
            ResultSet row = query.executeQuery();
            while (row.next()) {
                long at = row.getLong(2);
                if (!row.wasNull()) {
                    since.put(row.getString(1), Instant.ofEpochMilli(at));
                }
            }
        }
        return since;
    }

    private static Handoff existing(Connection c, String id) throws SQLException {
        return find(c, id).orElseThrow(() -> new IllegalArgumentException("no hand-off " + id));
    }

    private static void requireFreeFor(Handoff handoff, String person) {
        requireOpen(handoff);
        if (handoff.state() == Handoff.State.PERSON && !handoff.claimedBy().equals(person)) {
            throw new IllegalStateException("hand-off " + handoff.id() + " is with " + handoff.claimedBy());
        }
    }

    private static void requireOpen(Handoff handoff) {
        if (!handoff.isOpen()) {
            throw new IllegalStateException("hand-off " + handoff.id() + " is over");
        }
    }

    private static Handoff move(Connection c, String id, Handoff.State state, String person, long now)
            throws SQLException {
        Sqlite.update(
                c,
                "UPDATE handoffs SET state = ?, claimed_by = ?, updated_at = ? WHERE id = ?",
                state.name(),
                person,
                now,
                id);
        return existing(c, id);
    }
}
