package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.server.DemitasseServer.Config;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemitasseServerTest {
    @TempDir
    private Path folder;

    private Harness harness;

    @BeforeEach
    void start() throws Exception {
        harness = new Harness();
    }

    @AfterEach
    void stop() {
        harness.close();
    }

    @Test
    void tellsItsHealth() throws Exception {
        var answer = harness.get("/health");
        assertEquals(200, answer.status());
        assertEquals("ok", answer.json().path("status").asText());
        assertEquals("fake/chat", answer.json().path("chat_model").asText());
    }

    @Test
    void listsModels() throws Exception {
        JsonNode data = harness.get("/v1/models").json().path("data");
        assertEquals("fake/chat", data.at("/0/id").asText());
        assertEquals("fake-embed", data.at("/1/id").asText());
        assertEquals(200, harness.get("/v1/models/fake/chat").status());
        assertEquals(404, harness.get("/v1/models/other").status());
    }

    @Test
    void countsWithoutTellingWords() throws Exception {
        harness.post("/v1/chat/completions", Harness.chat("\"max_tokens\":3"));
        harness.post("/v1/assist", "{\"session\":\"secret-session\",\"message\":\"refund\"}");
        harness.get("/v1/sessions/secret-session");
        harness.get("/no/such/place");
        String metrics = harness.get("/metrics").body();
        assertTrue(metrics.contains("demitasse_tokens_total{kind=\"generated\"} 3.0"), metrics);
        assertTrue(metrics.contains("demitasse_time_to_first_token_seconds_count 1"), metrics);
        assertTrue(metrics.contains("demitasse_generation_speed_tokens_per_second_count 1"), metrics);
        assertTrue(metrics.contains("outcome=\"answered\""), metrics);
        assertTrue(metrics.contains("route=\"/v1/sessions/{id}\""), metrics);
        assertTrue(metrics.contains("route=\"unmatched\""), metrics);
        assertTrue(metrics.contains("jvm_memory_used_bytes"), metrics);
        assertFalse(metrics.contains("secret-session"), metrics);
        assertFalse(metrics.contains("/no/such/place"), metrics);
    }

    @Test
    void embeds() throws Exception {
        JsonNode floats = harness.post("/v1/embeddings", "{\"input\":[\"abc\",\"a long enough text\"]}")
                .json();
        assertEquals(3.0, floats.at("/data/0/embedding/0").asDouble());
        assertEquals(1, floats.at("/data/1/index").asInt());
        assertTrue(floats.at("/data/1/truncated").asBoolean());
        assertTrue(floats.at("/data/0/truncated").isMissingNode());
        assertEquals(6, floats.at("/usage/total_tokens").asInt());
        JsonNode base64 = harness.post(
                        "/v1/embeddings", "{\"input\":\"abc\",\"model\":\"fake-embed\",\"encoding_format\":\"base64\"}")
                .json();
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder()
                        .decode(base64.at("/data/0/embedding").asText()))
                .order(ByteOrder.LITTLE_ENDIAN);
        assertArrayEquals(new float[] {3f, 0.5f}, new float[] {bytes.getFloat(), bytes.getFloat()});
    }

    @Test
    void embedsTokens() throws Exception {
        JsonNode one = harness.post("/v1/embeddings", "{\"input\":[1,2,99],\"dimensions\":2}")
                .json();
        assertEquals(1, one.path("data").size());
        assertEquals(3, one.at("/data/0/embedding/0").asInt());
        JsonNode two = harness.post("/v1/embeddings", "{\"input\":[[1,2],[3]]}").json();
        assertEquals(2, two.at("/data/0/embedding/0").asInt());
        assertEquals(1, two.at("/data/1/embedding/0").asInt());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"input\":[]}",
                "{\"input\":\"\"}",
                "{\"input\":[1,100]}",
                "{\"input\":[1,-1]}",
                "{\"input\":[1,1.5]}",
                "{\"input\":[1,\"a\"]}",
                "{\"input\":[[1],\"a\"]}",
                "{\"input\":[[1],[]]}",
                "{\"input\":[[1],[1],[1],[1],[1]]}",
                "{\"input\":{\"0\":\"a\"}}",
                "{\"input\":[\"a\",2]}",
                "{\"input\":[\"1\",\"2\",\"3\",\"4\",\"5\"]}",
                "{\"input\":\"a\",\"encoding_format\":\"hex\"}",
                "{\"input\":\"a\",\"dimensions\":7}"
            })
    void refusesBadEmbeddingRequests(String body) throws Exception {
        assertEquals(400, harness.post("/v1/embeddings", body).status());
    }

    @Test
    void sendsHeadersThatProtectABrowser() throws Exception {
        for (String path : new String[] {"/", "/console", "/health", "/nowhere"}) {
            var answer = harness.get(path);
            assertTrue(answer.header("Content-Security-Policy").contains("default-src 'self'"), path);
            assertEquals("nosniff", answer.header("X-Content-Type-Options"), path);
            assertEquals("DENY", answer.header("X-Frame-Options"), path);
            assertNotNull(answer.header("X-Request-Id"), path);
            assertNull(answer.header("Access-Control-Allow-Origin"), path);
            assertNull(answer.header("Server"), path);
        }
        var echoed = harness.send(harness.request("/health").header("X-Request-Id", "my-1"));
        assertEquals("my-1", echoed.header("X-Request-Id"));
    }

    @Test
    void pagesNeedNothingFromElsewhere() throws Exception {
        List<String> pages = harness.server.routes().stream()
                .filter(route -> route.matches("GET (/|/console|/assets/.*)"))
                .map(route -> route.substring(4))
                .toList();
        assertTrue(pages.size() > 20, pages.toString());
        for (String path : pages) {
            var answer = harness.get(path);
            assertEquals(200, answer.status(), path);
            assertFalse(answer.body().matches("(?s).*(src|href)=\"(https?:)?//.*"), path);
            assertFalse(answer.body().contains("innerHTML"), path);
            assertEquals(
                    304,
                    harness.send(harness.request(path).header("If-None-Match", answer.header("ETag")))
                            .status());
        }
        assertEquals(404, harness.get("/assets/..%2fchat.html").status());
        assertEquals(404, harness.get("/assets/chat.html").status());
    }

    @Test
    void saysWhichMethodsThereAre() throws Exception {
        var wrong = harness.get("/v1/chat/completions");
        assertEquals(405, wrong.status());
        assertEquals("invalid_request_error", wrong.json().at("/error/type").asText());
        assertTrue(wrong.header("Allow").contains("POST"), wrong.header("Allow"));
        var nowhere = harness.get("/v2");
        assertEquals(404, nowhere.status());
        assertEquals("not_found", nowhere.errorCode());
    }

    @Test
    void answersToNamesOfThisMachineOnly() throws Exception {
        assertEquals("200", raw("Host: localhost:1"));
        assertEquals("200", raw("Host: [::1]"));
        assertEquals("403", raw("Host: evil.example"));
        assertEquals("403", raw("Host: localhost.evil.example"));
        assertEquals("403", raw("Host: localhost\r\nOrigin: http://evil.example"));
        assertEquals("403", raw("Host: localhost\r\nOrigin: null"));
        assertEquals("200", raw("Host: localhost:5\r\nOrigin: http://localhost:5"));
    }

    private String raw(String headers) throws IOException {
        return bytes("GET /health HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n")
                .split(" ")[1];
    }

    private String bytes(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", harness.server.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GARBAGE\r\n\r\n",
                "GET /health HTTP/1.1\r\nConnection: close\r\n\r\n",
                "POST /v1/assist HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
                "POST /v1/assist HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
            })
    void answersWhatIsNoHttpWithAnErrorObject(String request) throws IOException {
        String answer = bytes(request);
        assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
        assertTrue(answer.contains("\"type\":\"invalid_request_error\""), answer);
    }

    @Test
    void asksForTheKeyWhereOneIsSet() throws Exception {
        Path file = Files.writeString(folder.resolve("keys"), "# ours\n\nsesame\nother\n");
        try (Harness locked = new Harness(config -> config.withApiKeyFile(file))) {
            for (String open : new String[] {"/", "/console", "/health", "/openapi.json", "/assets/chat.js"}) {
                assertEquals(200, locked.get(open).status(), open);
            }
            assertEquals(
                    200, locked.post("/v1/assist", "{\"message\":\"refund\"}").status());
            for (String closed : new String[] {"/v1/models", "/metrics", "/v1/handoffs"}) {
                assertEquals(401, locked.get(closed).status(), closed);
                assertEquals(
                        200, locked.send(with(locked, closed, "Bearer sesame")).status(), closed);
                assertEquals(
                        200, locked.send(with(locked, closed, "bearer other")).status(), closed);
                assertEquals(
                        401, locked.send(with(locked, closed, "Bearer sesam")).status(), closed);
                assertEquals(401, locked.send(with(locked, closed, "Bearer ")).status(), closed);
            }
            assertEquals(
                    "invalid_api_key",
                    locked.post("/v1/chat/completions", Harness.chat("")).errorCode());
        }
    }

    private static HttpRequest.Builder with(Harness harness, String path, String authorization) {
        return harness.request(path).header("Authorization", authorization);
    }

    @Test
    void doesNotListenToTheWorldWithoutAKey() {
        Config config = Config.of(null).withHost("0.0.0.0").withPort(0);
        assertThrows(IllegalArgumentException.class, () -> DemitasseServer.start(config));
        Path empty = folder.resolve("missing");
        assertThrows(IOException.class, () -> DemitasseServer.start(config.withApiKeyFile(empty)));
    }

    @Test
    void saysThatThePortIsTaken() {
        Config config = Config.of(null).withPort(harness.server.port());
        IOException e = assertThrows(IOException.class, () -> DemitasseServer.start(config));
        assertTrue(e.getMessage().contains(Integer.toString(harness.server.port())), e.getMessage());
    }

    @Test
    void runsWithoutModels() throws Exception {
        try (Harness fakes = harness;
                DemitasseServer bare =
                        DemitasseServer.start(Config.of(null).withPort(0), new Parts(null, null, null))) {
            var chat = fakes.client.send(
                    HttpRequest.newBuilder(URI.create(bare.url() + "/v1/chat/completions"))
                            .POST(HttpRequest.BodyPublishers.ofString(Harness.chat("")))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(503, chat.statusCode());
        }
    }

    @Test
    void stopsTwiceAndThenIsGone() throws Exception {
        harness.server.stop();
        harness.server.stop();
        assertThrows(IOException.class, () -> harness.get("/health"));
    }

    @Test
    void describesExactlyWhatItHas() throws Exception {
        JsonNode paths = harness.get("/openapi.json").json().path("paths");
        Set<String> described = new TreeSet<>();
        paths.fieldNames()
                .forEachRemaining(path -> paths.path(path)
                        .fieldNames()
                        .forEachRemaining(method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path)));
        Set<String> there = harness.server.routes().stream()
                .filter(route -> !route.contains("/assets/"))
                .map(route -> route.replace("<id>", "{id}"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(there, described);
    }

    @Test
    void pagesHaveWhatTheyShare() throws Exception {
        for (String page : new String[] {"/", "/console", "/kb", "/analytics"}) {
            String html = harness.get(page).body();
            assertFalse(html.contains("<!--"), page);
            assertTrue(html.contains("<meta charset=\"utf-8\">") && html.contains("/assets/demitasse.css"), page);
            String here = "<a href=\"" + page + "\" aria-current=\"page\"";
            assertEquals(!page.equals("/"), html.contains(here), page);
            assertEquals(page.equals("/") ? 1 : 2, html.split("aria-current", -1).length, page);
        }
    }
}
