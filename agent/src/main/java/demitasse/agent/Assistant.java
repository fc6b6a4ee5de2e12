package demitasse.agent;

import demitasse.agent.pii.PiiFilter;
import demitasse.agent.pii.Redaction;
import demitasse.rag.Embedder;
import demitasse.rag.KnowledgeBase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The customer-service assistant: one for all visitors; everything about a visitor is kept under a session id. Safe for
 * several threads; the messages of one session are answered one after the other.
 */
public final class Assistant implements AutoCloseable {
    /** The longest message in characters; a longer one is refused, because half a message may mean the opposite. */
    public static final int MAX_MESSAGE_CHARS = 4000;

    private static final int MAX_SESSION_ID_CHARS = 200;
    private static final int LOCKS = 64;
    /** A person who answers may give the shop's own contact details; numbers that identify the customer stay masked. */
    private static final Set<String> PERSON_MAY_WRITE = Set.of("email", "phone", "address", "name", "ip");

    private final Store store;
    private final Responder responder;
    private final PiiFilter pii = new PiiFilter();
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    /**
     * @param knowledgeBase searched for answers; closed by its owner
     * @param generator null: extractive answers only
     * @param database SQLite file for sessions, messages, hand-offs and feedback; null: in memory
     */
    public record Config(
            KnowledgeBase knowledgeBase,
            Embedder embedder,
            TextGenerator generator,
            AnswerMode answers,
            Path database) {}

    private Assistant(Store store, Responder responder) {
        this.store = store;
        this.responder = responder;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /**
     * Intents and the finer reasons for a hand-off need the embedder that the bundled heads were trained on, MiniLM; with
     * one of other dimensions rules work alone.
     *
     * @throws IllegalStateException if the database cannot be opened
     */
    public static Assistant open(Config config) {
        Objects.requireNonNull(config.knowledgeBase(), "knowledgeBase");
        Responder responder = new Responder(config, Phrases.load());
        return new Assistant(Store.open(config.database(), Clock.systemUTC()), responder);
    }

    /**
     * Answers one message. While a person has the session, the message is stored for them and the reply is escalated;
     * while the customer waits for one, the assistant still answers what it can.
     *
     * @param onText pieces of the answer as they are decided on; their concatenation is {@link Reply#answer}
     * @throws IllegalArgumentException if the session id is blank or too long, or the message is longer than
     *     {@link #MAX_MESSAGE_CHARS}; nothing is stored then
     */
    public Reply reply(String sessionId, String message, Consumer<String> onText) {
        requireSession(sessionId);
        if (message.length() > MAX_MESSAGE_CHARS) {
            throw new IllegalArgumentException(
                    "the message has " + message.length() + " characters, at most " + MAX_MESSAGE_CHARS + " are read");
        }
        long start = System.nanoTime();
        String text = MessageText.normalise(message);
        Redaction redaction = pii.redact(text);
        // From the words as they came: the tagger of names knows English only and masks other languages' words.
        Optional<String> foreign = responder.foreignLanguage(text);
        ReentrantLock lock = locks[Math.floorMod(sessionId.hashCode(), LOCKS)];
        lock.lock();
        try {
            return new Turn(store, responder, sessionId, redaction, foreign, onText, start).run();
        } finally {
            lock.unlock();
        }
    }

    private static void requireSession(String sessionId) {
        if (sessionId == null || sessionId.isBlank() || sessionId.length() > MAX_SESSION_ID_CHARS) {
            throw new IllegalArgumentException("a session id has 1 to " + MAX_SESSION_ID_CHARS + " characters");
        }
    }

    /** The masked messages of a session, oldest first. */
    public List<StoredMessage> history(String sessionId) {
        return store.history(sessionId);
    }

    /** Removes everything about a session, from the database file and its log too. False if there was none. */
    public boolean erase(String sessionId) {
        return store.erase(sessionId);
    }

    /** Removes the sessions whose last message is older than the given time, as {@link #erase}; returns how many. */
    public int purgeBefore(Instant oldest) {
        return store.purgeBefore(oldest);
    }

    /**
     * @param helpful like or dislike of a session's last answer
     * @param comment masked before it is stored; may be null
     * @throws IllegalArgumentException if there is no such session
     */
    public void feedback(String sessionId, boolean helpful, String comment) {
        String masked = comment == null
                ? ""
                : pii.redact(MessageText.normalise(comment)).text();
        if (!store.addFeedback(sessionId, helpful, masked)) {
            throw new IllegalArgumentException("no session " + sessionId);
        }
    }

    /** Hand-offs that are not resolved, most urgent first, then oldest. */
    public List<Handoff> openHandoffs() {
        return store.openHandoffs();
    }

    public Optional<Handoff> handoff(String id) {
        return store.handoff(id);
    }

    /** The hand-off of a session that is not resolved, if any. */
    public Optional<Handoff> openHandoff(String sessionId) {
        return store.openHandoff(sessionId);
    }

    /**
     * @throws IllegalStateException if somebody else has it or it is resolved
     * @throws IllegalArgumentException if there is no such hand-off
     */
    public Handoff claim(String handoffId, String person) {
        requirePerson(person);
        return store.claim(handoffId, person);
    }

    /** A person's message to the customer, delivered with the session's history; fails as {@link #claim}. */
    public Handoff answer(String handoffId, String person, String text) {
        requirePerson(person);
        return store.answer(
                handoffId,
                person,
                pii.redact(MessageText.normalise(text), PERSON_MAY_WRITE).text());
    }

    private static void requirePerson(String person) {
        if (person == null || person.isBlank()) {
            throw new IllegalArgumentException("a person needs a name");
        }
    }

    /** Ends the hand-off: the bot has the session again. */
    public Handoff resolve(String handoffId) {
        return store.resolve(handoffId);
    }

    /** The intent of a text by itself, without a session. */
    public Classification classify(String text) {
        return responder.classify(pii.redact(MessageText.normalise(text)).text());
    }

    @Override
    public void close() {
        store.close();
    }
}
