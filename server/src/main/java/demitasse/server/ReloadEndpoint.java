package demitasse.server;

import demitasse.rag.KnowledgeSource;
import demitasse.rag.KnowledgeSource.Change;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;

/** Reads the files of the knowledge base again while the server goes on. */
final class ReloadEndpoint {
    private final KnowledgeSource source;
    private final Metrics metrics;

    /** @param source null: there are no files to read */
    ReloadEndpoint(KnowledgeSource source, Metrics metrics) {
        this.source = source;
        this.metrics = metrics;
    }

    void register(RoutesConfig routes) {
        routes.post("/v1/kb/reload", this::reload, Access.ADMIN);
    }

    private void reload(Context ctx) {
        if (source == null) {
            throw ApiException.conflict("the server was not started with files of a knowledge base (--kb)");
        }
        try {
            Change change = source.reload();
            metrics.reload(true);
            Send.json(ctx, change);
        } catch (IOException e) {
            metrics.reload(false);
            String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new ApiException(
                    422,
                    "invalid_request_error",
                    null,
                    "bad_documents",
                    "the knowledge base stays as it is: " + message);
        }
    }
}
