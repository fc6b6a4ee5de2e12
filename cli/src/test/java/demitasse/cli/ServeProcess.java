package demitasse.cli;

import demitasse.testkit.Patience;
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

/** {@code serve} as a process of its own, which can be killed. */
final class ServeProcess implements AutoCloseable {
    record Answer(int status, String body) {}

    private final Process process;
    private final Path stderr;
    private String url;

    private ServeProcess(Process process, Path stderr) {
        this.process = process;
        this.stderr = stderr;
    }

    /** @param arguments instead of {@code -m none} */
    static ServeProcess start(Path root, Path data, Path stderr, String... arguments) throws IOException {
        return start("512m", root, data, stderr, arguments);
    }

    /** @param heap the most that it may take */
    static ServeProcess start(String heap, Path root, Path data, Path stderr, String... arguments) throws IOException {
        List<String> command = java("-Xmx" + heap, "-Ddemitasse.root=" + root);
        command.addAll(List.of("demitasse.cli.Main", "serve", "--port", "0", "--data", data.toString()));
        command.addAll(List.of(arguments.length == 0 ? new String[] {"-m", "none"} : arguments));
        return new ServeProcess(start(command, stderr), stderr);
    }

    static List<String> java(String... options) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        return command;
    }

    static Process start(List<String> command, Path stderr) throws IOException {
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(stderr.toFile()))
                .start();
    }

    /** Waits until it answers; false if it has ended instead. */
    boolean ready() throws IOException {
        url = process.inputReader(StandardCharsets.UTF_8).readLine();
        return url != null;
    }

    Answer send(HttpClient client, String method, String path, String body) throws IOException, InterruptedException {
        return send(client, method, path, "application/json", body);
    }

    Answer send(HttpClient client, String method, String path, String type, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(URI.create(url + path))
                        .timeout(Patience.LIMIT)
                        .header("Content-Type", type)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body());
    }

    long pid() {
        return process.pid();
    }

    /** SIGKILL, and then no more of it. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    String errors() {
        try {
            return Files.readString(stderr);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
