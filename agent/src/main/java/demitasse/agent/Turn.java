package demitasse.agent;

import demitasse.agent.pii.PiiSpan;
import demitasse.agent.pii.Redaction;
import demitasse.rag.Hit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** One message and its reply: the life of a question, from the masked text to what is stored. Used once. */
final class Turn {
    private static final int REPEATED = 2;
    /** So many of the customer's messages may be what a follow-up leans on. */
    private static final int TURNS_BACK = 3;

    private static final int EXCERPT_CHARS = 200;
    private static final String PARAGRAPH = "\n\n";
    private static final Classification BY_RULE = new Classification(Intent.ESCALATE, 1);
    private static final Classification SMALL_TALK_BY_RULE = new Classification(Intent.CHITCHAT, 1);

    private final Store store;
    private final Responder responder;
    private final String session;
    private final String message;
    private final List<String> maskedTypes;
    private final Heard heard;
    private final Optional<String> foreign;
    private final Consumer<String> onText;
    private final Customer customer;
    private Wording wording;
    private final long start;
    private final Map<String, Double> timings = new LinkedHashMap<>();
    private Optional<Handoff> open = Optional.empty();
    private long questionId;

    /** @param written the message as it came, normalised */
    Turn(
            Store store,
            Responder responder,
            String session,
            Redaction message,
            String written,
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
        this.heard = responder.heard(customer.withoutWish(this.message), written);
        this.foreign = responder.foreignLanguage(written);
        this.wording = wordingIn(responder.knownLanguage(written));
        this.start = start;
    }

    Reply run() {
        if (message.isBlank()) {
            return say(wording.get("empty"), SMALL_TALK_BY_RULE);
        }
        List<String> before = store.recent(session, "customer", TURNS_BACK);
        open = store.openHandoff(session);
        questionId = store.add(session, "customer", message);
        Optional<Escalation.Found> reason = responder.escalationByRules(heard);
        Optional<SmallTalk.Found> smallTalk = responder.smallTalk(heard);
        wording = wordingIn(responder
                .knownLanguage(heard.written())
                .or(() -> reason.map(Escalation.Found::language))
                .or(() -> smallTalk.map(SmallTalk.Found::language).filter(language -> !language.isEmpty()))
                .or(() -> before.stream()
                        .flatMap(text -> responder.knownLanguage(text).stream())
                        .findFirst()));
        if (reason.isPresent()) {
            return handOff(reason.get().reason(), BY_RULE, Outcome.HANDED_OVER);
        }
        if (isWithPerson()) {
            return passedOn(BY_RULE);
        }
        if (smallTalk.filter(SmallTalk.Found::isYes).isPresent() && wasOfferedAPerson()) {
            return handOff(Escalation.Reason.ASKED, BY_RULE, Outcome.HANDED_OVER);
        }
        Optional<Wording.Text> small = customer.wish(message)
                .map(wish -> wording.preference(
                        wish, Optional.ofNullable(customer.wishes().language())))
                .or(() -> smallTalk.map(found -> wording.get(customer.wording(found.kind()))));
        if (small.isPresent()) {
            return stored(say(small.get(), SMALL_TALK_BY_RULE), Outcome.SMALL_TALK);
        }
        if (foreign.isPresent()) {
            return decline(wording.foreign(), new Classification(Intent.FAQ, 0), Outcome.LANGUAGE);
        }
        return decide(responder.read(message, responder.topic(before), timings));
    }

    /** A wish for a language that we have phrases in counts, unless the message is in one that is not spoken here. */
    private Wording wordingIn(Optional<String> likely) {
        String wished = customer.preferences().language();
        return responder.wording(foreign.orElse(wished.isEmpty() ? likely.orElse("") : wished));
    }

    /** "Yes" right after "if you like, I can pass you on to a person". */
    private boolean wasOfferedAPerson() {
        String offer = wording.get("decline.person").text();
        return store.recent(session, "assistant", 1).stream().anyMatch(text -> text.endsWith(offer));
    }

    private Reply decide(QuestionReader.Reading reading) {
        boolean ownData = Remarks.asksForOwnData(message);
        if (ownData && !reading.isAnswerable()) {
            return stored(say(wording.get("own_data"), SMALL_TALK_BY_RULE), Outcome.SMALL_TALK);
        }
        Optional<Escalation.Reason> reason = responder.escalationByHead(heard, reading);
        if (reason.isPresent() && !ownData) {
            return handOff(
                    reason.get(),
                    new Classification(Intent.ESCALATE, reading.signals().reasonProbability()),
                    Outcome.HANDED_OVER);
        }
        List<QuestionReader.Part> parts = responder.parts(message);
        if (!parts.isEmpty()) {
            return answerEach(parts, reading.classification());
        }
        if (Answerability.isSmallTalk(reading.hits(), reading.signals())) {
            double sure = reading.signals().of(Signals.SMALL_TALK);
            Reply reply = say(wording.get(SmallTalk.OTHER), new Classification(Intent.CHITCHAT, sure));
            boolean asks = !reading.isAnswerable() && Questions.asksSomething(message);
            return stored(reply, asks ? Outcome.ASIDE : Outcome.SMALL_TALK);
        }
        if (!reading.isAnswerable()) {
            return decline(wording.decline(responder.near(reading)), reading.classification(), Outcome.DECLINED);
        }
        Responder.Answer answer = responder.answer(reading, customer.preferences(), timings, onText);
        store.setFailures(session, 0);
        List<Reply.Source> sources =
                Answerability.sources(reading.hits()).stream().map(Turn::source).toList();
        Outcome outcome = reading.isUnsure() ? Outcome.UNSURE : Outcome.ANSWERED;
        return stored(answered(answer.text(), sources, reading.classification(), answer.generated()), outcome);
    }

