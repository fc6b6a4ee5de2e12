package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys and their roles, over all routes that there are: a new route is tested without a change here. */
class AccessTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 28);

    @TempDir
    private Path folder;

    private final Map<KeyRole, String> keys = new EnumMap<>(KeyRole.class);
    private Path file;
    private Harness harness;

    @BeforeEach
    void start() throws IOException {
        file = folder.resolve("keys");
        for (KeyRole role : KeyRole.values()) {
            keys.put(role, KeyFile.add(file, role.name(), role, TODAY));
        }
        harness = new Harness(config ->
                config.withProtection(config.protection().withApiKeyFile(file).withRates(Rates.of(0))));
    }

    @AfterEach
    void stop() {
        harness.close();
    }

    /** A request that names nothing that exists, so that it changes nothing. */
    private HttpRequest.Builder request(String route) {
        String[] parts = route.split(" ", 2);
        String path = parts[1].replaceAll("[{<][a-z]+[}>]", "nothing");
        return harness.request(path).method(parts[0], HttpRequest.BodyPublishers.noBody());
    }

    private Harness.Answer with(String route, KeyRole role) throws Exception {
        return harness.send(request(route).header("Authorization", "Bearer " + keys.get(role)));
    }

    @Test
    void eachRouteOpensToItsRoleAndThoseAbove() throws Exception {
        assertTrue(harness.server.access().size() > 15);
        for (var route : harness.server.access().entrySet()) {
            Access needed = route.getValue();
            var without = harness.send(request(route.getKey()));
            assertEquals(needed != Access.OPEN, without.status() == 401, route + ": " + without.status());
            var wrong = harness.send(request(route.getKey()).header("Authorization", "Bearer demitasse_guess"));
            assertEquals(needed != Access.OPEN, wrong.status() == 401, route + ": " + wrong.status());
            for (KeyRole role : KeyRole.values()) {
                var answer = with(route.getKey(), role);
                boolean enough = needed == Access.OPEN || role.ordinal() + 1 >= needed.ordinal();
                assertEquals(!enough, answer.status() == 403, route + " as " + role + ": " + answer.status());
                assertNotEquals(401, answer.status(), route + " as " + role);
            }
        }
    }

    @Test
    void whatIsSensitiveIsNotOpen() {
        Map<String, Access> access = harness.server.access();
        assertEquals(Access.ADMIN, access.get("GET /metrics"));
        assertEquals(Access.AGENT, access.get("GET /v1/handoffs"));
        assertEquals(Access.CUSTOMER, access.get("POST /v1/chat/completions"));
        access.forEach((route, needed) ->
                assertTrue(!route.contains("/v1/kb") || needed == Access.ADMIN || needed == Access.AGENT, route));
        access.forEach((route, needed) -> assertTrue(!route.contains("/v1/handoffs") || needed == Access.AGENT, route));
    }

    @Test
    void everyAnswerTellsBrowsersToBeCareful() throws Exception {
        for (String route : harness.server.routes()) {
            for (Harness.Answer answer :
                    List.of(harness.send(request(route)), with(route, KeyRole.ADMIN), harness.get("/nowhere"))) {
                Guard.BROWSER_HEADERS.forEach((name, value) -> assertEquals(value, answer.header(name), route));
                assertTrue(answer.header("Content-Security-Policy").startsWith("default-src 'self';"), route);
                assertEquals("DENY", answer.header("X-Frame-Options"), route);
                assertEquals("nosniff", answer.header("X-Content-Type-Options"), route);
                assertNull(answer.header("Access-Control-Allow-Origin"), route);
                assertNull(answer.header("Set-Cookie"), route);
                assertNull(answer.header("Server"), route);
            }
        }
        assertTrue(RawHttp.exchange(harness.server.port(), "GARBAGE\r\n\r\n").contains("nosniff"));
    }

    @Test
    void scriptsWriteTextOnly() throws Exception {
        List<String> pages = harness.server.routes().stream()
                .filter(route -> route.startsWith("GET /") && !route.contains("{") && !route.contains("<"))
                .map(route -> route.substring(4))
                .filter(path -> path.equals("/") || path.endsWith(".js") || !path.contains("."))
                .filter(path -> !path.startsWith("/v1/"))
                .toList();
        assertTrue(pages.size() > 4, pages.toString());
        for (String page : pages) {
            String text = harness.get(page).body();
            for (String way : List.of(
                    "innerHTML",
                    "outerHTML",
                    "insertAdjacentHTML",
                    "document.write",
                    "createContextualFragment",
                    "DOMParser",
                    "srcdoc",
                    "eval(",
                    "new Function",
                    "javascript:")) {
                assertFalse(text.contains(way), page + " has " + way);
            }
            if (!page.endsWith(".js")) {
                assertFalse(text.matches("(?s).*<[^>]+ on[a-z]+ *=.*"), page + " has a handler in its markup");
                assertFalse(text.matches("(?s).*<script(?![^>]*src=)[^>]*>.*"), page + " has a script in its markup");
            }
        }
    }

    @Test
    void noPreflightIsGranted() throws Exception {
        for (String route : harness.server.routes()) {
            var answer = harness.send(harness.request(route.split(" ", 2)[1].replaceAll("[{<][a-z]+[}>]", "nothing"))
                    .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                    .header("Origin", "http://evil.example")
                    .header("Access-Control-Request-Method", "POST"));
            assertEquals(403, answer.status(), route);
            assertNull(answer.header("Access-Control-Allow-Origin"), route);
        }
    }

    @Test
    void theKeyMayComeAsAnthropicsClientsSendIt() throws Exception {
        var answer = harness.send(harness.request("/v1/models").header("X-API-Key", keys.get(KeyRole.CUSTOMER)));
        assertEquals(200, answer.status());
        assertEquals(
                401,
                harness.send(harness.request("/v1/models").header("X-API-Key", "x"))
                        .status());
        assertEquals(
                401,
                harness.get("/v1/models?api_key=" + keys.get(KeyRole.ADMIN)).status());
    }

    @Test
    void theFileIsReadAgainWhenItChanges() throws Exception {
        assertEquals(200, with("GET /metrics", KeyRole.ADMIN).status());
        assertTrue(KeyFile.revoke(file, "ADMIN"));
        assertEquals(401, with("GET /metrics", KeyRole.ADMIN).status());
        keys.put(KeyRole.ADMIN, KeyFile.add(file, "new", KeyRole.ADMIN, TODAY));
        assertEquals(200, with("GET /metrics", KeyRole.ADMIN).status());
        Files.writeString(file, "sha256:damaged\n");
        assertEquals(200, with("GET /metrics", KeyRole.ADMIN).status());
        Files.delete(file);
        assertEquals(200, with("GET /metrics", KeyRole.ADMIN).status());
        assertEquals(401, harness.get("/metrics").status());
        Files.writeString(file, "# none left\n");
        assertEquals(401, with("GET /metrics", KeyRole.ADMIN).status());
        assertEquals(401, harness.get("/metrics").status());
    }

    @Test
    void peopleAreWhoTheirKeysSay() throws Exception {
        harness.desk.reply("s1", "a person please", word -> {});
        String id = harness.desk.openHandoffs().getFirst().id();
        assertEquals(
                "AGENT",
                with("GET /v1/handoffs", KeyRole.AGENT).json().path("person").asText());
        for (String action : List.of("claim", "reply")) {
            var answer = harness.send(
                    harness.posting("/v1/handoffs/" + id + "/" + action, "{\"person\":\"The boss\",\"text\":\"hello\"}")
                            .header("Authorization", "Bearer " + keys.get(KeyRole.AGENT)));
            assertEquals(200, answer.status(), answer.body());
            assertEquals("AGENT", answer.json().path("claimed_by").asText());
        }
        var other = harness.send(harness.posting("/v1/handoffs/" + id + "/reply", "{\"text\":\"hello\"}")
                .header("Authorization", "Bearer " + keys.get(KeyRole.ADMIN)));
        assertEquals(409, other.status(), "it is another's");
        try (Harness open = new Harness()) {
            open.desk.reply("s1", "a person please", word -> {});
            String path = "/v1/handoffs/" + open.desk.openHandoffs().getFirst().id() + "/claim";
            assertEquals(400, open.post(path, "{}").status());
            var claimed = open.post(path, "{\"person\":\"Ada\"}");
            assertEquals("Ada", claimed.json().path("claimed_by").asText());
            assertTrue(open.get("/v1/handoffs").json().path("person").isMissingNode());
        }
    }

    @Test
    void keysAreInNoLogAndNoAnswer() throws Exception {
        var lines = new ConcurrentLinkedQueue<String>();
        Handler log = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(new SimpleFormatter().format(line));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        log.setLevel(Level.ALL);
        Logger root = Logger.getLogger("");
        Logger ours = Logger.getLogger("demitasse");
        root.addHandler(log);
        ours.setLevel(Level.ALL);
        String wrong = "demitasse_wrong-secret";
        StringBuilder answers = new StringBuilder();
        try {
            Files.writeString(file, "\nplain-secret\n", java.nio.file.StandardOpenOption.APPEND);
            for (String key : List.of(keys.get(KeyRole.ADMIN), keys.get(KeyRole.CUSTOMER), wrong, "plain-secret")) {
                for (String path : List.of("/metrics", "/v1/models", "/nowhere", "/v1/handoffs/" + key, "/?k=" + key)) {
                    for (String header : List.of("Authorization", "X-API-Key")) {
                        String value = header.equals("Authorization") ? "Bearer " + key : key;
                        var answer = harness.send(harness.request(path).header(header, value));
                        answers.append(answer.body()).append(answer.response().headers());
                    }
                }
                answers.append(harness.send(harness.posting("/v1/chat/completions", "{\"a\":" + key)
                                .header("Authorization", "Bearer " + key))
                        .body());
            }
            Files.writeString(file, "sha256:" + keys.get(KeyRole.ADMIN) + "\n");
            harness.send(harness.request("/metrics").header("X-API-Key", wrong));
        } finally {
            ours.setLevel(null);
            root.removeHandler(log);
        }
        assertTrue(lines.stream().anyMatch(line -> line.contains("/v1/models")), "the log is being read");
        String seen = lines + answers.toString();
        keys.values().forEach(key -> assertFalse(seen.contains(key), "a key was written"));
        assertFalse(seen.contains("secret"), "a key was written");
        assertFalse(Files.readString(file).contains("plain-secret"));
    }

    @Test
    void plainKeysOfEarlierVersionsAreAdministrators() throws Exception {
        Path old = Files.writeString(folder.resolve("old"), "# ours\n\nsesame\n");
        try (Harness locked = new Harness(config -> config.withApiKeyFile(old))) {
            var answer = locked.send(locked.request("/metrics").header("Authorization", "Bearer sesame"));
            assertEquals(200, answer.status());
        }
        KeyFile.Entry entry = KeyFile.read(old).getFirst();
        assertTrue(entry.isPlain());
        assertTrue(KeyFile.exposesKeys(old, List.of(entry)));
        assertFalse(entry.name().contains("sesame"));
        assertTrue(KeyFile.revoke(old, entry.name()));
        assertEquals("# ours\n\n", Files.readString(old));
    }

    @Test
    void theFileIsItsOwnersAlone() throws Exception {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
        assertThrows(IOException.class, () -> KeyFile.read(file));
        assertEquals(200, with("GET /metrics", KeyRole.ADMIN).status(), "the keys stay as they were");
        Path anew = folder.resolve("others");
        Files.writeString(anew, "sesame\n");
        Files.setPosixFilePermissions(anew, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThrows(IOException.class, () -> new Harness(config -> config.withApiKeyFile(anew)));
    }

    @Test
    void aFileHoldsHashesAndNamesOnce() throws Exception {
        String text = Files.readString(file);
        keys.values().forEach(key -> assertFalse(text.contains(key)));
        assertEquals(3, Set.copyOf(keys.values()).size());
        assertThrows(IllegalArgumentException.class, () -> KeyFile.add(file, "AGENT", KeyRole.ADMIN, TODAY));
        assertThrows(IllegalArgumentException.class, () -> KeyFile.add(file, "a b", KeyRole.ADMIN, TODAY));
        assertFalse(KeyFile.revoke(file, "nobody"));
        for (String bad : List.of(
                "sha256:00 admin a 2026-01-01",
                "sha256:" + "0".repeat(64) + " root a 2026-01-01",
                "sha256:" + "0".repeat(64) + " admin a 2026-13-41")) {
            Path damaged = Files.writeString(folder.resolve("damaged"), "# x\n" + bad + "\n");
            IOException e = assertThrows(IOException.class, () -> KeyFile.read(damaged), bad);
            assertTrue(e.getMessage().contains("damaged:2") && !e.getMessage().contains("000"), e.getMessage());
        }
    }
}
