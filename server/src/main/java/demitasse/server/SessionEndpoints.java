package demitasse.server;

import demitasse.agent.Handoff;
import demitasse.agent.Preferences;
import demitasse.agent.SessionData;
import demitasse.agent.StoredMessage;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Locale;

/** A session's history, for the one who has its id: to look at, to take away, to erase. */
final class SessionEndpoints {
    /**
     * @param role customer, assistant, person or system
     * @param sources titles of the documents that an answer rests on; null for none
     */
    record Message(long id, String role, String text, String at, List<String> sources) {
        static Message of(StoredMessage message) {
            return new Message(
                    message.id(),
                    message.role(),
                    message.text(),
                    message.at().toString(),
                    message.sources().isEmpty() ? null : message.sources());
        }
    }

    /** What the customer wished for; null for what they did not. */
    record Wishes(String name, String language) {
        static Wishes of(Preferences preferences) {
            return new Wishes(emptyToNull(preferences.name()), emptyToNull(preferences.language()));
        }

        private static String emptyToNull(String text) {
            return text.isEmpty() ? null : text;
        }
    }

    /**
     * @param state bot, waiting or person
     * @param person who has the conversation, when a person does
     */
    record Session(String session, String state, String person, Wishes preferences, List<Message> messages) {}

    record Comment(boolean helpful, String comment, String at) {}

    /** All that is kept about a session. */
    record Export(
            String session,
            String createdAt,
            String updatedAt,
            Wishes preferences,
            List<Message> messages,
            List<HandoffEndpoints.Item> handoffs,
            List<Comment> feedback) {
        static Export of(SessionData data) {
            return new Export(
                    data.sessionId(),
                    data.createdAt().toString(),
                    data.updatedAt().toString(),
                    Wishes.of(data.preferences()),
                    data.messages().stream().map(Message::of).toList(),
                    data.handoffs().stream()
                            .map(handoff -> HandoffEndpoints.Item.of(handoff, null, null))
                            .toList(),
                    data.feedback().stream()
                            .map(said -> new Comment(
                                    said.helpful(), said.comment(), said.at().toString()))
                            .toList());
        }
    }

    record Erased(String session, boolean erased) {}

    private final Desk desk;

    SessionEndpoints(Desk desk) {
        this.desk = desk;
    }

    void register(RoutesConfig routes) {
        routes.get("/v1/sessions/{id}", this::history, Access.OPEN);
        routes.get("/v1/sessions/{id}/export", this::export, Access.OPEN);
        routes.delete("/v1/sessions/{id}", this::erase, Access.OPEN, Weight.HEAVY);
    }

    private void history(Context ctx) {
        long after = after(ctx);
        SessionData data = session(ctx);
        Handoff handoff = data.handoffs().stream()
                .filter(h -> h.state() != Handoff.State.RESOLVED)
                .findFirst()
                .orElse(null);
        Send.json(
                ctx,
                new Session(
                        data.sessionId(),
                        handoff == null ? "bot" : handoff.state().name().toLowerCase(Locale.ROOT),
                        handoff == null || handoff.claimedBy().isEmpty() ? null : handoff.claimedBy(),
                        Wishes.of(data.preferences()),
                        data.messages().stream()
                                .filter(message -> message.id() > after)
                                .map(Message::of)
                                .toList()));
    }

    private void export(Context ctx) {
        SessionData data = session(ctx);
        ctx.header("Content-Disposition", "attachment; filename=\"conversation.json\"");
        Send.json(ctx, Export.of(data));
    }

    private static long after(Context ctx) {
        String after = ctx.queryParam("after");
        try {
            return after == null ? 0 : Long.parseLong(after);
        } catch (NumberFormatException e) {
            throw ApiException.invalid("after", "'after' must be the id of a message");
        }
    }

    private SessionData session(Context ctx) {
        return desk.session(SessionIds.check(ctx.pathParam("id")))
                .orElseThrow(() -> ApiException.notFound("no such session"));
    }

    private void erase(Context ctx) {
        String id = SessionIds.check(ctx.pathParam("id"));
        if (!desk.erase(id)) {
            throw ApiException.notFound("no such session");
        }
        Send.json(ctx, new Erased(id, true));
    }
}
