package demitasse.agent;

import demitasse.rag.Hit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** One message and its reply: the life of a question, from the masked text to what is stored. Used once. */
final class Turn {
    private static final int REPEATED = 2;
    private static final int SUMMARY_MESSAGES = 3;
    private static final int SUMMARY_CHARS = 600;
    private static final int EXCERPT_CHARS = 200;
    private static final Classification BY_RULE = new Classification(Intent.ESCALATE, 1);
    private static final Classification SMALL_TALK_BY_RULE = new Classification(Intent.CHITCHAT, 1);

    private final Store store;
    private final Responder responder;
    private final String session;
    private final String message;
    private final List<String> maskedTypes;
    private final Consumer<String> onText;
    private final Customer customer;
    private final long start;
    private final Map<String, Double> timings = new LinkedHashMap<>();
    private Optional<Handoff> open = Optional.empty();

    Turn(
            Store store,
            Responder responder,
            String session,
            Redaction message,
            Customer customer,
            Consumer<String> onText,
            long start) {
        this.store = store;
        this.responder = responder;
        this.session = session;
        this.message = message.text();
        this.maskedTypes =
                message.spans().stream().map(PiiSpan::type).distinct().toList();
        this.onText = onText;
        this.customer = customer;
        this.start = start;
    }

    Reply run() {
        if (message.isBlank()) {
            return say(responder.phrase("empty"), SMALL_TALK_BY_RULE);
        }
        String previous = store.last(session, "customer").orElse("");
        open = store.openHandoff(session);
        store.add(session, "customer", message);
        Optional<Escalation.Reason> reason = responder.escalationByRules(customer.withoutWish(message));
        if (reason.isPresent()) {
            return handOff(reason.get(), BY_RULE);
        }
        if (isWithPerson()) {
            return stored(say(responder.phrase("handoff.with_person"), BY_RULE));
        }
        Optional<String> kind = customer.wish(message).or(() -> SmallTalk.byRules(message));
        if (kind.isPresent()) {
            return stored(say(responder.phrase(customer.wording(kind.get())), SMALL_TALK_BY_RULE));
        }
        return decide(responder.read(message, topic(previous), timings));
    }

    /** What a follow-up may lean on: a question, not a greeting or the wish for a person. */
    private String topic(String previous) {
        boolean other = responder.escalationByRules(previous).isPresent()
                || SmallTalk.byRules(previous).isPresent();
        return other ? "" : previous;
    }

    private Reply decide(Responder.Reading reading) {
        Optional<Escalation.Reason> reason = responder.escalationByHead(message, reading);
        if (reason.isPresent()) {
            return handOff(
                    reason.get(),
                    new Classification(Intent.ESCALATE, reading.signals().reasonProbability()));
        }
        if (Answerability.isSmallTalk(reading.hits(), reading.signals())) {
            double sure = reading.signals().of(Signals.SMALL_TALK);
            return stored(say(responder.phrase(SmallTalk.OTHER), new Classification(Intent.CHITCHAT, sure)));
        }
        if (!Answerability.isAnswerable(reading.hits())) {
            return decline(reading);
        }
        Responder.Answer answer = responder.answer(reading, timings, onText);
        store.setFailures(session, 0);
        List<Reply.Source> sources =
                Answerability.sources(reading.hits()).stream().map(Turn::source).toList();
        return stored(reply(answer.text(), sources, reading.classification(), false, answer.generated()));
    }

    private boolean isWithPerson() {
        return open.filter(handoff -> handoff.state() == Handoff.State.PERSON).isPresent();
    }

    private Reply decline(Responder.Reading reading) {
        if (open.isPresent()) {
            return stored(declined(responder.phrase("handoff.waiting"), reading));
        }
        int failures = store.failures(session) + 1;
        store.setFailures(session, failures);
        return failures >= REPEATED
                ? handOff(Escalation.Reason.REPEATED_FAILURE, reading.classification())
                : stored(declined(responder.declineText(reading.hits()), reading));
    }

    private Reply handOff(Escalation.Reason reason, Classification classification) {
        boolean news = open.isEmpty() || reason.urgency() > open.get().urgency();
        open = Optional.of(store.requestHandoff(session, reason, summary(reason)));
        String text = news || reason == Escalation.Reason.SELF_HARM
                ? responder.handoffText(reason)
                : responder.phrase(isWithPerson() ? "handoff.with_person" : "handoff.waiting");
        return stored(say(text, classification));
    }

    /** For the person who takes over: why, and the customer's last words, masked. */
    private String summary(Escalation.Reason reason) {
        List<String> said = store.history(session).stream()
                .filter(m -> m.role().equals("customer"))
                .map(StoredMessage::text)
                .toList();
        String last = String.join(" / ", said.subList(Math.max(0, said.size() - SUMMARY_MESSAGES), said.size()));
        return reason.label() + ": " + cut(last, SUMMARY_CHARS);
    }

    private Reply say(String text, Classification classification) {
        onText.accept(text);
        return reply(text, List.of(), classification, false, false);
    }

    private Reply declined(String text, Responder.Reading reading) {
        onText.accept(text);
        return reply(text, List.of(), reading.classification(), true, false);
    }

    private Reply reply(
            String text, List<Reply.Source> sources, Classification by, boolean declined, boolean generated) {
        timings.put("total", Responder.millis(System.nanoTime() - start));
        return new Reply(
                text,
                sources,
                by.intent(),
                by.confidence(),
                open.isPresent(),
                open.map(Handoff::reason).orElse(""),
                declined,
                generated,
                maskedTypes,
                timings);
    }

    private Reply stored(Reply reply) {
        store.addAnswer(session, reply);
        return reply;
    }

    private static Reply.Source source(Hit hit) {
        return new Reply.Source(
                hit.document().id(),
                hit.document().title(),
                hit.document().source(),
                cut(hit.chunk(), EXCERPT_CHARS),
                hit.score());
    }

    private static String cut(String text, int limit) {
        if (text.length() <= limit) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(limit - 1)) ? limit - 1 : limit;
        return text.substring(0, end) + "…";
    }
}
