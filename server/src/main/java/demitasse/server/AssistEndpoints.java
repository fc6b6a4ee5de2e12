package demitasse.server;

import demitasse.agent.Reply;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The customer's conversation: messages, history, erasing, feedback. */
final class AssistEndpoints {
    /** {@link Reply} with the session that it belongs to. */
    record Answer(
            String session,
            String answer,
            List<Reply.Source> sources,
            String intent,
            double confidence,
            boolean escalated,
            String reason,
            boolean declined,
            boolean generated,
            List<String> masked,
            Map<String, Double> timings) {
        static Answer of(String session, Reply reply) {
            return new Answer(
                    session,
                    reply.answer(),
                    reply.sources(),
                    reply.intent().label(),
                    reply.confidence(),
                    reply.escalated(),
                    reply.reason(),
                    reply.declined(),
                    reply.generated(),
                    reply.masked(),
                    reply.timings());
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
        routes.post("/v1/assist", this::assist, Access.OPEN);
        routes.post("/v1/feedback", this::feedback, Access.OPEN);
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
        try {
            desk.feedback(session, helpful, comment);
        } catch (IllegalArgumentException e) {
            throw ApiException.notFound("no such session");
        }
        ctx.status(204);
    }
}