    /** Several questions in one message: what is known about each, one after the other, and the sources of all. */
    private Reply answerEach(List<QuestionReader.Part> parts, Classification classification) {
        List<String> texts = new ArrayList<>();
        Map<String, Reply.Source> sources = new LinkedHashMap<>();
        boolean generated = false;
        Outcome outcome = Outcome.ANSWERED;
        for (QuestionReader.Part part : parts) {
            String separator = texts.isEmpty() ? "" : PARAGRAPH;
            if (part.reading().isAnswerable()) {
                onText.accept(separator);
                Responder.Answer answer =
                        responder.answerShortly(part.reading(), customer.preferences(), timings, onText);
                texts.add(answer.text());
                generated |= answer.generated();
                Hit best = part.reading().hits().getFirst();
                sources.putIfAbsent(best.document().id(), source(best));
            } else {
                String unknown = wording.get("decline.part", part.question()).text();
                onText.accept(separator + unknown);
                texts.add(unknown);
                outcome = Outcome.PARTLY;
            }
        }
        store.setFailures(session, 0);
        String text = String.join(PARAGRAPH, texts);
        return stored(answered(text, List.copyOf(sources.values()), classification, generated), outcome);
    }

    private boolean isWithPerson() {
        return open.filter(handoff -> handoff.state() == Handoff.State.PERSON).isPresent();
    }

    private Reply decline(Wording.Text text, Classification classification, Outcome outcome) {
        if (open.isPresent()) {
            return stored(declined(wording.get("handoff.waiting"), classification), outcome);
        }
        int failures = store.failures(session) + 1;
        store.setFailures(session, failures);
        return failures >= REPEATED
                ? handOff(Escalation.Reason.REPEATED_FAILURE, classification, outcome)
                : stored(declined(text, classification), outcome);
    }

    private Reply handOff(Escalation.Reason reason, Classification classification, Outcome outcome) {
        boolean news = open.isEmpty() || reason.urgency() > open.get().urgency();
        open = Optional.of(store.requestHandoff(session, reason, summary(reason)));
        if (news || reason == Escalation.Reason.SELF_HARM) {
            return stored(say(wording.handoff(reason), classification), outcome);
        }
        return isWithPerson()
                ? passedOn(classification)
                : stored(say(wording.get("handoff.waiting"), classification), outcome);
    }

    /** A receipt is no part of the conversation between the customer and a person: it is not stored. */
    private Reply passedOn(Classification classification) {
        Reply receipt = say(wording.get("handoff.with_person"), classification);
        store.addTurn(receipt, questionId, Outcome.WITH_PERSON, language());
        return receipt.withStored(new Reply.Stored(questionId, 0, message));
    }

    /** For the person who takes over, masked. */
    private String summary(Escalation.Reason reason) {
        SessionData data = store.session(session).orElseThrow();
        return new HandoffSummary(data).text(reason, responder::isAside, store.failures(session), language());
    }

    private Reply say(Wording.Text text, Classification classification) {
        onText.accept(text.text());
        return reply(text, List.of(), classification, false, false);
    }

    private Reply declined(Wording.Text text, Classification classification) {
        onText.accept(text.text());
        return reply(text, List.of(), classification, true, false);
    }

    private Reply answered(String text, List<Reply.Source> sources, Classification classification, boolean generated) {
        return reply(new Wording.Text(text, responder.language(text)), sources, classification, false, generated);
    }

    private Reply reply(
            Wording.Text text, List<Reply.Source> sources, Classification by, boolean declined, boolean generated) {
        timings.put("total", Responder.millis(System.nanoTime() - start));
        return new Reply(
                text.text(),
                text.code(),
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

    private Reply stored(Reply reply, Outcome outcome) {
        long answerId = store.addAnswer(session, reply, questionId, outcome, language());
        return reply.withStored(new Reply.Stored(questionId, answerId, message));
    }

    private String language() {
        return responder.language(heard.written());
    }

    private static Reply.Source source(Hit hit) {
        return new Reply.Source(
                hit.document().id(),
                hit.document().title(),
                hit.document().source(),
                MessageText.cut(hit.chunk(), EXCERPT_CHARS),
                hit.score());
    }
}
