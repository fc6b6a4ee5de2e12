package demitasse.agent;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sessions, masked messages, hand-offs and feedback in SQLite. After a removal the file is
 * written anew and the write-ahead log emptied, so that what was erased is gone from the files.
 */
final class Store implements AutoCloseable {
    private static final String RESOURCE = "schema.sql";

    private final Sqlite database;
    private final Clock clock;

    private final Quota quota;
    /** Rows that the quota counts, about: counted anew by each sweep. */
    private final AtomicLong stored = new AtomicLong();

    private Store(Sqlite database, Clock clock, Quota quota) {
        this.database = database;
        this.clock = clock;
        this.quota = quota;
        stored.set(database.run(Quota::count));
    }

    /**
     * @param file null: in memory
     * @throws IllegalStateException naming the file, if it cannot be opened or is no database of ours
     */
    static Store open(Path file, Clock clock) {
        return open(file, clock, Quota.DEFAULT);
    }

    static Store open(Path file, Clock clock, Quota quota) {
        return new Store(Sqlite.open(file, WordList.text(RESOURCE)), clock, quota);
    }

    /** @throws StorageFullException if no more of this session, or at all, may be stored */
    void requireRoom(String session) {
        database.run(c -> {
            quota.requireRoom(c, session, stored.get());
            return null;
        });
    }

    private long now() {
        return clock.millis();
    }

    /** Adds a message, and the session with its first. Returns the message's id. */
    long add(String session, String role, String maskedText) {
        return database.run(c -> addMessage(c, session, role, maskedText));
    }

    /**
     * Adds the assistant's answer and what it rests on, and counts it.
     *
     * @param question the id of the customer's message
     * @param language of that message
     * @return the answer's id
     */
    long addAnswer(String session, Reply reply, long question, Outcome outcome, String language) {
        return database.run(c -> {
            addTurn(c, reply, question, outcome, language);
            long message = addMessage(c, session, "assistant", reply.answer());
            for (Reply.Source source : reply.sources()) {
                Sqlite.update(c, "INSERT INTO message_sources(message, title) VALUES (?, ?)", message, source.title());
                Sqlite.update(
                        c, "INSERT INTO message_documents(message, document) VALUES (?, ?)", message, source.id());
            }
            return message;
        });
    }

    /** How the assistant fared with a message whose answer is not kept. */
    void addTurn(Reply reply, long question, Outcome outcome, String language) {
        database.run(c -> {
            addTurn(c, reply, question, outcome, language);
            return null;
        });
    }

    private void addTurn(Connection c, Reply reply, long question, Outcome outcome, String language)
            throws SQLException {
        TurnTable.add(c, question, outcome, reply.intent().label(), language);
        DailyCounts.turn(c, now(), outcome, reply, language);
    }

    /** Ids grow with time: one of a message that was removed is not used again, which who polls for news relies on. */
    private long addMessage(Connection c, String session, String role, String text) throws SQLException {
        touch(c, session);
        stored.incrementAndGet();
        try (PreparedStatement insert = c.prepareStatement("INSERT INTO messages(id, session, role, text, at)"
                + " SELECT MAX(COALESCE(MAX(id), 0) + 1, ?1), ?2, ?3, ?4, ?1 FROM messages RETURNING id")) {
            insert.setLong(1, now());
            insert.setString(2, session);
            insert.setString(3, role);
            insert.setString(4, text);
            ResultSet id = insert.executeQuery();
            id.next();
            return id.getLong(1);
        }
    }

    private void touch(Connection c, String session) throws SQLException {
        int updated = Sqlite.update(c, "UPDATE sessions SET updated_at = ? WHERE id = ?", now(), session);
        if (updated == 0) {
            Sqlite.update(
                    c, "INSERT INTO sessions(id, created_at, updated_at) VALUES (?, ?, ?)", session, now(), now());
            DailyCounts.conversation(c, now());
        }
    }

