package demitasse.server;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections that cost too much: too many, or too slow. Jetty itself counts only the silence between two bytes,
 * so that who sends one now and then could hold a connection for ever.
 */
final class Connections extends AbstractLifeCycle implements Connection.Listener {
    private static final System.Logger LOG = System.getLogger(Connections.class.getName());
    private static final long LOOK_SECONDS = 1;
    private static final double NANOS = 1e9;

    /** What we know of a connection: since when it has had the number of requests that it has had. */
    private static final class Watched {
        private final HttpConnection connection;
        private final String address;
        private long requests = -1;
        private long since;
        /** The streamed answer that it has had last; null before. */
        private volatile Writing writing;

        Watched(HttpConnection connection, String address, long now) {
            this.connection = connection;
            this.address = address;
            this.since = now;
        }
    }

    private final Server server;
    private final ConnectionLimits limits;
    /** Of this machine, and of proxies: many clients may be behind them. */
    private final Predicate<String> trusted;

    private final LongSupplier nanoTime;
    private final Map<Connection, Watched> open = new ConcurrentHashMap<>();
    private final Map<String, Integer> byAddress = new ConcurrentHashMap<>();
    private volatile Scheduler.Task next;

    Connections(Server server, ConnectionLimits limits, Predicate<String> trusted, LongSupplier nanoTime) {
        this.server = server;
        this.limits = limits;
        this.trusted = trusted;
        this.nanoTime = nanoTime;
    }

    @Override
    protected void doStart() {
        for (Connector connector : server.getConnectors()) {
            connector.addBean(this, false);
            if (connector instanceof AbstractConnector own) {
                own.setIdleTimeout(limits.idle().toMillis()); // else it is Jetty's 30 s, whatever the limit
            }
        }
        schedule();
    }

    @Override
    protected void doStop() {
        Scheduler.Task task = next;
        if (task != null) {
            task.cancel();
        }
    }

    private void schedule() {
        next = server.getScheduler()
                .schedule(
                        () -> {
                            look(nanoTime.getAsLong());
                            if (isRunning()) {
                                schedule();
                            }
                        },
                        LOOK_SECONDS,
                        TimeUnit.SECONDS);
    }

    int size() {
        return open.size();
    }

    /** How many are between two requests. */
    int idle() {
        return (int) open.values().stream().filter(Connections::isIdle).count();
    }

    /** How many are sending a request's headers. */
    int inHeaders() {
        return (int) open.values().stream()
                .map(watched -> watched.connection.getParser())
                .filter(parser -> !parser.isStart() && parser.inHeaderState())
                .count();
    }

    /** How many wait for their client to take what they write. */
    int waiting() {
        return (int) open.values().stream()
                .map(watched -> watched.writing)
                .filter(writing -> writing != null && writing.isWaiting())
                .count();
    }

    /** Bytes of the bodies that are being sent. */
    long bodyBytes() {
        return open.values().stream()
                .map(watched -> watched.connection.getParser())
                .filter(HttpParser::inContentState)
                .mapToLong(HttpParser::getContentRead)
                .sum();
    }

    /** From now on what is written to a connection is this. */
    void watch(Connection connection, Writing writing) {
        Watched watched = open.get(connection);
        if (watched != null) {
            watched.writing = writing;
        }
    }

    @Override
    public void onOpened(Connection connection) {
        if (!(connection instanceof HttpConnection http)) {
            return;
        }
        long now = nanoTime.getAsLong();
        String address = address(http.getEndPoint().getRemoteSocketAddress());
        if (!mayOpen(address)) {
            refuse(http, "429 Too Many Requests");
        } else if (open.size() >= limits.most() && !closeLongestIdle(now)) {
            refuse(http, "503 Service Unavailable");
        } else {
            count(address, 1);
            open.put(connection, new Watched(http, address, now));
        }
    }

    boolean mayOpen(String address) {
        return trusted.test(address) || byAddress.getOrDefault(address, 0) < limits.perAddress();
    }

    void count(String address, int more) {
        byAddress.merge(address, more, (before, change) -> before + change == 0 ? null : before + change);
    }

    private static String address(SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : "";
    }

    private boolean closeLongestIdle(long now) {
        Optional<Watched> idle = open.values().stream()
                .filter(Connections::isIdle)
                .max(Comparator.comparingLong(watched -> now - watched.since));
        idle.ifPresent(watched -> watched.connection.getEndPoint().close());
        return idle.isPresent();
    }

    @Override
    public void onClosed(Connection connection) {
        Watched watched = open.remove(connection);
        if (watched != null) {
            count(watched.address, -1);
        }
    }

    /** Closes what is overdue at this time. */
    void look(long now) {
        try {
            open.values().forEach(watched -> look(watched, now));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "looking for slow connections failed: {0}", e.getClass());
        }
    }

    private void look(Watched watched, long now) {
        HttpConnection connection = watched.connection;
        if (connection.getMessagesIn() != watched.requests) {
            watched.requests = connection.getMessagesIn();
            watched.since = now;
        }
        if (isIdle(watched)) {
            if (isOver(limits.idle(), now - watched.since)) {
                connection.getEndPoint().close();
            }
            return;
        }
        long age = now - connection.getParser().getBeginNanoTime();
        boolean reading = connection.getParser().inHeaderState();
        Writing writing = watched.writing;
        if (writing != null && writing.isOver(limits.write(), now)) {
            LOG.log(System.Logger.Level.DEBUG, "a client that did not take its answer was left");
            connection.getEndPoint().close();
            return;
        }
        boolean slowHeaders = reading && isOver(limits.headers(), age);
        if (slowHeaders) {
            refuse(connection, "408 Request Timeout");
        } else if (!reading && (isOver(limits.request(), age) || isSlowBody(connection, age))) {
            LOG.log(System.Logger.Level.DEBUG, "a request of {0} s was ended", age / NANOS);
            connection.getEndPoint().close();
        }
    }

    /** Between two requests: no byte of the next has come. */
    private static boolean isIdle(Watched watched) {
        return watched.connection.getParser().isStart();
    }

    private boolean isSlowBody(HttpConnection connection, long age) {
        return connection.getParser().inContentState()
                && isOver(limits.bodyGrace(), age)
                && connection.getParser().getContentRead() < limits.bodyBytesPerSecond() * (age / NANOS);
    }

    private static boolean isOver(Duration limit, long nanos) {
        return nanos > limit.toNanos();
    }

    /** Says why, if the client still listens, and closes. */
    private static void refuse(HttpConnection connection, String status) {
        String answer = "HTTP/1.1 " + status + "\r\nRetry-After: 10\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        var end = connection.getEndPoint();
        try {
            end.write(Callback.from(end::close), ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
        } catch (RuntimeException e) {
            end.close(); // an answer is being written after all
        }
    }
}
