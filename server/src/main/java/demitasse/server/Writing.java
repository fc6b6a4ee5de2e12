package demitasse.server;

import io.javalin.http.Context;
import java.time.Duration;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;

/** How long one answer has waited for its client to take it. Written by its thread, read by {@link Connections}. */
final class Writing {
    private long waitedNanos;
    private long sinceNanos;
    private boolean now;

    /** What is written to this client from now on. */
    static Writing to(Context ctx) {
        var meta = ServletContextRequest.getServletContextRequest(ctx.req()).getConnectionMetaData();
        Writing writing = new Writing();
        Connections connections = meta.getConnector().getServer().getBean(Connections.class);
        connections.watch(meta.getConnection(), writing);
        return writing;
    }

    synchronized void begin(long nanos) {
        now = true;
        sinceNanos = nanos;
    }

    synchronized void end(long nanos) {
        now = false;
        waitedNanos += nanos - sinceNanos;
    }

    synchronized boolean isOver(Duration limit, long nanos) {
        return now && waitedNanos + (nanos - sinceNanos) > limit.toNanos();
    }

    synchronized boolean isWaiting() {
        return now;
    }
}
