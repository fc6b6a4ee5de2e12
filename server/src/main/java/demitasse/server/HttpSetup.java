package demitasse.server;

import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.server.handler.GracefulHandler;

/** How Javalin and Jetty under it are set up, and what they tell of requests and connections. */
final class HttpSetup {
    private static final String UNMATCHED = "unmatched";
    private static final long DRAIN_LOOK_NANOS = 5_000_000;

    private final ConnectionLimits limits;
    private final Callers callers;
    private final Metrics metrics;
    private final Map<String, Access> routes = new TreeMap<>();
    private final GracefulHandler requests = new GracefulHandler();
    private Connections connections;

    HttpSetup(ConnectionLimits limits, Callers callers, Metrics metrics) {
        this.limits = limits;
        this.callers = callers;
        this.metrics = metrics;
    }

    void apply(JavalinConfig config) {
        config.events.handlerAdded(handler -> {
            if (handler.getHttpMethod().isHttpMethod()) {
                routes.put(handler.getHttpMethod().name() + " " + handler.getPath(), Access.of(handler.getRoles()));
            }
        });
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.concurrency.useVirtualThreads = true;
        config.http.prefer405over404 = true;
        // Gzip would hold back the pieces of a stream.
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setIdleTimeout(limits.idle().toMillis());
            http.setHttpCompliance(HttpCompliance.STRICT);
        });
        config.jetty.modifyServer(server -> {
            server.insertHandler(requests);
            server.insertHandler(new RequestId.Scope());
            server.insertHandler(new NoTunnels());
            connections = new Connections(server, limits, callers::isManyClients, System::nanoTime);
            server.addBean(connections);
            // We drain ourselves: Jetty's way cuts off streams that are silent for a second.
            server.setStopTimeout(0);
            server.setErrorHandler(Faults::answer);
        });
        config.router.javaLangErrorHandler(Faults::answer);
        config.requestLogger.http(this::record);
    }

    private void record(Context ctx, float milliseconds) {
        var endpoint = ctx.endpoints().matchedHttpEndpoint();
        String route = endpoint == null ? UNMATCHED : endpoint.path;
        metrics.request(ctx, route, milliseconds);
        AccessLine.of(ctx.method().name(), route, ctx.statusCode(), milliseconds)
                .write();
    }

    /** Those that are open now; null before the start. */
    Connections connections() {
        return connections;
    }

    /** Who may use which methods and paths, as {@code GET /health}. */
    Map<String, Access> routes() {
        return routes;
    }

    /** Waits until no request is left, or patience ends. */
    boolean drained(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (requests.getCurrentRequestCount() > 0 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(DRAIN_LOOK_NANOS);
        }
        return requests.getCurrentRequestCount() == 0;
    }
}
