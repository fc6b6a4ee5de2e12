package demitasse.server;

import demitasse.agent.Handoff;
import demitasse.agent.StoredMessage;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Locale;

/** A session's history, for the one who has its id: to look at, to take away, to erase. */
final class SessionEndpoints {
    /** @param role customer, assistant, person or system */
    record Message(long id, String role, String text, String at) {
        static Message of(StoredMessage message) {
            return new Message(
                    message.id(), message.role(), message.text(), message.at().toString());
        }
    }

    /**
     * @param state bot, waiting or person
     * @param person who has the conversation, when a person does
     */
    record Session(String session, String state, String person, List<Message> messages) {}

    record Erased(String session, boolean erased) {}

    private final Desk desk;

    SessionEndpoints(Desk desk) {
        this.desk = desk;
    }

    void register(RoutesConfig routes) {
        routes.get("/v1/sessions/{id}", this::history, Access.OPEN);
        routes.get("/v1/sessions/{id}/export", this::export, Access.OPEN);
        routes.delete("/v1/sessions/{id}", this::erase, Access.OPEN);
    }

    private void history(Context ctx) {
        Send.json(ctx, session(ctx, after(ctx)));
    }

    private void export(Context ctx) {
        ctx.header("Content-Disposition", "attachment; filename=\"conversation.json\"");
        Send.json(ctx, session(ctx, 0));
    }

    private static long after(Context ctx) {
        String after = ctx.queryParam("after");
        try {
            return after == null ? 0 : Long.parseLong(after);
        } catch (NumberFormatException e) {
            throw ApiException.invalid("after", "'after' must be the id of a message");
        }
    }

    private Session session(Context ctx, long after) {
        String id = SessionIds.check(ctx.pathParam("id"));
        List<StoredMessage> messages = desk.history(id);
        if (messages.isEmpty()) {
            throw ApiException.notFound("no such session");
        }
        Handoff handoff = desk.openHandoff(id).orElse(null);
        return new Session(
                id,
                handoff == null ? "bot" : handoff.state().name().toLowerCase(Locale.ROOT),
                handoff == null || handoff.claimedBy().isEmpty() ? null : handoff.claimedBy(),
                messages.stream()
                        .filter(message -> message.id() > after)
                        .map(Message::of)
                        .toList());
    }

    private void erase(Context ctx) {
        String id = SessionIds.check(ctx.pathParam("id"));
        if (!desk.erase(id)) {
            throw ApiException.notFound("no such session");
        }
        Send.json(ctx, new Erased(id, true));
    }
}
