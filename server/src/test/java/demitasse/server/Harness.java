package demitasse.server;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.server.DemitasseServer.Config;
import demitasse.testkit.Patience;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;

/** A server on a free port with fakes behind it, and a client. */
final class Harness implements AutoCloseable {
    record Answer(int status, HttpResponse<String> response) {
        JsonNode json() {
            return Json.parse(response.body().getBytes(StandardCharsets.UTF_8));
        }

        String body() {
            return response.body();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        String errorCode() {
            return json().path("error").path("code").asText();
        }

        /** The JSON documents of a stream's data lines. */
        List<JsonNode> data() {
            return response.body()
                    .lines()
                    .filter(line -> line.startsWith("data: {"))
                    .map(line -> Json.parse(line.substring(6).getBytes(StandardCharsets.UTF_8)))
                    .toList();
        }
    }

    static final int CHAT_QUEUE = 2;
    private static final int PLENTY = 1_000_000;
    static final Limits LIMITS = new Limits(256 * 1024, 4_000, 4, 50, 2, 1, Duration.ofMillis(300));

    final FakeDesk desk = new FakeDesk();
    final FakeModel model = new FakeModel();
    final ChatEngine engine = new ChatEngine(model, CHAT_QUEUE);
    final DemitasseServer server;
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Harness() throws IOException {
        this(config -> config);
    }

    Harness(UnaryOperator<Config> change) throws IOException {
        Config config = change.apply(Config.of(null).withPort(0).withLimits(LIMITS));
        server = DemitasseServer.start(config, new Parts(desk, engine, new FakeVectors()));
    }

    URI uri(String path) {
        return URI.create(server.url() + path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(Patience.LIMIT);
    }

    Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), response);
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    Answer post(String path, String body) throws IOException, InterruptedException {
        return send(posting(path, body));
    }

    HttpRequest.Builder posting(String path, String body) {
        return request(path).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
    }

    /** A chat request with one user message and these further fields. */
    static String chat(String fields) {
        return "{\"messages\":[{\"role\":\"user\",\"content\":\"hello there\"}]"
                + (fields.isEmpty() ? "" : "," + fields) + "}";
    }

    /** Whoever still waits for a word. */
    private static void letGo(Semaphore words) {
        if (words != null) {
            words.release(PLENTY);
        }
    }

    @Override
    public void close() {
        letGo(desk.words);
        letGo(model.words);
        server.close();
        engine.close();
        client.close();
    }
}
