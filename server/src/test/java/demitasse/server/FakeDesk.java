package demitasse.server;

import demitasse.agent.Handoff;
import demitasse.agent.Intent;
import demitasse.agent.Preferences;
import demitasse.agent.Reply;
import demitasse.agent.SessionData;
import demitasse.agent.StoredMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/** An assistant of three answers, kept in memory; it can be made to wait before each word. */
final class FakeDesk implements Desk {
    static final String REFUND = "A refund takes 5 to 7 working days.";
    static final String SORRY = "I am sorry, I do not know that.";
    static final String HANDOVER = "A person will take over shortly.";
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private final List<StoredMessage> messages = new ArrayList<>();
    private final Map<String, Handoff> handoffs = new LinkedHashMap<>();
    final List<String> feedback = new ArrayList<>();
    /** Null: words come at once; else each takes a permit. */
    volatile Semaphore words;

    volatile boolean sawDisconnect;
    /** Thrown by what stores something; null: nothing. */
    volatile Throwable failure;

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
        store(sessionId, "customer", masked ? message.replaceAll("\\S+@\\S+", "[EMAIL]") : message);
        boolean person = message.contains("person");
        boolean known = message.contains("refund");
        String answer = person ? HANDOVER : known ? REFUND : SORRY;
        try {
            for (String word : answer.split("(?<= )")) {
                if (words != null) {
                    words.acquireUninterruptibly();
                }
                onText.accept(word);
            }
        } catch (ClientGoneException e) {
            sawDisconnect = true;
            throw e;
        }
        store(sessionId, "assistant", answer);
        if (person) {
            handOver(sessionId, message);
        }
        List<Reply.Source> sources = known
                ? List.of(new Reply.Source("refunds", "Refunds", "policies", REFUND + " <b>Cards</b> too.", 0.9))
                : List.of();
        return new Reply(
                answer,
                sources,
                person ? Intent.ESCALATE : Intent.RETURNS,
                0.9,
                person,
                person ? "asked" : "",
                !person && !known,
                false,
                masked ? List.of("EMAIL") : List.of(),
                Map.of("total", 1.5));
    }

    private synchronized void store(String session, String role, String text) {
        messages.add(new StoredMessage(messages.size() + 1, session, role, text, NOW, List.of()));
    }

    private synchronized void handOver(String session, String summary) {
        String id = "h" + (handoffs.size() + 1);
        handoffs.put(id, new Handoff(id, session, Handoff.State.WAITING, "asked", 1, summary, "", NOW, NOW));
    }

    @Override
    public synchronized List<StoredMessage> history(String sessionId) {
        return messages.stream().filter(m -> m.sessionId().equals(sessionId)).toList();
    }

    @Override
    public Preferences preferences(String sessionId) {
        return new Preferences("Sam", "");
    }

    @Override
    public synchronized Optional<SessionData> session(String sessionId) {
        List<StoredMessage> found = history(sessionId);
        List<Handoff> own = handoffs.values().stream()
                .filter(h -> h.sessionId().equals(sessionId))
                .toList();
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(new SessionData(sessionId, NOW, NOW, preferences(sessionId), found, own, List.of()));
    }

    @Override
    public synchronized boolean erase(String sessionId) {
        handoffs.values().removeIf(h -> h.sessionId().equals(sessionId));
        return messages.removeIf(m -> m.sessionId().equals(sessionId));
    }

    @Override
    public synchronized void feedback(String sessionId, boolean helpful, String comment) {
        if (history(sessionId).isEmpty()) {
            throw new IllegalArgumentException("no session");
        }
        feedback.add(sessionId + " " + helpful + " " + comment);
    }

    @Override
    public synchronized List<Handoff> openHandoffs() {
        return handoffs.values().stream()
                .filter(h -> h.state() != Handoff.State.RESOLVED)
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

    private Handoff change(Handoff old, Handoff.State state, String person) {
        Handoff next = new Handoff(
                old.id(), old.sessionId(), state, old.reason(), old.urgency(), old.summary(), person, NOW, NOW);
        handoffs.put(old.id(), next);
        return next;
    }
}
