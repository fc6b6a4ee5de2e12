package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.GarbageCollectionNotificationInfo;
import demitasse.rag.Document;
import demitasse.rag.Embedder;
import demitasse.rag.KnowledgeBase;
import demitasse.rag.KnowledgeSource;
import demitasse.server.DemitasseServer.Config;
import demitasse.testkit.Patience;
import demitasse.testkit.SharedData;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Probes, metrics, reload and the way down, with fakes behind and a real knowledge base. */
class OperationsTest {
    private static final Pattern METRIC =
            Pattern.compile("\\b((?:demitasse|jvm|process|system)_[a-z_]+)\\s*(?=[{\\[)]|$)");
    private static final Embedder ONES = new Embedder() {
        @Override
        public int dimensions() {
            return 1;
        }

        @Override
        public List<float[]> embed(List<String> texts) {
            return texts.stream().map(text -> new float[] {1}).toList();
        }
    };

    @TempDir
    private Path folder;

    private final FakeDesk desk = new FakeDesk();
    private final FakeModel model = new FakeModel();
    private final ChatEngine engine = new ChatEngine(model, 2);
    private final HttpClient client = HttpClient.newHttpClient();
    private KnowledgeBase knowledge;
    private Path files;
    private DemitasseServer server;

    @BeforeEach
    void start() throws Exception {
        files = Files.createDirectory(folder.resolve("kb"));
        write("refunds.md", "# Refunds\n\nA refund takes 5 days.");
        Path database = folder.resolve("knowledge.db");
        knowledge = KnowledgeBase.open(database, ONES);
        KnowledgeSource source = new KnowledgeSource(knowledge, files);
        source.reload();
        server = DemitasseServer.start(
                Config.of(null).withPort(0).withLimits(Harness.LIMITS),
                new Parts(desk, engine, new FakeVectors()),
                new Operations(knowledge, Map.of("knowledge", database)));
    }

    @AfterEach
    void stop() {
        server.close();
        engine.close();
        knowledge.close();
        client.close();
    }