    /** What is stated anew takes the place of the old; an empty value is forgotten. */
    void setPreferences(String session, Map<String, String> changes) {
        int replaced = database.run(c -> {
            touch(c, session);
            int removed = 0;
            for (Map.Entry<String, String> change : changes.entrySet()) {
                if (change.getKey().equals(Preferences.LENGTH)) {
                    setBrief(c, session, change.getValue().equals(Preferences.SHORT));
                    continue;
                }
                removed += Sqlite.update(
                        c, "DELETE FROM preferences WHERE session = ? AND kind = ?", session, change.getKey());
                if (!change.getValue().isEmpty()) {
                    Sqlite.update(
                            c,
                            "INSERT INTO preferences(session, kind, value) VALUES (?, ?, ?)",
                            session,
                            change.getKey(),
                            change.getValue());
                }
            }
            return soiled(c, removed);
        });
        if (replaced > 0) {
            database.scrub();
        }
    }

    private static void setBrief(Connection c, String session, boolean brief) throws SQLException {
        String change = brief
                ? "INSERT OR IGNORE INTO brief_answers(session) VALUES (?)"
                : "DELETE FROM brief_answers WHERE session = ?";
        Sqlite.update(c, change, session);
    }

    Preferences preferences(String session) {
        return database.run(c -> SessionTable.preferences(c, session));
    }

    /** Everything that is kept about a session. */
    Optional<SessionData> session(String session) {
        return database.run(c -> SessionTable.read(c, session));
    }

