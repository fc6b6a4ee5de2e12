package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.testkit.Patience;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that send a byte now and then, or too many connections. The clock is ours, so that nobody has to wait. */
class SlowClientsTest {
    private static final int MOST = 6;
    /** So long that a slow machine does not reach a tenth of them by itself. */
    private static final ConnectionLimits LIMITS = new ConnectionLimits(
            MOST,
            2,
            Duration.ofMinutes(100),
            Duration.ofMinutes(600),
            Duration.ofMinutes(100),
            10,
            Duration.ofMinutes(3_000),
            Duration.ofMinutes(200));

    private static final String START = "POST /v1/assist HTTP/1.1\r\nHost: localhost\r\n";

    private final List<Socket> sockets = new ArrayList<>();
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
        for (Socket socket : sockets) {
            socket.close();
        }
        harness.close();
    }

    private Socket open(String bytes) throws IOException {
        int before = connections.size();
        Socket socket = new Socket("127.0.0.1", harness.server.port());
        sockets.add(socket);
        socket.setSoTimeout((int) Patience.LIMIT.toMillis());
        send(socket, bytes);
        Patience.until(() -> connections.size() > before || connections.size() == MOST);
        return socket;
    }

    private static void send(Socket socket, String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void later(long minutes) {
        connections.look(System.nanoTime());
        connections.look(System.nanoTime() + Duration.ofMinutes(minutes).toNanos());
    }

    @Test
    void headersThatNeverEnd() throws IOException {
        Socket slow = open(START + "X-A: b\r\n");
        Patience.until(() -> connections.inHeaders() == 1);
        later(50);
        send(slow, "X-B: c\r\n");
        assertEquals(1, connections.size());
        later(110);
        assertTrue(RawHttp.rest(slow).startsWith("HTTP/1.1 408"));
        Patience.until(() -> connections.size() == 0);
    }

    @Test
    void lineFeedsBetweenRequests() throws IOException {
        Socket slow = open("\r\n\r\n");
        later(300);
        send(slow, "\r\n");
        assertEquals(1, connections.size());
        later(610);
        assertEquals("", RawHttp.rest(slow));
    }

    @Test
    void aBodyThatTrickles() throws IOException {
        Socket slow = open(START + "Content-Length: 200000\r\n\r\n{\"message\":\"");
        Patience.until(() -> connections.bodyBytes() > 0);
        later(50);
        assertEquals(1, connections.size());
        send(slow, "a");
        later(110);
        assertTrue(RawHttp.status(RawHttp.rest(slow)) < 300);
        Patience.until(() -> connections.size() == 0);
    }

    @Test
    void aBodyThatIsLargeButComes() throws IOException {
        Socket busy = open(START + "Content-Length: 200000\r\n\r\n" + "a".repeat(100_000));
        Patience.until(() -> connections.bodyBytes() == 100_000);
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
        Patience.until(
                () -> harness.desk.words.hasQueuedThreads()); // its first word is written: nothing waits for the client
        later(1_500);
        assertEquals(1, connections.size());
        later(3_010);
        Patience.until(() -> connections.size() == 0);
        harness.desk.words.release(1_000);
        Patience.until(() -> harness.desk.sawDisconnect);
    }

    /** More than the buffers of both ends can hold, so that writing has to wait for the client. */
    @Test
    void anAnswerThatIsNotTakenFreesItsPlace() throws IOException {
        harness.desk.padding = " ".repeat(16 << 20);
        String body = "{\"message\":\"refund\",\"stream\":true}";
        Socket slow = open(START + "Content-Length: " + body.length() + "\r\n\r\n" + body);
        Patience.until(() -> connections.waiting() == 1);
        later(100);
        assertEquals(1, connections.size());
        slow.getInputStream().readNBytes(1_000);
        // More than once: between two writes nothing waits.
        Patience.until(() -> {
            later(210);
            return harness.desk.sawDisconnect;
        });
        Patience.until(() -> connections.size() == 0);
    }

    @Test
    void theLongestIdleConnectionMakesRoom() throws IOException {
        List<Socket> idle = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            idle.add(open("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            assertEquals('H', idle.get(i).getInputStream().read());
            int answered = i + 1;
            Patience.until(() -> connections.idle() == answered);
            connections.look(System.nanoTime());
        }
        Socket more = open("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertEquals('H', more.getInputStream().read());
        assertTrue(RawHttp.rest(idle.getFirst()).contains("ok"));
        Patience.until(() -> connections.size() == MOST);
    }

    @Test
    void whenAllAreBusyTheNextIsRefused() throws IOException {
        for (int i = 0; i < MOST; i++) {
            open(START + "X-A: b\r\n");
        }
        Patience.until(() -> connections.inHeaders() == MOST);
        String refused = RawHttp.exchange(harness.server.port(), "");
        assertEquals(503, RawHttp.status(refused));
        assertTrue(refused.contains("Retry-After"));
    }

    @Test
    void jettyCountsSilenceByOurLimit() throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        server.addConnector(connector);
        server.addBean(new Connections(server, LIMITS, address -> true, System::nanoTime));
        server.start();
        try {
            assertEquals(LIMITS.idle().toMillis(), connector.getIdleTimeout());
        } finally {
            server.stop();
        }
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
