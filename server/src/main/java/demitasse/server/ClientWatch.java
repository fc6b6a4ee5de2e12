package demitasse.server;

import io.javalin.http.Context;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;

/**
 * Notices that a client closes its connection while we have nothing to say to it: HTTP/1.1 itself reads nothing between
 * a request and its answer. Like llama-server, it takes a client that closes its half for one that has left.
 *
 * <p>To be opened when the request's body has been read, and closed before the answer is whole.
 */
final class ClientWatch implements Callback, AutoCloseable {
    private final AbstractEndPoint connection;
    private final Context ctx;
    private final ByteBuffer byteOfNext = ByteBuffer.allocate(1);
    private boolean closed;
    private volatile boolean gone;

    private ClientWatch(Context ctx, EndPoint connection) {
        this.ctx = ctx;
        this.connection = connection instanceof AbstractEndPoint end ? end : null;
    }

    static ClientWatch on(Context ctx) {
        var request = ServletContextRequest.getServletContextRequest(ctx.req());
        ClientWatch watch = new ClientWatch(
                ctx, request.getConnectionMetaData().getConnection().getEndPoint());
        watch.listen();
        return watch;
    }

    private synchronized void listen() {
        if (connection != null && !closed) {
            connection.tryFillInterested(this);
        }
    }

    boolean gone() {
        return gone;
    }

    /** @throws ClientGoneException if so */
    void check() {
        if (gone) {
            throw new ClientGoneException(null);
        }
    }

    /** There is something to read: the end, or a request sent ahead. */
    @Override
    public synchronized void succeeded() {
        if (closed) {
            return;
        }
        try {
            byteOfNext.clear().limit(0);
            int read = connection.fill(byteOfNext);
            if (read < 0) {
                gone = true;
            } else if (read == 0) {
                listen();
            } else {
                // We have taken a byte of a request sent ahead; on another connection the client sends it again. Behind
                // a stream, which has no header to say so any more, that request is refused as malformed.
                ctx.header("Connection", "close");
            }
        } catch (IOException e) {
            gone = true;
        }
    }

    @Override
    public void failed(Throwable cause) {
        // Either we have stopped listening, or the connection has timed out, which the answer will find, or we closed
        // it.
        if (!connection.isOpen()) {
            gone = true;
        }
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (connection != null) {
            connection.getFillInterest().onFail(new IOException("no longer watched"));
        }
    }
}
