package demitasse.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.server.EmbeddedServer;
import demitasse.server.TinyModel;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From outside of the server's package, with its public classes only. */
class EmbeddedServerTest {
    private static final int PORTS_TRIED = 3;

    @TempDir
    Path folder;

    private static Path encoder() {
        return SharedData.repository("models/all-MiniLM-L6-v2.Q8_0.gguf");
    }

    private Path documents() throws IOException {
        String text = "# Returns\n\nYou can send back an espresso machine within 33 days.\n";
        return Files.writeString(folder.resolve("returns.md"), text);
    }

    private static String post(String url, String body) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertEquals(200, response.statusCode(), response.body());
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** A port that is free now may be another program's a moment later. */
    @Test
    void servesItsOwnModelAndDocumentsOnThePortOfItsChoice() throws IOException {
        Path model = folder.resolve("tiny.gguf");
        TinyModel.write(model);
        for (int left = PORTS_TRIED - 1; ; left--) {
            try {
                servesOn(freePort(), model);
                return;
            } catch (IOException e) {
                boolean taken = e instanceof BindException || e.getCause() instanceof BindException;
                if (!taken || left == 0) {
                    throw e;
                }
            }
        }
    }

    private void servesOn(int port, Path model) throws IOException {
        EmbeddedExample.run(encoder(), model, documents(), port, url -> {
            assertTrue(url.endsWith(":" + port), url);
            String answer = post(url + "/v1/assist", "{\"message\":\"how long can I return an espresso machine?\"}");
            assertTrue(answer.contains("33 days"), answer);
            String chat = post(
                    url + "/v1/chat/completions",
                    "{\"max_tokens\":3,\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}");
            assertTrue(chat.contains("\"model\":\"" + TinyModel.NAME + "\""), chat);
        });
        // Closed: the port is free again.
        new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    }

    @Test
    void keepsWhatItKnowsInAFolder() throws IOException {
        var setup = EmbeddedServer.Setup.of(encoder(), documents()).withData(folder.resolve("data"));
        EmbeddedServer.start(setup).close();
        var later = EmbeddedServer.Setup.of(encoder(), null).withData(folder.resolve("data"));
        try (var server = EmbeddedServer.start(later)) {
            String answer =
                    post(server.url() + "/v1/assist", "{\"message\":\"how long can I return an espresso machine?\"}");
            assertTrue(answer.contains("33 days"), answer);
            String found = post(server.url() + "/v1/kb/search", "{\"query\":\"espresso machine back?\"}");
            assertTrue(found.contains("\"evidence\":"), found);
        }
    }

    @Test
    void leavesNothingOpenWhenItCannotStart() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.gguf"), "no model");
        var setup = EmbeddedServer.Setup.of(encoder(), documents()).withChatModel(broken);
        assertThrows(IOException.class, () -> EmbeddedServer.start(setup));
        assertThrows(
                IllegalArgumentException.class,
                () -> EmbeddedServer.start(
                        EmbeddedServer.Setup.of(encoder(), documents()).withServer(c -> c.withHost("0.0.0.0"))));
        assertFalse(Files.exists(folder.resolve("data")));
    }
}