    List<StoredMessage> history(String session) {
        return database.run(c -> SessionTable.messages(c, session));
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

    /**
     * Takes the place of an earlier one about the same message.
     *
     * @return false if there is no such session, or no such answer in it
     */
    boolean addFeedback(String session, Opinion masked) {
        requireRoom(session);
        stored.incrementAndGet();
        FeedbackTable.Added added = database.run(c -> {
            FeedbackTable.Added result = FeedbackTable.add(c, session, masked, now());
            soiled(c, result.replacedWords() ? 1 : 0);
            return result;
        });
        if (added.replacedWords()) {
            database.scrub();
        }
        return added.stored();
    }

    /** Removes a message of the customer and what came after it; see {@link SessionTable#takeBack}. */
    boolean takeBack(String session, long message) {
        boolean removed = database.run(c -> {
            boolean found = SessionTable.takeBack(c, session, message);
            soiled(c, found ? 1 : 0);
            return found;
        });
        if (removed) {
            database.scrub();
        }
        return removed;
    }

    boolean restsOn(String session, String document) {
        return database.run(c -> SessionTable.restsOn(c, session, document));
    }

    CannedReplies cannedReplies() {
        return new CannedTable(database);
    }

    /** What customers wrote about answers, the newest first. */
    List<SessionData.Feedback> comments(int most) {
        return database.run(c -> FeedbackTable.comments(c, most));
    }

    /** What found no good answer and is not settled, the newest first. */
    List<UnansweredQuestion> openQuestions(int most) {
        return database.run(c -> TurnTable.unanswered(c, most));
    }

    int settle(Collection<Long> messages) {
        return database.run(c -> TurnTable.settle(c, messages));
    }

    List<DailyCount> counts(LocalDate from, LocalDate to) {
        return database.run(c -> DailyCounts.between(c, from, to));
    }

    /** Opens a hand-off, or raises the urgency of the one that is open. */
    Handoff requestHandoff(String session, Escalation.Reason reason, String maskedSummary) {
        return database.run(c -> HandoffTable.request(c, session, reason, maskedSummary, now()));
    }

    Optional<Handoff> openHandoff(String session) {
        return database.run(c -> HandoffTable.openOf(c, session));
    }

    Optional<Handoff> handoff(String id) {
        return database.run(c -> HandoffTable.find(c, id));
    }

    List<Handoff> openHandoffs() {
        return database.run(HandoffTable::open);
    }

    /** waiting to person; for the person who has it already nothing changes. */
    Handoff claim(String id, String person) {
        return database.run(c -> HandoffTable.take(c, id, person, now()));
    }

    /** A person's message; claims the hand-off if nobody has it. */
    Handoff answer(String id, String person, String maskedText) {
        return database.run(c -> {
            Handoff handoff = HandoffTable.take(c, id, person, now());
            addMessage(c, handoff.sessionId(), "person", maskedText);
            return handoff;
        });
    }

    /** Any open state to resolved; the bot has the session again. */
    Handoff resolve(String id) {
        return database.run(c -> toBot(c, HandoffTable.resolve(c, id, now())));
    }

    /** The same, but nobody has resolved it. */
    Handoff giveBack(String id) {
        return database.run(c -> toBot(c, HandoffTable.giveBack(c, id, now())));
    }

    private static Handoff toBot(Connection c, Handoff handoff) throws SQLException {
        Sqlite.update(c, "UPDATE sessions SET failures = 0 WHERE id = ?", handoff.sessionId());
        return handoff;
    }

    /** person to waiting. */
    Handoff release(String id) {
        return database.run(c -> HandoffTable.release(c, id, now()));
    }

    Map<String, Instant> unanswered() {
        return database.run(HandoffTable::unanswered);
    }

    private static int soiled(Connection c, int removed) throws SQLException {
        if (removed > 0) {
            Sqlite.soil(c);
        }
        return removed;
    }

    /** Removes everything about a session, also from pages and the log that hold remains of it. */
    boolean erase(String session) {
        int removed = database.run(c -> soiled(c, Sqlite.update(c, "DELETE FROM sessions WHERE id = ?", session)));
        if (removed > 0) {
            database.scrub();
        }
        return removed > 0;
    }

    /**
     * Removes what is older than is to be kept, as {@link #erase}.
     *
     * @param session whose turn, or hand-off, is over; null: all sessions
     * @return the sessions of which something was removed
     */
    Set<String> purge(Retention retention, String session) {
        Set<String> touched = database.run(c -> {
            Set<String> removed = Purge.run(c, retention, clock.instant(), session);
            if (session == null) {
                quota.makeRoom(c, removed);
                stored.set(Quota.count(c));
            }
            soiled(c, removed.size());
            return removed;
        });
        if (!touched.isEmpty() || database.isDirty()) {
            database.scrub();
        }
        return touched;
    }

    Optional<ClockGuard.State> clockState() {
        return database.run(c -> {
            try (PreparedStatement query = c.prepareStatement("SELECT seen, held_until FROM clock")) {
                ResultSet row = query.executeQuery();
                return row.next()
                        ? Optional.of(new ClockGuard.State(
                                Instant.ofEpochMilli(row.getLong(1)), Instant.ofEpochMilli(row.getLong(2))))
                        : Optional.empty();
            }
        });
    }

    void keepClockState(ClockGuard.State state) {
        database.run(c -> Sqlite.update(
                c,
                "INSERT OR REPLACE INTO clock(id, seen, held_until) VALUES (1, ?, ?)",
                state.seen().toEpochMilli(),
                state.heldUntil().toEpochMilli()));
    }

    /** Takes what is from later than this, written while the clock was ahead, for written now: it would stay too long. */
    void restamp(Instant latest) {
        database.run(c -> {
            for (String column : List.of("messages.at", "feedback.at", "sessions.updated_at", "handoffs.updated_at")) {
                String table = column.substring(0, column.indexOf('.'));
                String time = column.substring(column.indexOf('.') + 1);
                Sqlite.update(
                        c,
                        "UPDATE " + table + " SET " + time + " = ? WHERE " + time + " > ?",
                        now(),
                        latest.toEpochMilli());
            }
            return null;
        });
    }

    @Override
    public void close() {
        database.close();
    }
}