    private void write(String name, String text) throws Exception {
        Files.writeString(files.resolve(name), text);
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(server.url() + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response) {
        return Json.parse(response.body().getBytes(StandardCharsets.UTF_8));
    }

    /** Warming up is over when the model has been asked for it; only then is there something to see. */
    private HttpResponse<String> ready() throws Exception {
        HttpResponse<String> answer = send("GET", "/health/ready", "");
        while (answer.statusCode() == 503 && answer.body().contains("warming_up")) {
            answer = send("GET", "/health/ready", "");
        }
        return answer;
    }

    @Test
    void isLiveAndReadyUntilADatabaseFails() throws Exception {
        assertEquals(200, send("GET", "/health/live", "").statusCode());
        assertEquals("ready", json(ready()).path("status").asText());
        knowledge.close();
        HttpResponse<String> failed = ready();
        assertEquals(503, failed.statusCode());
        assertEquals("failed", json(failed).path("database").asText(), failed.body());
        assertEquals(200, send("GET", "/health/live", "").statusCode());
        assertTrue(send("GET", "/metrics", "").body().contains("demitasse_ready 0.0"));
    }

    @Test
    void finishesWhatRunsAndRefusesWhatIsNewWhileItStops() throws Exception {
        ready();
        desk.words = new Semaphore(0);
        CompletableFuture<HttpResponse<String>> running = client.sendAsync(
                HttpRequest.newBuilder(URI.create(server.url() + "/v1/assist"))
                        .POST(HttpRequest.BodyPublishers.ofString("{\"message\":\"refund\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        while (!send("GET", "/metrics", "").body().contains("demitasse_queue_running{queue=\"assistant\"} 1.0")) {
            Thread.onSpinWait();
        }
        Thread stopping = Thread.ofPlatform().start(() -> server.stop(Patience.LIMIT, Patience.LIMIT));
        HttpResponse<String> ready = ready();
        while (ready.statusCode() == 200) {
            ready = ready();
        }
        // A connection of its own: the first one would do, but balancers open new ones.
        try (HttpClient other = HttpClient.newHttpClient()) {
            HttpRequest probe = HttpRequest.newBuilder(URI.create(server.url() + "/health/ready"))
                    .build();
            assertEquals(
                    "stopping",
                    json(other.send(probe, HttpResponse.BodyHandlers.ofString()))
                            .path("server")
                            .asText());
        }
        assertEquals(503, send("POST", "/v1/assist", "{\"message\":\"refund\"}").statusCode());
        assertEquals(200, send("GET", "/health/live", "").statusCode());
        desk.words.release(100);
        assertEquals(FakeDesk.REFUND, json(running.get()).path("answer").asText());
        stopping.join();
    }

    @Test
    void errorsNameTheirRequest() throws Exception {
        for (String path : new String[] {"/nowhere", "/v1/sessions/none", "/v1/models/none"}) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create(server.url() + path))
                            .header("X-Request-Id", "mine-7")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals("mine-7", json(answer).at("/error/request_id").asText(), answer.body());
            assertEquals("mine-7", answer.headers().firstValue("X-Request-Id").orElseThrow());
        }
        HttpResponse<String> made = send("POST", "/v1/chat/completions", "{");
        assertEquals(
                made.headers().firstValue("X-Request-Id").orElseThrow(),
                json(made).at("/error/request_id").asText());
    }

    @Test
    void readsTheKnowledgeBaseAgainOrKeepsIt() throws Exception {
        write("hours.md", "# Hours\n\nWe are open from 9 to 18.");
        write("refunds.md", "# Refunds\n\nA refund takes 6 days.");
        JsonNode change = json(send("POST", "/v1/kb/reload", ""));
        assertEquals("{\"documents\":2,\"added\":1,\"changed\":1,\"removed\":0}", change.toString());
        List<Document> before = knowledge.documents();
        Files.write(files.resolve("bad.md"), new byte[] {(byte) 0xff, 1});
        HttpResponse<String> refused = send("POST", "/v1/kb/reload", "");
        assertEquals(422, refused.statusCode());
        assertTrue(refused.body().contains("bad.md"), refused.body());
        assertEquals(before, knowledge.documents());
        for (String name : new String[] {"bad.md", "hours.md", "refunds.md"}) {
            Files.delete(files.resolve(name));
        }
        assertEquals(422, send("POST", "/v1/kb/reload", "").statusCode());
        assertEquals(before, knowledge.documents());
        write("hours.md", "# Hours\n\nWe are open from 9 to 18.");
        assertEquals(1, json(send("POST", "/v1/kb/reload", "")).path("removed").asInt());
        String metrics = send("GET", "/metrics", "").body();
        assertTrue(metrics.contains("demitasse_knowledge_reloads_total{outcome=\"refused\"} 2.0"), metrics);
        assertTrue(metrics.contains("demitasse_knowledge_documents 1.0"), metrics);
        try (Harness bare = new Harness()) {
            assertEquals(409, bare.post("/v1/kb/reload", "").status());
        }
    }

    @Test
    void theDashboardNamesWhatThereIs() throws Exception {
        send("POST", "/v1/assist", "{\"message\":\"refund\"}");
        send("POST", "/v1/chat/completions", Harness.chat("\"max_tokens\":3"));
        collectGarbage();
        Set<String> there = send("GET", "/metrics", "")
                .body()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]")[0])
                .collect(Collectors.toCollection(TreeSet::new));
        JsonNode dashboard = Json.parse(
                Files.readAllBytes(SharedData.root().resolve("packaging").resolve("grafana-dashboard.json")));
        Set<String> named = new TreeSet<>();
        for (JsonNode panel : dashboard.path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                String expression = target.path("expr").asText();
                List<String> found = METRIC.matcher(expression)
                        .results()
                        .map(match -> match.group(1))
                        .toList();
                assertFalse(found.isEmpty(), expression);
                named.addAll(found);
            }
        }
        assertTrue(named.size() > 20, named.toString());
        named.removeAll(there);
        assertEquals(Set.of(), named, () -> "not among " + there);
    }

    /** Pauses are told to listeners, in order: after ours the metrics have heard of this one. */
    private static void collectGarbage() throws Exception {
        CountDownLatch heard = new CountDownLatch(1);
        for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) bean)
                    .addNotificationListener(
                            (event, since) -> {
                                if (isAsked(event)) {
                                    heard.countDown();
                                }
                            },
                            null,
                            null);
        }
        System.gc();
        Patience.await(heard);
    }

    /** What is collected beside the program is told too, and is no pause. */
    private static boolean isAsked(Notification event) {
        return event.getUserData() instanceof CompositeData data
                && GarbageCollectionNotificationInfo.from(data).getGcCause().equals("System.gc()");
    }
}
