package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that send a byte now and then, or too many connections. The clock is ours, so that nobody has to wait. */
class SlowClientsTest {
    private static final int MOST = 6;
    /** So long that a slow machine does not reach half of them by itself. */
    private static final ConnectionLimits LIMITS = new ConnectionLimits(
            MOST,
            2,
            Duration.ofSeconds(100),
            Duration.ofSeconds(600),
            Duration.ofSeconds(100),
            500,
            Duration.ofSeconds(3_000),
            Duration.ofSeconds(200));

    private static final String START = "POST /v1/assist HTTP/1.1\r\nHost: localhost\r\n";

    private final List<Socket> sockets = new ArrayList<>();
    private final AtomicLong ahead = new AtomicLong();
    private Harness harness;
    private Connections connections;

    @BeforeEach
    void start() throws IOException {
        harness =
                new Harness(config -> config.withProtection(config.protection().withConnections(LIMITS)));
        connections = harness.server.connections();
    }

    @AfterEach
    void stop() throws IOException {
        harness.desk.words = null;
        for (Socket socket : sockets) {
            socket.close();
        }
        harness.close();
    }

    private Socket open(String bytes) throws IOException {
        int before = connections.size();
        Socket socket = new Socket("127.0.0.1", harness.server.port());
        sockets.add(socket);
        socket.setSoTimeout(15_000);
        send(socket, bytes);
        await(() -> connections.size() > before || connections.size() == MOST);
        return socket;
    }

    private static void send(Socket socket, String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void await(BooleanSupplier done) {
        assertTimeoutPreemptively(Duration.ofSeconds(15), () -> {
            while (!done.getAsBoolean()) {
                Thread.onSpinWait();
            }
        });
    }

    private void later(long seconds) {
        connections.look(System.nanoTime());
        connections.look(System.nanoTime() + Duration.ofSeconds(seconds).toNanos());
    }

    private static String rest(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (SocketException e) {
            return ""; // closed with bytes of ours unread
        }
    }

    @Test
    void headersThatNeverEnd() throws IOException {
        Socket slow = open(START + "X-A: b\r\n");
        await(() -> connections.inHeaders() == 1);
        later(50);
        send(slow, "X-B: c\r\n");
        assertEquals(1, connections.size());
        later(110);
        assertTrue(rest(slow).startsWith("HTTP/1.1 408"));
        await(() -> connections.size() == 0);
    }

    @Test
    void lineFeedsBetweenRequests() throws IOException {
        Socket slow = open("\r\n\r\n");
        later(300);
        send(slow, "\r\n");
        assertEquals(1, connections.size());
        later(610);
        assertEquals("", rest(slow));
    }

    @Test
    void aBodyThatTrickles() throws IOException {
        Socket slow = open(START + "Content-Length: 200000\r\n\r\n{\"message\":\"");
        await(() -> connections.bodyBytes() > 0);
        later(50);
        assertEquals(1, connections.size());
        send(slow, "a");
        later(110);
        assertTrue(RawHttp.status(rest(slow)) < 300);
        await(() -> connections.size() == 0);
    }

    @Test
    void aBodyThatIsLargeButComes() throws IOException {
        Socket busy = open(START + "Content-Length: 200000\r\n\r\n" + "a".repeat(100_000));
        await(() -> connections.bodyBytes() == 100_000);
        later(110);
        send(busy, "a".repeat(100_000));
        assertEquals('H', busy.getInputStream().read());
    }

    @Test
    void anAnswerThatNeverEnds() throws IOException {
        harness.desk.words = new Semaphore(1);
        String body = "{\"message\":\"refund\",\"stream\":true}";
        Socket slow = open(START + "Content-Length: " + body.length() + "\r\n\r\n" + body);
        assertEquals('H', slow.getInputStream().read());
        await(() -> harness.desk.words.hasQueuedThreads()); // its first word is written: nothing waits for the client
        later(1_500);
        assertEquals(1, connections.size());
        later(3_010);
        await(() -> connections.size() == 0);
        harness.desk.words.release(1_000);
        await(() -> harness.desk.sawDisconnect);
    }

    /** More than the buffers of both ends can hold, so that writing has to wait for the client. */
    @Test
    void anAnswerThatIsNotTakenFreesItsPlace() throws IOException {
        harness.desk.padding = " ".repeat(16 << 20);
        String body = "{\"message\":\"refund\",\"stream\":true}";
        Socket slow = open(START + "Content-Length: " + body.length() + "\r\n\r\n" + body);
        await(() -> connections.waiting() == 1);
        later(100);
        assertEquals(1, connections.size());
        slow.getInputStream().readNBytes(1_000);
        later(210);
        await(() -> harness.desk.sawDisconnect);
        await(() -> connections.size() == 0);
    }

    @Test
    void theLongestIdleConnectionMakesRoom() throws IOException {
        List<Socket> idle = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            idle.add(open("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            assertEquals('H', idle.get(i).getInputStream().read());
            connections.look(System.nanoTime());
        }
        Socket more = open("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertEquals('H', more.getInputStream().read());
        assertTrue(rest(idle.getFirst()).contains("ok"));
        assertEquals(MOST, connections.size());
    }

    @Test
    void whenAllAreBusyTheNextIsRefused() throws IOException {
        for (int i = 0; i < MOST; i++) {
            open(START + "X-A: b\r\n");
        }
        await(() -> connections.inHeaders() == MOST);
        String refused = RawHttp.exchange(harness.server.port(), "");
        assertEquals(503, RawHttp.status(refused));
        assertTrue(refused.contains("Retry-After"));
    }

    @Test
    void oneAddressHasAFewConnectionsOnly() throws Exception {
        var strict = new Connections(new Server(), LIMITS, address -> false, System::nanoTime);
        assertTrue(strict.mayOpen("192.0.2.1"));
        strict.count("192.0.2.1", 1);
        assertTrue(strict.mayOpen("192.0.2.1"));
        strict.count("192.0.2.1", 1);
        assertTrue(!strict.mayOpen("192.0.2.1") && strict.mayOpen("192.0.2.2"));
        strict.count("192.0.2.1", -1);
        assertTrue(strict.mayOpen("192.0.2.1"));
    }
}
