package demitasse.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import demitasse.testkit.SharedData;
import java.io.BufferedReader;
import java.io.IOException;
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

/** The command as a process of its own: what it prints, that it answers, and how it ends. */
final class ServeTest {
    /** 128 and the number of the signal, as shells count. */
    private static final int SIGTERM_CODE = 128 + 15;

    @TempDir
    private Path folder;

    @Test
    void servesAndEndsCleanly() throws IOException, InterruptedException {
        Process process = serve(folder.resolve("stderr"), "--port", "0");
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
                HttpClient client = HttpClient.newHttpClient()) {
            String url = out.readLine();
            assertNotNull(url, () -> errors());
            HttpResponse<String> health = client.send(
                    HttpRequest.newBuilder(URI.create(url).resolve("/health")).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(200, health.statusCode(), health.body());
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create(url).resolve("/v1/assist"))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "{\"session\":\"test\",\"message\":\"I want to talk to a person\"}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(200, answer.statusCode(), answer.body());
            assertTrue(JsonLines.JSON.readTree(answer.body()).get("escalated").asBoolean(), answer.body());

            String port = Integer.toString(URI.create(url).getPort());
            Path told = folder.resolve("told"); // what the first says meanwhile is elsewhere
            Process second = serve(told, "--port", port);
            assertEquals(1, second.waitFor(), () -> text(told));
            assertTrue(text(told).lines().reduce((a, b) -> b).orElse("").contains(port), () -> text(told));

            process.toHandle().destroy(); // SIGTERM
            assertEquals(SIGTERM_CODE, process.waitFor(), this::errors);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamed() throws IOException {
        Path data = Files.createDirectory(folder.resolve("read-only"));
        assertTrue(data.toFile().setWritable(false));
        assumeFalse(Files.isWritable(data), "root writes everywhere");
        Run run = Run.of("serve", "-m", "none", "--data", data.toString());
        assertEquals(1, run.code(), run.toString());
        assertEquals("demitasse: " + data + ": cannot be written", run.err().strip());
    }

    private Process serve(Path stderr, String... arguments) throws IOException {
        SharedData.repository("models/all-MiniLM-L6-v2.Q8_0.gguf");
        List<String> command = new ArrayList<>(List.of(
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
                "-m",
                "none",
                "--data",
                folder.resolve("data").toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(stderr.toFile()).start();
    }

    private String errors() {
        return text(folder.resolve("stderr"));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
