package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.phi3.FinishReason;
import demitasse.rag.StoreException;
import demitasse.server.DemitasseServer.Config;
import demitasse.testkit.Patience;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What one request, one client or one failure must not do to the others. */
@Timeout(600)
class ReliabilityTest {
    /** No answer ends by itself before its client is missed. */
    private static final Limits LIMITS =
            new Limits(256 * 1024, 4_000, 4, Integer.MAX_VALUE, 2, 1, Duration.ofMillis(300));
    /** A thousand of them may take a slow machine longer to open than usually one may be idle. */
    private static final ConnectionLimits CONNECTIONS = new ConnectionLimits(
            4_096, 256, Patience.LIMIT, Patience.LIMIT, Patience.LIMIT, 1, Patience.LIMIT, Patience.LIMIT);

    private static final String REFUND = "{\"message\":\"refund\"}";

    private final Harness harness;

    ReliabilityTest() throws IOException {
        harness = new Harness(config ->
                config.withLimits(LIMITS).withProtection(config.protection().withConnections(CONNECTIONS)));
    }

    @AfterEach
    void stop() {
        harness.close();
    }

    private Socket send(String path, String body) throws IOException {
        Socket socket = new Socket("127.0.0.1", harness.server.port());
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + bytes.length + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(bytes);
        return socket;
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    @Test
    void aFullDiskIsNoConflictAndNoMystery() throws Exception {
        harness.post("/v1/assist", "{\"session\":\"s\",\"message\":\"a person please\"}");
        harness.desk.failure =
                new StoreException("conversation database", new SQLiteException("full", SQLiteErrorCode.SQLITE_FULL));
        for (String path : List.of("/v1/assist", "/v1/handoffs/h1/claim")) {
            var answer = harness.post(path, "{\"message\":\"refund\",\"person\":\"Ada\"}");
            assertEquals(503, answer.status(), path);
            assertEquals("storage_full", answer.errorCode(), path);
            assertEquals("2", answer.header("Retry-After"), path);
        }
        harness.desk.failure = new StoreException("conversation database", new SQLException("gone"));
        assertEquals("storage_failed", harness.post("/v1/assist", REFUND).errorCode());
        harness.desk.failure = null;
        assertEquals(
                200,
                harness.post("/v1/handoffs/h1/claim", "{\"person\":\"Ada\"}").status());
    }

    @Test
    void memoryThatRunsOutInOneRequestIsThatOnesTrouble() throws Exception {
        harness.desk.failure = new OutOfMemoryError("in a test");
        var answer = harness.post("/v1/assist", REFUND);
        assertEquals(503, answer.status());
        assertEquals("out_of_memory", answer.errorCode());
        harness.desk.failure = new StackOverflowError();
        assertEquals(500, harness.post("/v1/assist", REFUND).status());
        harness.desk.failure = null;
        assertEquals(200, harness.post("/v1/assist", REFUND).status());
    }

    @Test
    void aStreamThatRunsOutOfMemorySaysSo() throws Exception {
        harness.model.lateFailure = new OutOfMemoryError("in a test");
        var stream = harness.post("/v1/chat/completions", Harness.chat("\"stream\":true"));
        assertEquals(200, stream.status());
        assertEquals("out_of_memory", stream.data().getLast().at("/error/code").asText(), stream.body());
        assertEquals(503, harness.post("/v1/chat/completions", Harness.chat("")).status());
        harness.model.lateFailure = null;
        assertEquals(
                200,
                harness.post("/v1/chat/completions", Harness.chat("\"max_tokens\":2"))
                        .status());
        Patience.until(() -> harness.engine.lane().running() == 0);
    }

    /** The words after the client left are few; how long it took is printed, for docs/RELIABILITY.md. */
    @Test
    void aStreamWhoseClientLeavesFreesItsPlace() throws Exception {
        Semaphore words = new Semaphore(1);
        harness.model.words = words;
        Socket client = send("/v1/chat/completions", Harness.chat("\"stream\":true,\"max_tokens\":1000000000"));
        BufferedReader in = reader(client);
        String line;
        do {
            line = in.readLine();
        } while (!line.contains("one"));
        long left = System.nanoTime();
        client.close();
        // A word every 20 ms, as from a model of 50 tokens a second, until the place is free.
        while (harness.model.ended.getCount() > 0) {
            words.release();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - left);
        System.out.println("a client that left was missed after " + millis + " ms, " + harness.model.said + " words");
        assertEquals(FinishReason.CANCELLED, harness.model.lastReason);
        Patience.until(() -> harness.engine.lane().running() == 0);
    }

    @Test
    void whoLeavesTheQueueFreesThatPlaceAtOnce() throws Exception {
        harness.model.words = new Semaphore(0);
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i <= Harness.CHAT_QUEUE; i++) {
            int waiting = i;
            clients.add(send("/v1/chat/completions", Harness.chat(i % 2 == 0 ? "" : "\"stream\":true")));
            Patience.until(() ->
                    harness.engine.lane().running() + harness.engine.lane().waiting() == waiting + 1);
        }
        assertEquals(429, harness.post("/v1/chat/completions", Harness.chat("")).status());
        clients.get(1).close();
        clients.get(2).close();
        Patience.until(() -> harness.engine.lane().waiting() == 0);
        clients.getFirst().close();
    }

