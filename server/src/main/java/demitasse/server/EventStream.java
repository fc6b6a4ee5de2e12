package demitasse.server;

import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A response of server-sent events, or of lines. Each goes out at once; the status line goes with the first. */
final class EventStream {
    private static final long QUIET_NANOS = 900_000_000;

    private final Context ctx;
    private final String type;
    private long lastNanos = System.nanoTime();
    private ServletOutputStream out;
    private Writing writing;

    EventStream(Context ctx) {
        this(ctx, "text/event-stream; charset=utf-8");
    }

    private EventStream(Context ctx, String type) {
        this.ctx = ctx;
        this.type = type;
    }

    /** JSON documents, one a line. */
    static EventStream lines(Context ctx) {
        return new EventStream(ctx, "application/x-ndjson");
    }

    static boolean wanted(Context ctx) {
        String accept = ctx.header("Accept");
        return accept != null && accept.contains("text/event-stream");
    }

    boolean begun() {
        return out != null;
    }

    /** @throws ClientGoneException if nobody reads any more; so do the others */
    void data(String json) {
        write("data: " + json + "\n\n");
    }

    void line(String json) {
        write(json + "\n");
    }

    void event(String name, String json) {
        write("event: " + name + "\ndata: " + json + "\n\n");
    }

    /** Nothing that a client sees, but it shows whether there still is one; not when we have just written. */
    void heartbeat() {
        if (System.nanoTime() - lastNanos >= QUIET_NANOS) {
            write(": waiting\n\n");
        }
    }

    /** Ends a stream that failed after it had begun, when the status can no longer say so. */
    void fail(Throwable cause) {
        event("error", Json.text(Faults.toError(cause)));
    }

    private void write(String text) {
        try {
            if (out == null) {
                ctx.contentType(type);
                ctx.header("Cache-Control", "no-store");
                ctx.header("X-Accel-Buffering", "no");
                writing = Writing.to(ctx);
                out = ctx.res().getOutputStream();
            }
            writing.begin(System.nanoTime());
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
            lastNanos = System.nanoTime();
            writing.end(lastNanos);
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }
}
