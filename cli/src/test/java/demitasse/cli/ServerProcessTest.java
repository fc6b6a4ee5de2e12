package demitasse.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.testkit.Patience;
import demitasse.testkit.SharedData;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server as its own process, as those who keep it running see it: its log, a backup, and its way down. */
final class ServerProcessTest {
    private static final int SIGTERM_CODE = 128 + 15;
    private static final String QUESTION = "how long does a refund of my zebrafish take?";

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private URI url;

    private Process start() throws IOException {
        SharedData.repository("models/all-MiniLM-L6-v2.Q8_0.gguf");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx512m",
                "-Ddemitasse.root=" + SharedData.root(),
                "-cp",
                System.getProperty("java.class.path"),
                "demitasse.cli.Main",
                "serve",
                "--data",
                folder.resolve("data").toString()));
        builder.environment().put("DEMITASSE_MODEL", "none");
        builder.environment().put("DEMITASSE_PORT", "0");
        builder.environment().put("DEMITASSE_LOG_FORMAT", "json");
        // On a machine that is busy a request that is held back for a while must not be given up.
        for (String time : List.of("DRAIN", "BODY_TIMEOUT", "IDLE_TIMEOUT")) {
            builder.environment().put("DEMITASSE_" + time, Long.toString(Patience.LIMIT.toSeconds()));
        }
        builder.environment().put("DEMITASSE_LOG_LEVEL", "debug");
        return builder.redirectError(log().toFile()).start();
    }

    private Path log() {
        return folder.resolve("log");
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(url.resolve(path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .header("X-Request-Id", "request-of-" + method)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** A request whose body is still to come: the 100 says that the server is waiting for it. */
    private Socket begin(String body) throws IOException {
        Socket socket = new Socket("127.0.0.1", url.getPort());
        socket.getOutputStream()
                .write(("POST /v1/assist HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                                + "Expect: 100-continue\r\nContent-Length: " + body.length() + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void logsNoWordOfACustomerAndFinishesWhatItHasBegun() throws Exception {
        Process process = start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String first = out.readLine();
            assertNotNull(first, () -> "no address; log: " + lines());
            url = URI.create(first);
            customer();
            backup();
            String body = "{\"session\":\"secret-session\",\"message\":\"" + QUESTION + "\"}";
            try (Socket running = begin(body);
                    BufferedReader answer = new BufferedReader(
                            new InputStreamReader(running.getInputStream(), StandardCharsets.UTF_8))) {
                assertTrue(answer.readLine().contains("100"));
                process.toHandle().destroy(); // SIGTERM
                while (!send("GET", "/health/ready", "").body().contains("stopping")) {
                    Thread.onSpinWait();
                }
                assertEquals(503, send("POST", "/v1/assist", body).statusCode());
                assertTrue(process.isAlive());
                running.getOutputStream().write(body.getBytes(StandardCharsets.US_ASCII));
                String all = String.join("\n", answer.lines().toList());
                assertTrue(all.contains("HTTP/1.1 200") && all.contains("\"sources\""), all);
            }
            assertEquals(SIGTERM_CODE, process.waitFor(), this::lines);
        } finally {
            process.destroyForcibly();
            client.close();
        }
        // SQLite removes its log when the last connection is closed as it should be.
        for (String name : BackupFile.DATABASES.keySet()) {
            assertTrue(Files.exists(folder.resolve("data").resolve(name)));
            assertFalse(Files.exists(folder.resolve("data").resolve(name + "-wal")), name);
        }
        checkLog();
    }

    private void customer() throws Exception {
        String text =
                "{\"session\":\"secret-session\",\"message\":\"" + QUESTION + " I am at jane@zebrafish.example\"}";
        assertEquals(200, send("POST", "/v1/assist", text).statusCode());
        send("POST", "/v1/assist", text.substring(0, text.length() - 5));
        send("POST", "/v1/assist?zebrafish=1", "[\"zebrafish\"]");
        send("POST", "/v1/feedback", "{\"session\":\"secret-session\",\"helpful\":true,\"comment\":\"zebrafish\"}");
        send("POST", "/v1/embeddings", "{\"input\":\"zebrafish\"}");
        send("POST", "/v1/chat/completions", "{\"messages\":[{\"role\":\"zebrafish\",\"content\":\"zebrafish\"}]}");
        send("GET", "/v1/sessions/secret-session", "");
        send("GET", "/zebrafish/secret-session", "");
        send("DELETE", "/v1/sessions/secret-session", "");
    }

    private void backup() {
        String file = folder.resolve("backup.zip").toString();
        String data = folder.resolve("data").toString();
        Run.good("backup", file, "--data", data);
        Run refused = Run.of("restore", file, "--data", data);
        assertEquals(1, refused.code());
        assertTrue(refused.err().contains("stop the server"), refused.err());
    }

    private String lines() {
        try {
            return Files.readString(log());
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void checkLog() throws IOException {
        List<JsonNode> requests = new ArrayList<>();
        for (String line : lines().split("\n")) {
            if (line.startsWith("WARNING: Using incubator modules")) {
                continue; // the JVM's, which the launcher takes out
            }
            JsonNode json = JsonLines.JSON.readTree(line);
            assertFalse(
                    json.get("time").asText().isEmpty()
                            || json.get("level").asText().isEmpty(),
                    line);
            if (json.get("logger").asText().equals("demitasse.access")) {
                requests.add(json);
            }
        }
        assertTrue(requests.size() >= 9, lines());
        for (JsonNode request : requests) {
            assertTrue(request.path("request").asText().matches("request-of-[A-Z]+|[0-9a-f-]{36}"), request.toString());
            assertTrue(request.path("status").asInt() >= 200, request.toString());
        }
        assertTrue(requests.stream().anyMatch(r -> r.path("route").asText().equals("/v1/sessions/{id}")));
        for (String secret : new String[] {"zebrafish", "secret-session", "jane"}) {
            assertFalse(lines().contains(secret), lines());
        }
    }
}
