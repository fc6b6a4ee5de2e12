package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.agent.AnswerMode;
import demitasse.agent.Assistant;
import demitasse.agent.Retention;
import demitasse.agent.TextGenerator;
import demitasse.rag.Document;
import demitasse.rag.Embedder;
import demitasse.rag.KnowledgeBase;
import demitasse.server.DemitasseServer.Config;
import demitasse.testkit.RawFiles;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What customers write, followed through a running server: answers, logs at their finest, files, prompts, exports. */
class PrivacyTest {
    private static final String REFUND = "A refund takes 5 working days to your card.";
    private static final Logger ROOT = Logger.getLogger("");

    /** Texts about refunds are near to each other. */
    private static final class Refunds implements Embedder {
        @Override
        public int dimensions() {
            return 2;
        }

        @Override
        public List<float[]> embed(List<String> texts) {
            return texts.stream()
                    .map(text ->
                            text.toLowerCase(Locale.ROOT).contains("refund") ? new float[] {1, 0} : new float[] {0, 1})
                    .toList();
        }
    }

    private static final class Prompts implements TextGenerator {
        private final Map<String, String> bySession = new ConcurrentHashMap<>();

        @Override
        public String name() {
            return "fake";
        }

        @Override
        public String generate(List<Message> conversation, int maxTokens, Consumer<String> onText) {
            bySession.merge(SESSION.get(), conversation.toString(), String::concat);
            return REFUND;
        }
    }

    private static final class Log extends Handler {
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        public void publish(LogRecord line) {
            lines.add(new SimpleFormatter().format(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @TempDir
    Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-15T12:00:00Z"));
    private final Prompts prompts = new Prompts();
    private final Log log = new Log();
    private final Logger ours = Logger.getLogger("demitasse");
    private KnowledgeBase documents;
    private Assistant assistant;
    private DemitasseServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void start() throws IOException {
        log.setLevel(Level.ALL);
        ROOT.addHandler(log);
        ours.setLevel(Level.ALL);
        documents = KnowledgeBase.inMemory(new Refunds());
        documents.put(List.of(new Document("refund", "Refund time", REFUND, "policies")));
        InstantSource source = now::get;
        Clock clock = source.withZone(ZoneOffset.UTC);
        assistant = Assistant.open(new Assistant.Config(
                documents,
                new Refunds(),
                prompts,
                AnswerMode.GENERATED,
                folder.resolve("assistant.db"),
                new Retention(Duration.ofDays(2), Duration.ofDays(30), Duration.ofDays(30)),
                clock));
        server = DemitasseServer.start(Config.of(assistant).withPort(0));
    }

    @AfterEach
    void stop() {
        server.close();
        assistant.close();
        documents.close();
        client.close();
        ours.setLevel(null);
        ROOT.removeHandler(log);
    }

    private String send(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    private String say(String session, String message) throws IOException, InterruptedException {
        String body = Json.text(Map.of("session", session, "message", message));
        return send("POST", "/v1/assist", body);
    }

    private boolean stored(String word) throws IOException {
        return RawFiles.contain(folder, word);
    }

    @Test
    void personalDataIsInNoLogNoFileAndNoPrompt() throws Exception {
        List<String> secrets = List.of(
                "jane.roe@example.org",
                "415-555-2671",
                "4111 1111 1111 1111",
                "DE89370400440532013000",
                "078-05-1120",
                "203.0.113.77",
                "742 Maple Street");
        for (String secret : secrets) {
            String answer = say("s", "how long does a refund take? I am at " + secret + ", is that right?");
            assertTrue(answer.contains("5 working days"), answer);
        }
        say("s", "Call me Fortinbras. I am born on 03/14/1985, my name is Robert Miller, talk to a person");
        send("POST", "/v1/feedback", "{\"session\":\"s\",\"helpful\":true,\"comment\":\"jane.roe@example.org\"}");
        send("POST", "/v1/assist", "{\"session\":\"s\",\"message\":\"jane.roe@example.org");
        String seen = log.lines + prompts.bySession.toString() + send("GET", "/v1/sessions/s/export", "");
        assertTrue(log.lines.stream().anyMatch(line -> line.contains("/v1/assist")), "the log is being read");
        for (String secret : Stream.concat(secrets.stream(), Stream.of("Robert Miller", "03/14/1985"))
                .toList()) {
            assertFalse(seen.contains(secret), secret);
            assertFalse(stored(secret), secret);
        }
        assertFalse((log.lines + prompts.bySession.toString()).contains("Fortinbras"));
    }

    @Test
    void anErasureIsCompleteWhileTheServerGoesOn() throws Exception {
        for (int i = 0; i < 20; i++) {
            say("gone", "how long does a refund of a FORGETME take, in case " + i + "?");
            say("kept", "how long does a refund of a KEEPSAKE take, in case " + i + "?");
        }
        say("gone", "call me Fortinbras");
        JsonNode export = Json.parse(send("GET", "/v1/sessions/gone/export", "").getBytes(StandardCharsets.UTF_8));
        assertEquals("Fortinbras", export.at("/preferences/name").asText(), export.toString());
        assertEquals(42, export.path("messages").size());
        assertEquals("Refund time", export.at("/messages/1/sources/0").asText());
        assertTrue(stored("FORGETME") && stored("Fortinbras"));
        assertTrue(send("DELETE", "/v1/sessions/gone", "").contains("true"));
        assertFalse(stored("FORGETME") || stored("Fortinbras"));
        assertTrue(stored("KEEPSAKE"));
        say("kept", "how long does a refund take?");
        assertFalse(stored("FORGETME") || stored("Fortinbras"));
    }

    @Test
    void whatIsTooOldIsGoneWhileTheServerGoesOn() throws Exception {
        say("s", "how long does a refund of a FORGETME take?");
        now.set(now.get().plus(Duration.ofDays(3)));
        say("s", "how long does a refund of a KEEPSAKE take?");
        assistant.sweep();
        assertFalse(stored("FORGETME"));
        assertTrue(stored("KEEPSAKE"));
        assertFalse(send("GET", "/v1/sessions/s", "").contains("FORGETME"));
    }

    @Test
    void fiftySessionsAtOnceKeepTheirSecrets() throws Exception {
        Map<String, String> said = new ConcurrentHashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                String session = "s" + i;
                String secret = "secret-" + i + "x";
                all.add(threads.submit(() -> said.put(
                        session,
                        say(session, "how long does a refund take? My secret word is " + secret)
                                + say(session, "how long does a refund take? What is my secret word?")
                                + say(session, "talk to a person about " + secret))));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        for (int i = 0; i < 50; i++) {
            String session = "s" + i;
            String secret = "secret-" + i + "x";
            String export = send("GET", "/v1/sessions/" + session + "/export", "");
            assertTrue(export.contains(secret), export);
            String seen = said.get(session) + export + prompts.bySession.get(session);
            assertFalse(seen.replace(secret, "").contains("secret-"), "a secret of another session in " + session);
        }
        assertFalse(log.lines.toString().contains("secret-"), "no words in the log");
    }
}
