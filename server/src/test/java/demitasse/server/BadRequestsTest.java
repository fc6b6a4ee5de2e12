package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Generated requests, most of them wrong: none is answered with a 500, none hangs. docs/RELIABILITY.md has the command for
 * thousands, also against another server.
 */
class BadRequestsTest {
    private static final int REQUESTS = Integer.getInteger("demitasse.fuzz.requests", 400);
    private static final long SEED = Long.getLong("demitasse.fuzz.seed", 1);
    /** A server that runs already; null: one of fakes. */
    private static final String URL = System.getProperty("demitasse.fuzz.url");

    private static final int HANGS_AFTER_MILLIS = 120_000;

    /** So that an answer of a model that does not end is soon over. */
    private static final Limits LIMITS = new Limits(256 * 1024, 4_000, 4, 20, 2, 8, Duration.ofMillis(300));

    @TempDir
    Path folder;

    @Test
    void nothingThatComesInIsAnsweredWithA500() throws Exception {
        if (URL != null) {
            run(URI.create(URL));
            return;
        }
        // A real server, so that what is behind the endpoints is tried too.
        Path documents = Files.writeString(folder.resolve("refund.md"), "# Refunds\n\nA refund takes 5 days.");
        Path model = folder.resolve("tiny.gguf");
        TinyModel.write(model);
        Path encoder = SharedData.repository("models/all-MiniLM-L6-v2.Q8_0.gguf");
        EmbeddedServer.Setup setup = EmbeddedServer.Setup.of(encoder, documents)
                .withChatModel(model)
                .withServer(config -> config.withPort(0).withLimits(LIMITS));
        try (EmbeddedServer server = EmbeddedServer.start(setup)) {
            URI uri = URI.create(server.url());
            run(uri);
            assertEquals(
                    "200",
                    send(uri, "GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        }
    }

    private static void run(URI server) throws IOException {
        BadRequests requests = new BadRequests(description(), new Random(SEED));
        Map<String, Integer> statuses = new TreeMap<>();
        List<String> failures = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            BadRequests.Made request = requests.next();
            String status = send(server, request.bytes());
            statuses.merge(status, 1, Integer::sum);
            if (status.equals("hangs") || status.startsWith("5") && !isHonest(status, request.bytes())) {
                failures.add(status + " for request " + i + ": " + abridged(request.bytes()));
            }
        }
        System.out.println(REQUESTS + " generated requests, seed " + SEED + ": " + statuses);
        assertEquals(List.of(), failures);
        assertTrue(statuses.containsKey("400"));
    }

    /**
     * 501: a method or a transfer coding that HTTP does not ask us to have; 505: a version of HTTP; 503: it is asked whether
     * the server is ready, and it still warms up.
     */
    private static boolean isHonest(String status, byte[] request) {
        String text = new String(request, StandardCharsets.ISO_8859_1);
        return List.of("501", "505").contains(status) || status.equals("503") && text.contains(" /health/ready");
    }

    private static JsonNode description() throws IOException {
        try (InputStream in = DemitasseServer.class.getResourceAsStream("web/openapi.json")) {
            return Json.parse(in.readAllBytes());
        }
    }

    /** The status; "closed" if the connection was closed without one, "hangs" if nothing came. */
    private static String send(URI server, byte[] request) throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(HANGS_AFTER_MILLIS);
            try {
                socket.getOutputStream().write(request);
                // A part of a request, or one shorter than it says, would be waited for. The whole ones get their
                // answer
                // before this is noticed, or are taken for those of a client that has left.
                String answer = answer(socket, request);
                return answer.startsWith("HTTP/1.1 ") ? answer.substring(9, 12) : "closed";
            } catch (SocketTimeoutException e) {
                return "hangs";
            } catch (IOException e) {
                return "closed";
            }
        }
    }

    private static String answer(Socket socket, byte[] request) throws IOException {
        String text = new String(request, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0 || isShort(text.substring(0, end), request.length - end - 4)) {
            socket.shutdownOutput();
        }
        int first = read(socket);
        return first < 0
                ? ""
                : (char) first + new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /** Waits twice: both processes may have been stopped while the time ran on. */
    private static int read(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read();
        } catch (SocketTimeoutException e) {
            return socket.getInputStream().read();
        }
    }

    private static boolean isShort(String head, int body) {
        for (String line : head.split("\r\n")) {
            if (line.startsWith("Content-Length: ")) {
                try {
                    return Long.parseLong(line.substring(16)) > body;
                } catch (NumberFormatException e) {
                    return false;
                }
            }
        }
        return head.contains("Transfer-Encoding");
    }

    private static String abridged(byte[] request) {
        byte[] most = Arrays.copyOf(request, Math.min(request.length, 700));
        return new String(most, StandardCharsets.UTF_8).replace("\r\n", "\\n");
    }
}
