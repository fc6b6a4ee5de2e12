package demitasse.server;

import demitasse.agent.CannedReplies;
import demitasse.agent.CannedReplies.Canned;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;

/** Replies at hand for people who answer: they all share them and may all change them. */
final class CannedEndpoints {
    record Listing(String object, List<Canned> data) {}

    private static final int MAX_TITLE_CHARS = 80;

    private final CannedReplies replies;
    private final Limits limits;

    CannedEndpoints(CannedReplies replies, Limits limits) {
        this.replies = replies;
        this.limits = limits;
    }

    void register(RoutesConfig routes) {
        routes.get("/v1/canned", this::list, Access.AGENT);
        routes.post("/v1/canned", this::add, Access.AGENT);
        routes.put("/v1/canned/{id}", this::edit, Access.AGENT);
        routes.delete("/v1/canned/{id}", this::remove, Access.AGENT);
    }

    private void list(Context ctx) {
        Send.json(ctx, new Listing("list", replies.list()));
    }

    private void add(Context ctx) throws IOException {
        Canned reply = read(ctx, 0);
        ctx.status(201);
        Send.json(ctx, replies.add(reply.title(), reply.text()));
    }

    private void edit(Context ctx) throws IOException {
        Canned reply = read(ctx, id(ctx));
        if (!replies.edit(reply)) {
            throw missing();
        }
        Send.json(ctx, reply);
    }

    private void remove(Context ctx) {
        if (!replies.remove(id(ctx))) {
            throw missing();
        }
        ctx.status(204);
    }

    private Canned read(Context ctx, long id) throws IOException {
        Fields fields = Fields.of(ctx, limits.bodyBytes());
        String title = fields.text("title").strip();
        String text = fields.text("text").strip();
        if (title.length() > MAX_TITLE_CHARS) {
            throw ApiException.invalid("title", "a title has at most " + MAX_TITLE_CHARS + " characters");
        }
        if (text.length() > limits.messageChars()) {
            throw ApiException.tooLarge("a reply has at most " + limits.messageChars() + " characters");
        }
        return new Canned(id, title, text);
    }

    private static long id(Context ctx) {
        try {
            return Long.parseLong(ctx.pathParam("id"));
        } catch (NumberFormatException e) {
            throw missing();
        }
    }

    private static ApiException missing() {
        return ApiException.notFound("no such canned reply");
    }
}
