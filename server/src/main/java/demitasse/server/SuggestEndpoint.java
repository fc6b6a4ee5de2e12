package demitasse.server;

import demitasse.agent.Handoff;
import demitasse.agent.Suggestion;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;

/** Passages of the knowledge base for people who answer: for the customer's last question, or for words of their own. */
final class SuggestEndpoint {
    /** @param query what was searched for; empty if the customer has not asked anything yet */
    record Suggestions(String query, List<Suggestion> data) {}

    private static final int MOST = 4;

    private final Desk desk;
    private final Limits limits;

    SuggestEndpoint(Desk desk, Limits limits) {
        this.desk = desk;
        this.limits = limits;
    }

    void register(RoutesConfig routes) {
        routes.post("/v1/suggestions", this::suggest, Access.AGENT);
    }

    private void suggest(Context ctx) throws IOException {
        Fields fields = Fields.of(ctx, limits.bodyBytes());
        String query = fields.has("query") ? fields.text("query") : lastQuestion(fields.text("handoff"));
        if (query.length() > limits.messageChars()) {
            throw ApiException.tooLarge("a query has at most " + limits.messageChars() + " characters");
        }
        Send.json(ctx, new Suggestions(query, desk.suggest(query, MOST)));
    }

    private String lastQuestion(String handoffId) {
        Handoff handoff = desk.handoff(handoffId).orElseThrow(() -> ApiException.notFound("no such hand-off"));
        String question = desk.lastQuestion(handoff.sessionId());
        return question.length() <= limits.messageChars() ? question : question.substring(0, limits.messageChars());
    }
}
