package demitasse.server;

import demitasse.agent.BackOffice;
import demitasse.agent.CannedReplies;
import demitasse.agent.Handoff;
import demitasse.agent.Intent;
import demitasse.agent.Opinion;
import demitasse.agent.Preferences;
import demitasse.agent.Reply;
import demitasse.agent.SessionData;
import demitasse.agent.StoredMessage;
import demitasse.agent.Suggestion;
import demitasse.rag.Document;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** An assistant of three answers, kept in memory; it can be made to wait before each word. */
final class FakeDesk implements Desk {
    static final String REFUND = "A refund takes 5 to 7 working days.";
    static final String SORRY = "I am sorry, I do not know that.";
    static final String HANDOVER = "A person will take over shortly.";
    private static final Document REFUNDS = new Document(
            "refunds",
            "Refunds",
            "Before: keep the receipt.\n\n" + REFUND + " <b>Cards</b> too.\n\nAfter.",
            "policies");
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private final List<StoredMessage> messages = new ArrayList<>();
    private final List<CannedReplies.Canned> canned = new ArrayList<>();
    private final Map<String, Handoff> handoffs = new LinkedHashMap<>();
    final List<Opinion> feedback = new ArrayList<>();
    private long lastId;
    /** Null: words come at once; else each takes a permit. */
    volatile Semaphore words;

    /** Said with each word. */
    volatile String padding = "";

    volatile boolean sawDisconnect;
    /** Thrown by what stores something; null: nothing. */
    volatile Throwable failure;

    /** What warms it up. */
    volatile BooleanSupplier rehearsal = () -> false;

    private void failIfAsked() {
        switch (failure) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
    }

    @Override
    public Reply reply(String sessionId, String message, Consumer<String> onText) {
        failIfAsked();
        boolean masked = message.contains("@");
        String stored = masked ? message.replaceAll("\\S+@\\S+", "[EMAIL]") : message;
        long question = store(sessionId, "customer", stored);
        boolean withPerson = openHandoff(sessionId)
                .filter(open -> open.state() == Handoff.State.PERSON)
                .isPresent();
        if (withPerson) {
            return receipt(question, stored);
        }
        boolean person = message.contains("person");
        boolean known = message.contains("refund");
        String answer = person ? HANDOVER : known ? REFUND : SORRY;
        try {
            for (String word : answer.split("(?<= )")) {
                Semaphore turn = words;
                if (turn != null) {
                    turn.acquireUninterruptibly();
                }
                onText.accept(word + padding);
            }
        } catch (ClientGoneException e) {
            sawDisconnect = true;
            throw e;
        }
        long answerId = store(sessionId, "assistant", answer, known ? "refunds" : null);
        if (person) {
            handOver(sessionId, stored);
        }
        List<Reply.Source> sources = known
                ? List.of(new Reply.Source("refunds", "Refunds", "policies", REFUND + " <b>Cards</b> too.", 0.9))
                : List.of();
        return new Reply(
                        answer,
                        "en",
                        sources,
                        person ? Intent.ESCALATE : Intent.RETURNS,
                        0.9,
                        person,
                        person ? "asked" : "",
                        !person && !known,
                        false,
                        masked ? List.of("EMAIL") : List.of(),
                        Map.of("total", 1.5))
                .withStored(new Reply.Stored(question, answerId, stored));
    }

    private static Reply receipt(long question, String stored) {
        return new Reply(
                        "Passed on.",
                        "en",
                        List.of(),
                        Intent.ESCALATE,
                        1,
                        true,
                        "asked",
                        false,
                        false,
                        List.of(),
                        Map.of("total", 1.5))
                .withStored(new Reply.Stored(question, 0, stored));
    }

    private long store(String session, String role, String text) {
        return store(session, role, text, null);
    }

    private synchronized long store(String session, String role, String text, String document) {
        List<String> titles = document == null ? List.of() : List.of("Refunds");
        List<String> documents = document == null ? List.of() : List.of(document);
        messages.add(new StoredMessage(++lastId, session, role, text, NOW, titles, documents));
        return lastId;
    }

    private synchronized void handOver(String session, String summary) {
        String id = "h" + (handoffs.size() + 1);
        boolean hurt = summary.contains("hurt");
        String reason = hurt ? "safety" : "asked";
        String words = reason + ": " + summary;
        handoffs.put(id, new Handoff(id, session, Handoff.State.WAITING, reason, hurt ? 2 : 0, words, "", NOW, NOW));
    }

    @Override
    public synchronized List<StoredMessage> history(String sessionId) {
        return messages.stream().filter(m -> m.sessionId().equals(sessionId)).toList();
    }

    @Override
    public Preferences preferences(String sessionId) {
        return new Preferences("Sam", "", false);
    }

    @Override
    public synchronized Optional<SessionData> session(String sessionId) {
        List<StoredMessage> found = history(sessionId);
        List<Handoff> own = handoffs.values().stream()
                .filter(h -> h.sessionId().equals(sessionId))
                .toList();
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(new SessionData(sessionId, NOW, NOW, preferences(sessionId), found, own, opinions()));
    }