    @Test
    void aMessageWhoseSenderHasLeftTheQueueIsNotAnswered() throws Exception {
        harness.desk.words = new Semaphore(0);
        List<Future<HttpResponse<String>>> running = new ArrayList<>();
        for (String session : List.of("a", "b")) {
            running.add(harness.client.sendAsync(
                    harness.posting("/v1/assist", message(session)).build(), HttpResponse.BodyHandlers.ofString()));
        }
        Patience.until(() ->
                harness.desk.history("a").size() + harness.desk.history("b").size() == 2);
        Socket leaving = send("/v1/assist", message("gone"));
        Patience.until(() -> waitingForAssistant() == 1);
        leaving.close();
        // Nothing tells when the server has seen that; what comes after it has the same way to go.
        assertEquals(200, harness.get("/health").status());
        harness.desk.words.release(1000);
        for (Future<HttpResponse<String>> answer : running) {
            assertEquals(200, answer.get().statusCode());
        }
        Patience.until(() -> waitingForAssistant() == 0);
    }

    private static String message(String session) {
        return "{\"session\":\"" + session + "\",\"message\":\"refund\"}";
    }

    private int waitingForAssistant() {
        try {
            return harness.get("/metrics")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("demitasse_queue_waiting{queue=\"assistant\"}"))
                    .mapToInt(line -> (int) Double.parseDouble(line.substring(line.indexOf(' '))))
                    .sum();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void oneConversationCannotTakeThePlacesOfAll() {
        Gate gate = new Gate(2, 10);
        CountDownLatch open = new CountDownLatch(1);
        List<CompletableFuture<String>> same = new ArrayList<>();
        for (int i = 0; i < Gate.PER_CONVERSATION; i++) {
            int inside = i + 1;
            same.add(CompletableFuture.supplyAsync(
                    () -> gate.pass("same", () -> {
                        awaitQuietly(open);
                        return "done";
                    }),
                    Thread::startVirtualThread));
            Patience.until(() -> gate.running() + gate.waiting() == inside);
        }
        assertEquals("served", gate.pass("other", () -> "served"));
        assertThrows(QueueFullException.class, () -> gate.pass("same", () -> "one too many"));
        open.countDown();
        same.forEach(done -> assertEquals("done", done.join()));
        assertEquals("again", gate.pass("same", () -> "again"));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void twoHundredChatsAtOnceAreServedInTurnOrToldToComeBack() throws Exception {
        FakeModel model = new FakeModel();
        model.words = new Semaphore(0);
        int parallel = 4;
        int queue = 60;
        int chats = 200;
        try (ChatEngine engine = new ChatEngine(model, parallel, queue);
                DemitasseServer server = DemitasseServer.start(
                        Config.of(null).withPort(0).withLimits(Harness.LIMITS), new Parts(null, engine, null))) {
            var request = HttpRequest.newBuilder(URI.create(server.url() + "/v1/chat/completions"))
                    .POST(HttpRequest.BodyPublishers.ofString(Harness.chat("\"max_tokens\":3")))
                    .build();
            CountDownLatch refused = new CountDownLatch(chats - parallel - queue);
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < chats; i++) {
                answers.add(harness.client
                        .sendAsync(request, HttpResponse.BodyHandlers.ofString())
                        .whenComplete((answer, failure) -> refused.countDown()));
            }
            refused.await();
            assertEquals(queue, engine.lane().waiting());
            model.words.release(1000);
            int served = 0;
            for (var answer : answers) {
                HttpResponse<String> response = answer.get();
                served += response.statusCode() == 200 ? 1 : 0;
                assertTrue(response.statusCode() == 200
                        || response.statusCode() == 429
                                && response.headers().firstValue("Retry-After").isPresent());
            }
            assertEquals(parallel + queue, served);
        }
    }

    @Test
    void turnsComeInTheOrderOfArrival() throws Exception {
        Lane lane = new Lane("test", 1, 50);
        Semaphore first = new Semaphore(0);
        List<Integer> order = new ArrayList<>();
        List<Future<?>> jobs = new ArrayList<>();
        jobs.add(lane.submit(() -> {
            first.acquire();
            return null;
        }));
        for (int i = 0; i < 50; i++) {
            int turn = i;
            jobs.add(lane.submit(() -> order.add(turn)));
        }
        first.release();
        for (Future<?> job : jobs) {
            job.get();
        }
        assertEquals(IntStream.range(0, 50).boxed().toList(), order);
        lane.close(Duration.ofSeconds(5));
    }

    @Test
    void aThousandIdleConnectionsAreNoBurden() throws Exception {
        int idle = 1000;
        List<Socket> sockets = new ArrayList<>();
        try {
            byte[] health = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < idle; i++) {
                Socket socket = new Socket("127.0.0.1", harness.server.port());
                sockets.add(socket);
                socket.getOutputStream().write(health);
                assertTrue(readAnswer(socket).startsWith("HTTP/1.1 200"));
            }
            for (int i = 0; i < 20; i++) {
                assertEquals(200, harness.post("/v1/assist", REFUND).status());
            }
            for (int i = 0; i < idle; i += 100) {
                sockets.get(i).getOutputStream().write(health);
                assertTrue(readAnswer(sockets.get(i)).startsWith("HTTP/1.1 200"), "connection " + i);
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void nobodyGetsATunnel() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", harness.server.port())) {
            socket.getOutputStream()
                    .write("CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String whole = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(whole.startsWith("HTTP/1.1 400"), whole);
            assertTrue(whole.endsWith("}"), whole);
        }
    }

    private static String readAnswer(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        int length = 0;
        while (head.indexOf("\r\n\r\n") < 0) {
            int c = socket.getInputStream().read();
            assertFalse(c < 0, head::toString);
            head.append((char) c);
        }
        for (String line : head.toString().split("\r\n")) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        socket.getInputStream().readNBytes(length);
        return head.toString();
    }
}
