package demitasse.server;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.function.BooleanSupplier;

/** For those who run the server. */
final class OperationsEndpoints {
    static final String HEALTH = "/health";

    /**
     * @param chatModel null without one
     * @param embeddingModel null without one
     */
    record Health(String status, boolean assistant, String chatModel, String embeddingModel) {}

    private final Health healthy;
    private final Metrics metrics;
    private final BooleanSupplier stopping;

    OperationsEndpoints(Health healthy, Metrics metrics, BooleanSupplier stopping) {
        this.healthy = healthy;
        this.metrics = metrics;
        this.stopping = stopping;
    }

    void register(RoutesConfig routes) {
        routes.get(HEALTH, this::health, Access.OPEN);
        routes.get("/v1/health", this::health, Access.OPEN);
        routes.get("/metrics", this::metrics, Access.ADMIN);
    }

    private void health(Context ctx) {
        boolean stop = stopping.getAsBoolean();
        ctx.status(stop ? 503 : 200);
        Send.json(
                ctx,
                stop
                        ? new Health("stopping", healthy.assistant(), healthy.chatModel(), healthy.embeddingModel())
                        : healthy);
    }

    private void metrics(Context ctx) {
        ctx.contentType("text/plain; version=0.0.4; charset=utf-8");
        ctx.result(metrics.scrape());
    }
}