    private List<SessionData.Feedback> opinions() {
        return feedback.stream()
                .map(said ->
                        new SessionData.Feedback(said.helpful(), said.comment(), NOW, said.messageId(), said.reason()))
                .toList();
    }

    @Override
    public synchronized boolean erase(String sessionId) {
        handoffs.values().removeIf(h -> h.sessionId().equals(sessionId));
        return messages.removeIf(m -> m.sessionId().equals(sessionId));
    }

    @Override
    public synchronized void feedback(String sessionId, Opinion opinion) {
        boolean known = history(sessionId).stream()
                .anyMatch(message -> opinion.messageId() == 0 || message.id() == opinion.messageId());
        if (!known) {
            throw new IllegalArgumentException("no session");
        }
        feedback.removeIf(old -> old.messageId() == opinion.messageId());
        feedback.add(opinion);
    }

    @Override
    public synchronized boolean takeBack(String sessionId, long messageId) {
        if (openHandoff(sessionId).isPresent()) {
            throw new IllegalStateException("read");
        }
        return messages.removeIf(m -> m.sessionId().equals(sessionId) && m.id() >= messageId);
    }

    @Override
    public Optional<Document> source(String sessionId, String documentId) {
        return history(sessionId).stream()
                .filter(message -> message.documents().contains(documentId))
                .map(message -> REFUNDS)
                .findFirst();
    }

    @Override
    public synchronized List<Handoff> openHandoffs() {
        return handoffs.values().stream()
                .filter(Handoff::isOpen)
                .sorted(Comparator.comparingInt(Handoff::urgency).reversed())
                .toList();
    }

    @Override
    public synchronized Optional<Handoff> handoff(String id) {
        return Optional.ofNullable(handoffs.get(id));
    }

    @Override
    public synchronized Optional<Handoff> openHandoff(String sessionId) {
        return openHandoffs().stream()
                .filter(h -> h.sessionId().equals(sessionId))
                .findFirst();
    }

    @Override
    public synchronized Handoff claim(String id, String person) {
        failIfAsked();
        Handoff old = handoffs.get(id);
        if (old.state() != Handoff.State.WAITING) {
            throw new IllegalStateException("taken");
        }
        return change(old, Handoff.State.PERSON, person);
    }

    @Override
    public synchronized Handoff answer(String id, String person, String text) {
        Handoff old = handoffs.get(id);
        if (old.state() != Handoff.State.PERSON || !old.claimedBy().equals(person)) {
            throw new IllegalStateException("not yours");
        }
        store(old.sessionId(), "person", text);
        return old;
    }

    @Override
    public synchronized Handoff resolve(String id) {
        return change(handoffs.get(id), Handoff.State.RESOLVED, handoffs.get(id).claimedBy());
    }

    @Override
    public synchronized Handoff giveBack(String id) {
        return change(handoffs.get(id), Handoff.State.RETURNED, handoffs.get(id).claimedBy());
    }

    @Override
    public synchronized Handoff release(String id) {
        return change(handoffs.get(id), Handoff.State.WAITING, "");
    }

    @Override
    public synchronized Map<String, Instant> unanswered() {
        Map<String, Instant> since = new LinkedHashMap<>();
        for (Handoff open : openHandoffs()) {
            if (!history(open.sessionId()).getLast().role().equals("person")) {
                since.put(open.id(), NOW);
            }
        }
        return since;
    }

    @Override
    public String lastQuestion(String sessionId) {
        return history(sessionId).stream()
                .filter(m -> m.role().equals("customer") && m.text().contains("refund"))
                .map(StoredMessage::text)
                .reduce("", (older, newer) -> newer);
    }

    @Override
    public List<Suggestion> suggest(String question, int most) {
        return question.contains("refund")
                ? List.of(new Suggestion(REFUNDS.id(), REFUNDS.title(), REFUNDS.source(), REFUND, 0.9, true))
                : List.of();
    }

    @Override
    public CannedReplies cannedReplies() {
        return new CannedReplies() {
            @Override
            public List<Canned> list() {
                return List.copyOf(canned);
            }

            @Override
            public Canned add(String title, String text) {
                canned.add(new Canned(canned.size() + 1, title, text));
                return canned.getLast();
            }

            @Override
            public boolean edit(Canned reply) {
                return canned.removeIf(old -> old.id() == reply.id()) && canned.add(reply);
            }

            @Override
            public boolean remove(long id) {
                return canned.removeIf(old -> old.id() == id);
            }
        };
    }

    private Handoff change(Handoff old, Handoff.State state, String person) {
        Handoff next = new Handoff(
                old.id(), old.sessionId(), state, old.reason(), old.urgency(), old.summary(), person, NOW, NOW);
        handoffs.put(old.id(), next);
        return next;
    }

    /** Tests of it have a real assistant. */
    @Override
    public BackOffice backOffice() {
        return null;
    }

    @Override
    public BooleanSupplier rehearsal() {
        return rehearsal;
    }
}
