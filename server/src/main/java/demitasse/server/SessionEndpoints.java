package demitasse.server;

import demitasse.agent.Handoff;
import demitasse.agent.Preferences;
import demitasse.agent.SessionData;
import demitasse.agent.StoredMessage;
import demitasse.rag.Document;
import demitasse.rag.TableText;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Locale;

/** A session's history, for the one who has its id: to look at, to take away, to erase. */
final class SessionEndpoints {
    /**
     * @param role customer, assistant, person or system
     * @param sources titles of the documents that an answer rests on; null for none
     * @param documents their ids; null for none
     * @param helpful what the customer thought of an answer; null: they did not say
     */
    record Message(
            long id,
            String role,
            String text,
            String at,
            List<String> sources,
            List<String> documents,
            Boolean helpful) {
        /** Without an opinion. */
        static Message of(StoredMessage message) {
            return of(message, List.of());
        }

        /** @param opinions of the whole session */
        static Message of(StoredMessage message, List<SessionData.Feedback> opinions) {
            return new Message(
                    message.id(),
                    message.role(),
                    message.text(),
                    message.at().toString(),
                    emptyToNull(message.sources()),
                    emptyToNull(message.documents()),
                    opinions.stream()
                            .filter(opinion -> opinion.messageId() == message.id())
                            .map(SessionData.Feedback::helpful)
                            .findFirst()
                            .orElse(null));
        }

        private static List<String> emptyToNull(List<String> texts) {
            return texts.isEmpty() ? null : texts;
        }
    }

    /** What the customer wished for; null for what they did not. */
    record Wishes(String name, String language, Boolean brief) {
        static Wishes of(Preferences preferences) {
            return new Wishes(
                    emptyToNull(preferences.name()),
                    emptyToNull(preferences.language()),
                    preferences.brief() ? true : null);
        }

        private static String emptyToNull(String text) {
            return text.isEmpty() ? null : text;
        }
    }

    /**
     * @param state bot, waiting or person
     * @param person who has the conversation, when a person does
     * @param ahead how many conversations wait before this one, when it waits
     */
    record Session(
            String session, String state, String person, Integer ahead, Wishes preferences, List<Message> messages) {}

    /** @param message the answer that it is about; null if that is not known */
    record Comment(boolean helpful, Long message, String reason, String comment, String at) {
        static Comment of(SessionData.Feedback said) {
            return new Comment(
                    said.helpful(),
                    said.messageId() == 0 ? null : said.messageId(),
                    said.reason().isEmpty() ? null : said.reason(),
                    said.comment(),
                    said.at().toString());
        }
    }

    /** A document that one of the session's answers rests on. */
    record Source(String id, String title, String source, String text) {}

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
                    data.feedback().stream().map(Comment::of).toList());
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
        routes.get("/v1/sessions/{id}/source", this::source, Access.OPEN);
        routes.delete("/v1/sessions/{id}/messages/{message}", this::takeBack, Access.OPEN, Weight.HEAVY);
        routes.delete("/v1/sessions/{id}", this::erase, Access.OPEN, Weight.HEAVY);
    }

    private void history(Context ctx) {
        long after = after(ctx);
        SessionData data = session(ctx);
        Handoff handoff =
                data.handoffs().stream().filter(Handoff::isOpen).findFirst().orElse(null);
        Send.json(
                ctx,
                new Session(
                        data.sessionId(),
                        handoff == null ? "bot" : handoff.state().name().toLowerCase(Locale.ROOT),
                        handoff == null || handoff.claimedBy().isEmpty() ? null : handoff.claimedBy(),
                        ahead(handoff),
                        Wishes.of(data.preferences()),
                        data.messages().stream()
                                .filter(message -> message.id() > after)
                                .map(message -> Message.of(message, data.feedback()))
                                .toList()));
    }

    private Integer ahead(Handoff handoff) {
        if (handoff == null || handoff.state() != Handoff.State.WAITING) {
            return null;
        }
        return (int) desk.openHandoffs().stream()
                .takeWhile(other -> !other.id().equals(handoff.id()))
                .filter(other -> other.state() == Handoff.State.WAITING)
                .count();
    }

    /** By a query's parameter, because ids of documents may have slashes. */
    private void source(Context ctx) {
        String document = ctx.queryParam("document");
        if (document == null || document.isBlank()) {
            throw ApiException.missing("document");
        }
        Document found = desk.source(SessionIds.check(ctx.pathParam("id")), document)
                .orElseThrow(() -> ApiException.notFound("no answer of this session rests on such a document"));
        Send.json(ctx, new Source(found.id(), found.title(), found.source(), TableText.told(found.content())));
    }

    /** Takes a message back, with all that came after it. */
    private void takeBack(Context ctx) {
        String id = SessionIds.check(ctx.pathParam("id"));
        try {
            if (!desk.takeBack(id, number(ctx.pathParam("message"), "message"))) {
                throw ApiException.notFound("no such message of the customer");
            }
        } catch (IllegalStateException e) {
            throw ApiException.conflict("a person may have read this message");
        }
        ctx.status(204);
    }

    private void export(Context ctx) {
        SessionData data = session(ctx);
        ctx.header("Content-Disposition", "attachment; filename=\"conversation.json\"");
        Send.json(ctx, Export.of(data));
    }

    private static long after(Context ctx) {
        String after = ctx.queryParam("after");
        return after == null ? 0 : number(after, "after");
    }

    private static long number(String text, String param) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw ApiException.invalid(param, "'" + param + "' must be the id of a message");
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
