package demitasse.agent;

import demitasse.agent.pii.PiiFilter;
import demitasse.agent.pii.Redaction;
import demitasse.rag.Document;
import demitasse.rag.Embedder;
import demitasse.rag.KnowledgeBase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The customer-service assistant: one for all visitors; everything about a visitor is kept under a session id. Safe for
 * several threads; the messages of one session are answered one after the other.
 */
public final class Assistant implements AutoCloseable {
    /** The longest message in characters; a longer one is refused, because half a message may mean the opposite. */
    public static final int MAX_MESSAGE_CHARS = 4000;

    /** The newest version of a database that this program knows. */
    public static final int SCHEMA = Sqlite.STEPS.size();

    private static final String TEXTS = "texts";
    private static final int MAX_SESSION_ID_CHARS = 200;
    private static final int LOCKS = 64;
    /** So many of the customer's messages are looked at for their last question. */
    private static final int QUESTIONS_BACK = 8;

    /** A person who answers may give the shop's own contact details; numbers that identify the customer stay masked. */
    private static final Set<String> PERSON_MAY_WRITE = Set.of("email", "phone", "address", "name", "ip");

    private static final Duration SWEEP_PERIOD = Duration.ofMinutes(1);

    private final Store store;
    private final Responder responder;
    /** Null: none. */
    private final TextGenerator generator;

    private final Retention retention;
    private final Clock clock;
    private final ClockGuard guard;
    private final Sweeper sweeper;
    private final BackOffice backOffice;
    private final PiiFilter pii;
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    /**
     * @param knowledgeBase searched for answers; closed by its owner
     * @param generator null: extractive answers only
     * @param database SQLite file for sessions, messages, hand-offs, feedback and preferences; null: in memory
     * @param retention how long they are kept
     * @param quota how much of them
     * @param texts folder with the shop's own phrases and rules; null: none
     * @param clock the time, for retention
     */
    public record Config(
            KnowledgeBase knowledgeBase,
            Embedder embedder,
            TextGenerator generator,
            AnswerMode answers,
            Path database,
            Retention retention,
            Quota quota,
            Path texts,
            Clock clock) {
        public Config {
            Objects.requireNonNull(knowledgeBase, "knowledgeBase");
            Objects.requireNonNull(retention, "retention");
            Objects.requireNonNull(quota, "quota");
            Objects.requireNonNull(clock, "clock");
        }

        /** With {@link Quota#DEFAULT} and the bundled texts. */
        public Config(
                KnowledgeBase knowledgeBase,
                Embedder embedder,
                TextGenerator generator,
                AnswerMode answers,
                Path database,
                Retention retention,
                Clock clock) {
            this(knowledgeBase, embedder, generator, answers, database, retention, Quota.DEFAULT, null, clock);
        }

        /** With {@link Retention#DEFAULT}, too. */
        public Config(
                KnowledgeBase knowledgeBase,
                Embedder embedder,
                TextGenerator generator,
                AnswerMode answers,
                Path database) {
            this(knowledgeBase, embedder, generator, answers, database, Retention.DEFAULT, Clock.systemUTC());
        }

        public Config withTexts(Path newTexts) {
            return new Config(knowledgeBase, embedder, generator, answers, database, retention, quota, newTexts, clock);
        }

        private Config withGenerator(TextGenerator newGenerator) {
            return new Config(knowledgeBase, embedder, newGenerator, answers, database, retention, quota, texts, clock);
        }
    }

