package demitasse.server;

import demitasse.agent.Opinion;
import demitasse.agent.Reply;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The customer's conversation: messages, history, erasing, feedback. */
final class AssistEndpoints {
    /**
     * {@link Reply} with the session that it belongs to.
     *
     * @param questionId of the customer's message; null if it was not stored
     * @param messageId of the answer; null if it was not stored
     * @param stored the customer's message as it is kept, masked
     */
    record Answer(
            String session,
            String answer,
            String lang,
            List<Reply.Source> sources,
            String intent,
            double confidence,
            boolean escalated,
            String reason,
            boolean declined,
            boolean generated,
            List<String> masked,
            Map<String, Double> timings,
            Long questionId,
            Long messageId,
            String stored) {
        static Answer of(String session, Reply reply) {
            return new Answer(
                    session,
                    reply.answer(),
                    reply.lang(),
                    reply.sources(),
                    reply.intent().label(),
                    reply.confidence(),
                    reply.escalated(),
                    reply.reason(),
                    reply.declined(),
                    reply.generated(),
                    reply.masked(),
                    reply.timings(),
                    idOrNull(reply.stored().questionId()),
                    idOrNull(reply.stored().answerId()),
                    reply.stored().question());
        }

        private static Long idOrNull(long id) {
            return id == 0 ? null : id;
        }
    }

    record Token(String text) {}

    record Sources(List<Reply.Source> sources) {}

    private static final int MAX_COMMENT_CHARS = 2_000;

    private final Desk desk;
    private final Gate gate;
    private final Metrics metrics;
    private final Limits limits;

    AssistEndpoints(Desk desk, Gate gate, Metrics metrics, Limits limits) {
        this.desk = desk;
        this.gate = gate;
        this.metrics = metrics;
        this.limits = limits;
    }

    void register(RoutesConfig routes) {
        routes.post("/v1/assist", this::assist, Access.OPEN, Weight.MESSAGE);
        routes.post("/v1/feedback", this::feedback, Access.OPEN, Weight.MESSAGE);
    }

    private void assist(Context ctx) throws IOException {
        Fields fields = Fields.of(ctx, limits.bodyBytes());
        String message = fields.text("message");
        if (message.length() > limits.messageChars()) {
            throw ApiException.tooLarge("a message has at most " + limits.messageChars() + " characters");
        }
        String session = fields.has("session") ? SessionIds.check(fields.text("session")) : SessionIds.make();
        if (fields.flag("stream", EventStream.wanted(ctx))) {
            stream(ctx, session, message);
        } else {
            Send.json(ctx, Answer.of(session, reply(ctx, session, message)));
        }
    }

    private Reply reply(Context ctx, String session, String message) {
        try (ClientWatch client = ClientWatch.on(ctx)) {
            return reply(session, message, text -> client.check(), client::check);
        }
    }

    /** @param pulse learns whether the client is still there while the assistant says nothing */
    private Reply reply(String session, String message, Consumer<String> onText, Runnable pulse) {
        Reply reply = gate.pass(session, () -> {
            pulse.run(); // who has left while waiting needs no answer
            return ScopedValue.where(ChatGenerator.PULSE, pulse).call(() -> desk.reply(session, message, onText));
        });
        metrics.reply(reply);
        return reply;
    }

    private void stream(Context ctx, String session, String message) {
        EventStream events = new EventStream(ctx);
        try {
            Reply reply = reply(ctx, session, message, events);
            events.event("sources", Json.text(new Sources(reply.sources())));
            events.event("done", Json.text(Answer.of(session, reply)));
        } catch (ClientGoneException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            if (!events.begun()) {
                throw e;
            }
            events.fail(e);
        }
    }

    private Reply reply(Context ctx, String session, String message, EventStream events) {
        try (ClientWatch client = ClientWatch.on(ctx)) {
            Consumer<String> onText = text -> {
                client.check();
                events.event("token", Json.text(new Token(text)));
            };
            return reply(session, message, onText, () -> {
                client.check();
                events.heartbeat();
            });
        }
    }

    private void feedback(Context ctx) throws IOException {
        Fields fields = Fields.of(ctx, limits.bodyBytes());
        String session = SessionIds.check(fields.text("session"));
        boolean helpful = fields.requiredFlag("helpful");
        String comment = fields.text("comment", "");
        if (comment.length() > MAX_COMMENT_CHARS) {
            throw ApiException.tooLarge("a comment has at most " + MAX_COMMENT_CHARS + " characters");
        }
        String reason = fields.text("reason", "");
        if (!reason.isEmpty() && !Opinion.REASONS.contains(reason)) {
            throw ApiException.invalid("reason", "'reason' must be one of " + String.join(", ", Opinion.REASONS));
        }
        long message = fields.whole("message", 0, 0);
        try {
            desk.feedback(session, new Opinion(helpful, message, reason, comment));
        } catch (IllegalArgumentException e) {
            throw ApiException.notFound("no such session, or no such answer in it");
        }
        ctx.status(204);
    }
}
