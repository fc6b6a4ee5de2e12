package demitasse.server;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

/** For those who run the server. */
final class OperationsEndpoints {
    static final String HEALTH = "/health";
    static final String METRICS = "/metrics";

    /**
     * @param chatModel null without one
     * @param embeddingModel null without one
     */
    record Health(String status, boolean assistant, String chatModel, String embeddingModel) {}

    record Live(String status) {}

    private final Health healthy;
    private final Metrics metrics;
    private final Readiness readiness;

    OperationsEndpoints(Health healthy, Metrics metrics, Readiness readiness) {
        this.healthy = healthy;
        this.metrics = metrics;
        this.readiness = readiness;
    }

    void register(RoutesConfig routes) {
        routes.get(HEALTH, this::health, Access.OPEN);
        routes.get("/v1" + HEALTH, this::health, Access.OPEN);
        routes.get(HEALTH + "/live", ctx -> Send.json(ctx, new Live("live")), Access.OPEN);
        routes.get(HEALTH + "/ready", this::ready, Access.OPEN);
        routes.get(METRICS, this::metrics, Access.ADMIN);
    }

    /** Requests of machines that look after us: they come all the time, and also while the server stops. */
    static boolean isProbe(String path) {
        return path.equals(METRICS) || isHealth(path);
    }

    static boolean isHealth(String path) {
        return path.equals(HEALTH) || path.startsWith(HEALTH + "/") || path.equals("/v1" + HEALTH);
    }

    private void health(Context ctx) {
        boolean stop = readiness.isStopping();
        ctx.status(stop ? 503 : 200);
        Send.json(
                ctx,
                stop
                        ? new Health("stopping", healthy.assistant(), healthy.chatModel(), healthy.embeddingModel())
                        : healthy);
    }

    private void ready(Context ctx) {
        Readiness.State state = readiness.state();
        ctx.status(state.isReady() ? 200 : 503);
        Send.json(ctx, state);
    }

    private void metrics(Context ctx) {
        ctx.contentType("text/plain; version=0.0.4; charset=utf-8");
        ctx.result(metrics.scrape());
    }
}
