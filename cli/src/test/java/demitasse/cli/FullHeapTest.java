package demitasse.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real server and a file of half a million elements, for which its heap has no room: the import is refused before it takes
 * the memory of all others.
 */
final class FullHeapTest {
    private static final String HEAP = "80m";
    private static final int TIMES = 3;
    private static final String BOUNDARY = "part";
    private static final String QUESTION = "{\"session\":\"%s\",\"message\":\"how long does a refund take?\"}";

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    private static String file(String text) {
        return "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.html\"\r\n\r\n"
                + text + "\r\n--" + BOUNDARY + "--\r\n";
    }

    private ServeProcess.Answer send(ServeProcess server, String text) throws Exception {
        return server.send(
                client, "POST", "/v1/kb/import?replace=true", "multipart/form-data; boundary=" + BOUNDARY, file(text));
    }

    private ServeProcess.Answer ask(ServeProcess server, String session) throws Exception {
        return server.send(client, "POST", "/v1/assist", QUESTION.formatted(session));
    }

    @Test
    void theRequestFailsAndTheServerLives() throws Exception {
        Path root = SmallRoot.make(folder.resolve("root"));
        try (ServeProcess server =
                        ServeProcess.start(HEAP, root, folder.resolve("data"), folder.resolve("stderr"), "-m", "none");
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertTrue(server.ready(), server::errors);
            assertEquals(200, ask(server, "before").status());
            AtomicBoolean done = new AtomicBoolean();
            Future<List<Integer>> others = threads.submit(() -> {
                List<Integer> statuses = new ArrayList<>();
                while (!done.get()) {
                    statuses.add(ask(server, "other").status());
                }
                return statuses;
            });
            for (int i = 0; i < TIMES; i++) {
                var full = send(server, "<p>x".repeat(500_000));
                assertEquals(503, full.status(), full::body);
                assertTrue(full.body().contains("out_of_memory"), full.body());
                assertEquals(200, ask(server, "after" + i).status());
            }
            done.set(true);
            assertTrue(
                    others.get().stream().allMatch(status -> status == 200),
                    () -> others.resultNow() + server.errors());
            var small = send(server, "<h1>Refunds</h1><p>A refund takes a week.");
            assertEquals(200, small.status(), small::body);
            assertTrue(small.body().contains("\"taken\":1"), small.body());
            assertTrue(server.send(client, "GET", "/health/ready", "").status() == 200);
            assertTrue(server.errors().contains("OutOfMemoryError"), "the log says so");
        } finally {
            client.close();
        }
    }
}
