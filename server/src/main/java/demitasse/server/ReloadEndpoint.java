package demitasse.server;

import demitasse.rag.KnowledgeBase;
import demitasse.rag.KnowledgeSource;
import demitasse.rag.KnowledgeSource.Change;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.file.Path;

/** Reads the files of the knowledge base again while the server goes on. */
final class ReloadEndpoint {
    private final KnowledgeBase base;
    private final Metrics metrics;

    /** @param base null: there is none to fill */
    ReloadEndpoint(KnowledgeBase base, Metrics metrics) {
        this.base = base;
        this.metrics = metrics;
    }

    void register(RoutesConfig routes) {
        routes.post("/v1/kb/reload", this::reload, Access.ADMIN);
    }

    private void reload(Context ctx) {
        Path files = base == null ? null : base.origin().orElse(null);
        if (files == null) {
            throw ApiException.conflict("the documents do not come from files (--kb): there is nothing to read");
        }
        try {
            Change change = new KnowledgeSource(base, files).reload();
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
