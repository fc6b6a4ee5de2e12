package demitasse.server;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.agent.AnswerMode;
import demitasse.agent.Assistant;
import demitasse.agent.Retention;
import demitasse.rag.Document;
import demitasse.rag.Embedder;
import demitasse.rag.KnowledgeBase;
import demitasse.server.DemitasseServer.Config;
import demitasse.testkit.Patience;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
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
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** A server with a real assistant on real stores, two documents in it, and a client. Only the embedder is a stand-in. */
final class Shop implements AutoCloseable {
    private static final String BOUNDARY = "----boundary----";

    /** Texts that share words are near. */
    static final class Words implements Embedder {
        private static final int DIMENSIONS = 251;
        private static final String HELD = "Held back";

        /** Texts that begin with these words wait for it. */
        final CountDownLatch hold = new CountDownLatch(1);

        final CountDownLatch waiting = new CountDownLatch(1);

        @Override
        public int dimensions() {
            return DIMENSIONS;
        }

        @Override
        public List<float[]> embed(List<String> texts) {
            if (texts.getFirst().startsWith(HELD)) {
                waiting.countDown();
                try {
                    hold.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            return texts.stream().map(Words::embed).toList();
        }

        private static float[] embed(String text) {
            float[] vector = new float[DIMENSIONS];
            for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}]+")) {
                if (word.length() > 3) {
                    vector[Math.floorMod(word.hashCode() * 31, DIMENSIONS)] += 1;
                }
            }
            double squares = 1e-9;
            for (float v : vector) {
                squares += v * v;
            }
            for (int i = 0; i < DIMENSIONS; i++) {
                vector[i] /= (float) Math.sqrt(squares);
            }
            return vector;
        }
    }

    record Answer(int status, JsonNode json, HttpResponse<String> response) {
        String code() {
            return json.at("/error/code").asText();
        }
    }

    record File(String name, byte[] content) {
        static File of(String name, String text) {
            return new File(name, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-23T12:00:00Z"));
    final Words embedder = new Words();
    final KnowledgeBase documents;
    final Assistant assistant;
    final DemitasseServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    Shop(Path folder) throws IOException {
        documents = KnowledgeBase.open(folder.resolve("knowledge.db"), embedder);
        documents.put(List.of(
                new Document("refund", "Refund time", "A refund takes 5 working days to your card.", "policies"),
                new Document("shipping/parcel", "Parcel delivery", "A parcel takes <b>two</b> days.", "shipping")));
        InstantSource source = now::get;
        Clock clock = source.withZone(ZoneOffset.UTC);
        assistant = Assistant.open(new Assistant.Config(
                documents,
                embedder,
                null,
                AnswerMode.EXTRACTIVE,
                folder.resolve("assistant.db"),
                new Retention(Duration.ofDays(2), Duration.ofDays(30), Duration.ofDays(30)),
                clock));
        server = DemitasseServer.start(Config.of(assistant).withPort(0));
    }

    Answer send(String method, String path, String contentType, byte[] body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .timeout(Patience.LIMIT)
                .header("Content-Type", contentType)
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        boolean json = response.headers().firstValue("Content-Type").orElse("").startsWith("application/json;");
        JsonNode tree = json ? Json.parse(response.body().getBytes(StandardCharsets.UTF_8)) : null;
        return new Answer(response.statusCode(), tree, response);
    }

    Answer send(String method, String path, Object body) throws Exception {
        return send(method, path, "application/json", Json.text(body).getBytes(StandardCharsets.UTF_8));
    }

    Answer get(String path) throws Exception {
        return send("GET", path, "application/json", new byte[0]);
    }

    Answer upload(String query, List<File> files) throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (File file : files) {
            String head = "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"files\"; filename=\""
                    + file.name + "\"\r\nContent-Type: text/plain\r\n\r\n";
            body.writeBytes(head.getBytes(StandardCharsets.UTF_8));
            body.writeBytes(file.content);
            body.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        }
        body.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return send("POST", "/v1/kb/import" + query, "multipart/form-data; boundary=" + BOUNDARY, body.toByteArray());
    }

    /** Sends a file of zeros to the import without saying how long it is. Returns the status. */
    int chunked(String head, int zeros, String tail) throws Exception {
        InputStream body = new SequenceInputStream(Collections.enumeration(List.of(
                new ByteArrayInputStream(head.getBytes(StandardCharsets.UTF_8)),
                new ByteArrayInputStream(new byte[zeros]),
                new ByteArrayInputStream(tail.getBytes(StandardCharsets.UTF_8)))));
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "/v1/kb/import"))
                .version(HttpClient.Version.HTTP_1_1)
                .header("Content-Type", "multipart/form-data; boundary=x")
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    JsonNode ask(String session, String message) throws Exception {
        return send("POST", "/v1/assist", Map.of("session", session, "message", message))
                .json();
    }

    @Override
    public void close() {
        server.close();
        assistant.close();
        documents.close();
        client.close();
    }
}
