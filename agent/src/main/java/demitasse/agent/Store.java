package demitasse.agent;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Sessions, masked messages, hand-offs and feedback in SQLite. Freed pages are overwritten (secure_delete) and the
 * write-ahead log is emptied after an erasure, so that what was erased is gone from the files.
 */
final class Store implements AutoCloseable {
    private static final String RESOURCE = "schema.sql";
    private static final String COLUMNS =
            "id, session, state, reason, urgency, summary, claimed_by, created_at, updated_at";

    private final Sqlite database;
    private final Clock clock;

    private Store(Sqlite database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * @param file null: in memory
     * @throws IllegalStateException naming the file, if it cannot be opened or is no database of ours
     */
    static Store open(Path file, Clock clock) {
        return new Store(Sqlite.open(file, WordList.text(RESOURCE)), clock);
    }

    private long now() {
        return clock.millis();
    }

    /** Adds a message, and the session with its first. */
    void add(String session, String role, String maskedText) {
        database.run(c -> {
            addMessage(c, session, role, maskedText);
            return null;
        });
    }

    private void addMessage(Connection c, String session, String role, String text) throws SQLException {
        Sqlite.update(
                c,
                "INSERT INTO sessions(id, created_at, updated_at) VALUES (?, ?, ?)"
                        + " ON CONFLICT(id) DO UPDATE SET updated_at = excluded.updated_at",
                session,
                now(),
                now());
        Sqlite.update(
                c, "INSERT INTO messages(session, role, text, at) VALUES (?, ?, ?, ?)", session, role, text, now());
    }

    List<StoredMessage> history(String session) {
        return database.run(c -> {
            List<StoredMessage> messages = new ArrayList<>();
            try (PreparedStatement query =
                    c.prepareStatement("SELECT id, role, text, at FROM messages WHERE session = ? ORDER BY id")) {
                query.setString(1, session);
                ResultSet rows = query.executeQuery();
                while (rows.next()) {
                    messages.add(new StoredMessage(
                            rows.getLong(1),
                            session,
                            rows.getString(2),
                            rows.getString(3),
                            Instant.ofEpochMilli(rows.getLong(4))));
                }
            }
            return messages;
        });
    }

    /** The texts of the session's last messages of a role, the newest first. */
    List<String> recent(String session, String role, int most) {
        return database.run(c -> {
            List<String> texts = new ArrayList<>();
            try (PreparedStatement query = c.prepareStatement(
                    "SELECT text FROM messages WHERE session = ? AND role = ? ORDER BY id DESC LIMIT ?")) {
                query.setString(1, session);
                query.setString(2, role);
                query.setInt(3, most);
                ResultSet row = query.executeQuery();
                while (row.next()) {
                    texts.add(row.getString(1));
                }
            }
            return texts;
        });
    }

    /** How many answers in a row were "I don't know". */
    int failures(String session) {
        return database.run(c -> {
            try (PreparedStatement query = c.prepareStatement("SELECT failures FROM sessions WHERE id = ?")) {
                query.setString(1, session);
                ResultSet row = query.executeQuery();
                return row.next() ? row.getInt(1) : 0;
            }
        });
    }

    void setFailures(String session, int failures) {
        database.run(c -> Sqlite.update(c, "UPDATE sessions SET failures = ? WHERE id = ?", failures, session));
    }

    /** @return false if there is no such session */
    boolean addFeedback(String session, boolean helpful, String maskedComment) {
        int added = database.run(c -> Sqlite.update(
                c,
                "INSERT INTO feedback(session, helpful, comment, at) SELECT id, ?, ?, ? FROM sessions WHERE id = ?",
                helpful ? 1 : 0,
                maskedComment,
                now(),
                session));
        return added > 0;
    }

    /** Opens a hand-off, or raises the urgency of the one that is open. */
    Handoff requestHandoff(String session, Escalation.Reason reason, String maskedSummary) {
        return database.run(c -> {
            Optional<Handoff> open = openHandoff(c, session);
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
                        now(),
                        now());
                return find(c, id).orElseThrow();
            }
            if (reason.urgency() > open.get().urgency()) {
                Sqlite.update(
                        c,
                        "UPDATE handoffs SET reason = ?, urgency = ?, summary = ?, updated_at = ? WHERE id = ?",
                        reason.label(),
                        reason.urgency(),
                        maskedSummary,
                        now(),
                        open.get().id());
            }
            return find(c, open.get().id()).orElseThrow();
        });
    }

    Optional<Handoff> openHandoff(String session) {
        return database.run(c -> openHandoff(c, session));
    }

    Optional<Handoff> handoff(String id) {
        return database.run(c -> find(c, id));
    }

    List<Handoff> openHandoffs() {
        return database.run(
                c -> select(c, "state <> ? ORDER BY urgency DESC, created_at, rowid", Handoff.State.RESOLVED.name()));
    }

    private static Optional<Handoff> openHandoff(Connection c, String session) throws SQLException {
        return select(c, "session = ? AND state <> 'RESOLVED'", session).stream()
                .findFirst();
    }

    private static Optional<Handoff> find(Connection c, String id) throws SQLException {
        return select(c, "id = ?", id).stream().findFirst();
    }

    private static List<Handoff> select(Connection c, String where, String value) throws SQLException {
        List<Handoff> found = new ArrayList<>();
        try (PreparedStatement query = c.prepareStatement("SELECT " + COLUMNS + " FROM handoffs WHERE " + where)) {
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

    /** waiting to person; for the person who has it already nothing changes. */
    Handoff claim(String id, String person) {
        return database.run(c -> {
            Handoff handoff = existing(c, id);
            requireFreeFor(handoff, person);
            return move(c, id, Handoff.State.PERSON, person);
        });
    }

    /** A person's message; claims the hand-off if nobody has it. */
    Handoff answer(String id, String person, String maskedText) {
        return database.run(c -> {
            Handoff handoff = existing(c, id);
            requireFreeFor(handoff, person);
            addMessage(c, handoff.sessionId(), "person", maskedText);
            return move(c, id, Handoff.State.PERSON, person);
        });
    }

    /** Any open state to resolved; the bot has the session again. */
    Handoff resolve(String id) {
        return database.run(c -> {
            Handoff handoff = existing(c, id);
            if (handoff.state() == Handoff.State.RESOLVED) {
                return handoff;
            }
            Sqlite.update(c, "UPDATE sessions SET failures = 0 WHERE id = ?", handoff.sessionId());
            return move(c, id, Handoff.State.RESOLVED, handoff.claimedBy());
        });
    }

    private static Handoff existing(Connection c, String id) throws SQLException {
        return find(c, id).orElseThrow(() -> new IllegalArgumentException("no hand-off " + id));
    }

    private static void requireFreeFor(Handoff handoff, String person) {
        if (handoff.state() == Handoff.State.RESOLVED) {
            throw new IllegalStateException("hand-off " + handoff.id() + " is resolved");
        }
        if (handoff.state() == Handoff.State.PERSON && !handoff.claimedBy().equals(person)) {
            throw new IllegalStateException("hand-off " + handoff.id() + " is with " + handoff.claimedBy());
        }
    }

    private Handoff move(Connection c, String id, Handoff.State state, String person) throws SQLException {
        Sqlite.update(
                c,
                "UPDATE handoffs SET state = ?, claimed_by = ?, updated_at = ? WHERE id = ?",
                state.name(),
                person,
                now(),
                id);
        return find(c, id).orElseThrow();
    }

    /** Removes everything about a session, also from the write-ahead log. */
    boolean erase(String session) {
        int removed = database.run(c -> Sqlite.update(c, "DELETE FROM sessions WHERE id = ?", session));
        database.emptyLog();
        return removed > 0;
    }

    /** Removes sessions whose last message is older; returns how many. */
    int purgeBefore(Instant oldest) {
        int removed =
                database.run(c -> Sqlite.update(c, "DELETE FROM sessions WHERE updated_at < ?", oldest.toEpochMilli()));
        if (removed > 0) {
            database.emptyLog();
        }
        return removed;
    }

    @Override
    public void close() {
        database.close();
    }
}
