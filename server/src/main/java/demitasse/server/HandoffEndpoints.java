package demitasse.server;

import demitasse.agent.Handoff;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** What people who take over work with. */
final class HandoffEndpoints {
    /**
     * @param unansweredSince since when the customer waits for a person's words; only in the list, null if they do not
     * @param preferences what the customer wished for; only when one hand-off is asked for
     * @param messages the conversation, masked; only when one hand-off is asked for
     */
    record Item(
            String id,
            String session,
            String state,
            String reason,
            int urgency,
            String summary,
            String claimedBy,
            String createdAt,
            String updatedAt,
            String unansweredSince,
            SessionEndpoints.Wishes preferences,
            List<SessionEndpoints.Message> messages) {
        static Item of(Handoff handoff, SessionEndpoints.Wishes preferences, List<SessionEndpoints.Message> messages) {
            return of(handoff, null, preferences, messages);
        }

        static Item of(
                Handoff handoff,
                Instant unansweredSince,
                SessionEndpoints.Wishes preferences,
                List<SessionEndpoints.Message> messages) {
            return new Item(
                    handoff.id(),
                    handoff.sessionId(),
                    handoff.state().name().toLowerCase(Locale.ROOT),
                    handoff.reason(),
                    handoff.urgency(),
                    handoff.summary(),
                    handoff.claimedBy(),
                    handoff.createdAt().toString(),
                    handoff.updatedAt().toString(),
                    unansweredSince == null ? null : unansweredSince.toString(),
                    preferences,
                    messages);
        }
    }

    /** @param person who asks, by the name of their key; null: they may call themselves as they like */
    record Listing(String object, List<Item> data, String person) {}

    private static final int MAX_NAME_CHARS = 60;

    private final Desk desk;
    private final Limits limits;

    HandoffEndpoints(Desk desk, Limits limits) {
        this.desk = desk;
        this.limits = limits;
    }

    void register(RoutesConfig routes) {
        routes.get("/v1/handoffs", this::list, Access.AGENT);
        routes.get("/v1/handoffs/{id}", this::one, Access.AGENT);
        routes.post("/v1/handoffs/{id}/claim", this::claim, Access.AGENT);
        routes.post("/v1/handoffs/{id}/reply", this::reply, Access.AGENT);
        routes.post("/v1/handoffs/{id}/resolve", this::resolve, Access.AGENT);
        routes.post("/v1/handoffs/{id}/return", this::giveBack, Access.AGENT);
        routes.post("/v1/handoffs/{id}/release", this::release, Access.AGENT);
    }

    private void list(Context ctx) {
        Map<String, Instant> unanswered = desk.unanswered();
        List<Item> items = desk.openHandoffs().stream()
                .map(open -> Item.of(open, unanswered.get(open.id()), null, null))
                .toList();
        Send.json(ctx, new Listing("list", items, Guard.caller(ctx)));
    }

    private void one(Context ctx) {
        send(ctx, find(ctx));
    }

    private void claim(Context ctx) throws IOException {
        Handoff handoff = find(ctx);
        String person = person(ctx, Fields.of(ctx, limits.bodyBytes()));
        send(ctx, inState(() -> desk.claim(handoff.id(), person)));
    }

    private void reply(Context ctx) throws IOException {
        Handoff handoff = find(ctx);
        Fields fields = Fields.of(ctx, limits.bodyBytes());
        String text = fields.text("text");
        if (text.length() > limits.messageChars()) {
            throw ApiException.tooLarge("a message has at most " + limits.messageChars() + " characters");
        }
        String person = person(ctx, fields);
        send(ctx, inState(() -> desk.answer(handoff.id(), person, text)));
    }

    private void resolve(Context ctx) {
        Handoff handoff = find(ctx);
        send(ctx, inState(() -> desk.resolve(handoff.id())));
    }

    private void giveBack(Context ctx) {
        Handoff handoff = find(ctx);
        send(ctx, inState(() -> desk.giveBack(handoff.id())));
    }

    private void release(Context ctx) {
        Handoff handoff = find(ctx);
        send(ctx, inState(() -> desk.release(handoff.id())));
    }

    private Handoff find(Context ctx) {
        return desk.handoff(ctx.pathParam("id")).orElseThrow(() -> ApiException.notFound("no such hand-off"));
    }

    /** Who has a key of their own is who that says; what the request calls them does not count. */
    private static String person(Context ctx, Fields fields) {
        String caller = Guard.caller(ctx);
        if (caller != null) {
            return caller;
        }
        String person = fields.text("person").strip();
        if (person.length() > MAX_NAME_CHARS) {
            throw ApiException.invalid("person", "a name has at most " + MAX_NAME_CHARS + " characters");
        }
        return person;
    }

    /** Two people may click at once: who comes second is told, not blamed. */
    private static Handoff inState(Supplier<Handoff> change) {
        try {
            return change.get();
        } catch (IllegalStateException e) {
            throw ApiException.conflict("another person has this conversation, or it is resolved");
        }
    }

    private void send(Context ctx, Handoff handoff) {
        List<SessionEndpoints.Message> messages = desk.history(handoff.sessionId()).stream()
                .map(SessionEndpoints.Message::of)
                .toList();
        SessionEndpoints.Wishes wishes = SessionEndpoints.Wishes.of(desk.preferences(handoff.sessionId()));
        Send.json(ctx, Item.of(handoff, wishes, messages));
    }
}