    private Assistant(Store store, Config config) {
        this.store = store;
        this.pii = PiiFilter.ofShop(config.knowledgeBase()::vocabulary);
        this.generator = config.generator() == null ? null : new RememberingGenerator(config.generator(), store);
        this.responder = new Responder(config.withGenerator(generator));
        this.retention = config.retention();
        this.clock = config.clock();
        this.backOffice = new BackOffice(store, config, pii, text -> rehearse(responder, List.of(text)));
        this.guard = new ClockGuard(store);
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock(true);
        }
        sweep();
        this.sweeper = Sweeper.every(SWEEP_PERIOD, () -> sweep(ClockGuard.STEP));
    }

    /** The folder of a shop's own phrases and rules in a data folder; null if there is none. */
    public static Path textsIn(Path dataFolder) {
        Path texts = dataFolder.resolve(TEXTS);
        return Files.isDirectory(texts) ? texts : null;
    }

    /**
     * Intents and the finer reasons for a hand-off need the embedder that the bundled heads were trained on, MiniLM; with
     * one of other dimensions rules work alone.
     *
     * @throws IllegalStateException if the database cannot be opened
     * @throws IllegalArgumentException if a file of the shop's own texts is at fault, saying where
     */
    public static Assistant open(Config config) {
        Store store = Store.open(config.database(), config.clock(), config.quota());
        try {
            return new Assistant(store, config);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /**
     * Answers one message. While a person has the session, the message is stored for them and the reply is escalated;
     * while the customer waits for one, the assistant still answers what it can.
     *
     * @param onText pieces of the answer as they are decided on; their concatenation is {@link Reply#answer}
     * @throws IllegalArgumentException if the session id is blank or too long, or the message is longer than
     *     {@link #MAX_MESSAGE_CHARS}; nothing is stored then
     * @throws StorageFullException if the session has too many messages, or the store has
     */
    public Reply reply(String sessionId, String message, Consumer<String> onText) {
        requireSession(sessionId);
        if (message.length() > MAX_MESSAGE_CHARS) {
            throw new IllegalArgumentException(
                    "the message has " + message.length() + " characters, at most " + MAX_MESSAGE_CHARS + " are read");
        }
        long start = System.nanoTime();
        String text = MessageText.normalise(message);
        return inTurn(sessionId, () -> {
            store.requireRoom(sessionId);
            return answer(store, responder, sessionId, text, onText, start);
        });
    }

    private Reply answer(
            Store records, Responder by, String sessionId, String text, Consumer<String> onText, long start) {
        Wishes wishes = Wishes.of(text);
        String nameBefore = records.preferences(sessionId).name();
        if (!wishes.changes().isEmpty()) {
            records.setPreferences(sessionId, wishes.changes());
        }
        Preferences preferences = records.preferences(sessionId);
        Redaction redaction = Customer.redact(text, pii, nameBefore, preferences.name());
        Customer customer = new Customer(wishes, preferences);
        Consumer<String> filledIn = piece -> onText.accept(preferences.fillIn(piece));
        Reply reply = new Turn(records, by, sessionId, redaction, text, customer, filledIn, start).run();
        return reply.withAnswer(preferences.fillIn(reply.answer()));
    }

    /**
     * Answers messages as those of a new customer: in a session that is kept in memory, and only until then.
     *
     * @param messages as {@link MessageText#normalise} makes them
     * @return what the last one was answered with
     */
    private Reply rehearse(Responder by, List<String> messages) {
        String session = "rehearsal-" + UUID.randomUUID();
        Reply reply = null;
        try (Store records = Store.open(null, clock)) {
            for (String text : messages) {
                reply = ScopedValue.where(TextGenerator.SESSION, session)
                        .call(() -> answer(records, by, session, text, piece -> {}, System.nanoTime()));
            }
        } finally {
            forget(Set.of(session));
        }
        return reply.withStored(Reply.Stored.NOTHING);
    }

    /** Makes the first answers after a start as fast as others; extractive ones, for a model warms itself up. */
    public Rehearsal rehearsal() {
        Responder extractive = responder.extractive();
        return new Rehearsal(
                backOffice.knowledge(),
                messages -> rehearse(
                        extractive,
                        messages.stream().map(MessageText::normalise).toList()));
    }

    /** For those who write the documents and want to know how the assistant fares. */
    public BackOffice backOffice() {
        return backOffice;
    }

    /** What belongs to a session is done one after the other, and what is not to be kept goes at its end. */
    private <T> T inTurn(String sessionId, Supplier<T> work) {
        ReentrantLock lock = locks[Math.floorMod(sessionId.hashCode(), LOCKS)];
        lock.lock();
        try {
            return ScopedValue.where(TextGenerator.SESSION, sessionId).call(work::get);
        } finally {
            try {
                if (retention.endsWithTheTurn()) {
                    forget(store.purge(trusted(!guard.isHeld(clock.instant())), sessionId));
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private void forget(Set<String> sessions) {
        if (generator != null) {
            sessions.forEach(generator::forget);
        }
    }

    private static void requireSession(String sessionId) {
        if (sessionId == null || sessionId.isBlank() || sessionId.length() > MAX_SESSION_ID_CHARS) {
            throw new IllegalArgumentException("a session id has 1 to " + MAX_SESSION_ID_CHARS + " characters");
        }
    }

    /** The masked messages of a session, oldest first. */
    public List<StoredMessage> history(String sessionId) {
        Preferences preferences = store.preferences(sessionId);
        return store.history(sessionId).stream()
                .map(message -> message.withText(preferences.fillIn(message.text())))
                .toList();
    }

    /** What the customer wished for in the session, and is kept. */
    public Preferences preferences(String sessionId) {
        return store.preferences(sessionId);
    }

    /** Everything that is kept about a session; empty if there is no such session. */
    public Optional<SessionData> session(String sessionId) {
        return store.session(sessionId);
    }

    /**
     * Removes everything about a session, from the database file and its log and from the model's caches too. A message
     * that is being answered is waited for, so that nothing of it comes after. False if there was none.
     */
    public boolean erase(String sessionId) {
        return inTurn(sessionId, () -> {
            forget(Set.of(sessionId));
            return store.erase(sessionId);
        });
    }

    /**
     * Removes what is older than {@link Retention} allows, as {@link #erase}. This happens by itself when the assistant
     * is opened and every minute. After a jump of the clock nothing is removed for its age for a day.
     *
     * @return of how many sessions something was removed
     */
    public int sweep() {
        return sweep(ClockGuard.ABSENCE);
    }

    private Retention trusted(boolean clockIsRight) {
        return clockIsRight ? retention : retention.withoutAges();
    }

    /** @param most how far the clock may have come since the last sweep */
    private int sweep(Duration most) {
        Instant now = clock.instant();
        boolean trusted = guard.trusts(now, most);
        if (trusted) {
            store.restamp(now.plus(ClockGuard.STEP));
        }
        Set<String> touched = store.purge(trusted(trusted), null);
        forget(touched);
        if (generator != null && retention.messages() != null) {
            generator.forgetUnused(retention.messages());
        }
        return touched.size();
    }

    /**
     * @param helpful like or dislike
     * @param comment masked before it is stored; may be null
     * @throws IllegalArgumentException if there is no such session
     */
    public void feedback(String sessionId, boolean helpful, String comment) {
        feedback(sessionId, new Opinion(helpful, 0, "", comment == null ? "" : comment));
    }

    /** The same, about a certain answer: what was said of it before is forgotten. */
    public void feedback(String sessionId, Opinion opinion) {
        String nameToMask = store.preferences(sessionId).name();
        String masked = Customer.redact(MessageText.normalise(opinion.comment()), pii, nameToMask)
                .text();
        if (!store.addFeedback(sessionId, opinion.withComment(masked))) {
            throw new IllegalArgumentException("no such session, or no such answer in it");
        }
    }

    /**
     * Removes a message of the customer and all that came after it, as {@link #erase}.
     *
     * @return false if there is no such message of theirs
     * @throws IllegalStateException if a person may have read it
     */
    public boolean takeBack(String sessionId, long messageId) {
        return inTurn(sessionId, () -> {
            boolean removed = store.takeBack(sessionId, messageId);
            if (removed) {
                forget(Set.of(sessionId));
            }
            return removed;
        });
    }

    /** A document that one of the session's answers rests on; empty if none does, or if it is gone. */
    public Optional<Document> source(String sessionId, String documentId) {
        return store.restsOn(sessionId, documentId) ? responder.document(documentId) : Optional.empty();
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
        Handoff resolved = store.resolve(handoffId);
        return inTurn(resolved.sessionId(), () -> resolved);
    }

    /** Ends the hand-off without its having been resolved: the bot has the session again. */
    public Handoff giveBack(String handoffId) {
        Handoff returned = store.giveBack(handoffId);
        return inTurn(returned.sessionId(), () -> returned);
    }

    /** Lets a hand-off wait for another person, whoever has it; fails as {@link #claim}. */
    public Handoff release(String handoffId) {
        return store.release(handoffId);
    }

    /** Open hand-offs in which the customer waits for a person's words, and since when. */
    public Map<String, Instant> unanswered() {
        return store.unanswered();
    }

    /** What the customer asked last, masked, with what it leans on; empty if they only greeted, or asked for a person. */
    public String lastQuestion(String sessionId) {
        return responder.topic(store.recent(sessionId, "customer", QUESTIONS_BACK));
    }

    /** Passages of the knowledge base that may answer a question, the best first, for people who answer. */
    public List<Suggestion> suggest(String question, int most) {
        return question.isBlank() ? List.of() : responder.suggest(MessageText.normalise(question), most);
    }

    /** Replies at hand for people who answer. */
    public CannedReplies cannedReplies() {
        return store.cannedReplies();
    }

    /** The intent of a text by itself, without a session. */
    public Classification classify(String text) {
        String written = MessageText.normalise(text);
        return responder.classify(responder.heard(pii.redact(written).text(), written));
    }

    @Override
    public void close() {
        sweeper.close();
        store.close();
    }
}
