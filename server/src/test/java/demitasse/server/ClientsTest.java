package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that others wrote, as they come from their registries, run the scripts of {@code src/test/clients}. Where they
 * cannot be had the tests are skipped.
 */
class ClientsTest {
    private static final List<String> PYTHON = List.of("openai==3.57.0", "ollama==0.6.3", "langchain-openai==1.7.4");
    private static final String NODE = "openai@6.49.0";
    private static final Path SCRIPTS = Path.of("src/test/clients").toAbsolutePath();
    private static final Path PLACE = Path.of("target/clients").toAbsolutePath();
    private static final long MINUTES = 8;

    private static TinyServer server;

    @TempDir
    static Path folder;

    @BeforeAll
    static void start() throws IOException {
        Files.createDirectories(PLACE);
        server = new TinyServer(folder);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private record Ended(int code, String output) {}

    /** Exit code -1 where the program is not there, or does not end. */
    private static Ended run(Path in, List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "client", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(in.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("NO_PROXY", "127.0.0.1,localhost");
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return new Ended(-1, e.getMessage());
        }
        boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
        process.destroyForcibly();
        return new Ended(ended ? process.exitValue() : -1, Files.readString(output));
    }

    private static void need(String what, Ended setup) {
        Assumptions.assumeTrue(setup.code() == 0, () -> "skipped: " + what + " cannot be had: " + setup.output());
    }

    /** One environment for all scripts, made when first needed. */
    private static String python() throws IOException, InterruptedException {
        Path environment = PLACE.resolve("python");
        String python = environment.resolve("bin/python").toString();
        if (!Files.exists(environment.resolve("bin/pip"))) {
            need("a Python environment", run(PLACE, List.of("python3", "-m", "venv", environment.toString())));
        }
        List<String> install = new ArrayList<>(List.of(python, "-m", "pip", "install", "-q"));
        install.addAll(PYTHON);
        need("the Python clients", run(PLACE, install));
        return python;
    }

    private static void passes(Path in, List<String> command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(server.url(), TinyModel.NAME, TinyServer.EMBEDDING));
        Ended ended = run(in, all);
        assertEquals(0, ended.code(), ended::output);
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai_client.py", "ollama_client.py", "langchain_client.py"})
    void python(String script) throws IOException, InterruptedException {
        passes(SCRIPTS, List.of(python(), script));
    }

    @Test
    void openAiForNode() throws IOException, InterruptedException {
        Path place = Files.createDirectories(PLACE.resolve("node"));
        String script = "openai_client.mjs";
        Files.writeString(place.resolve(script), Files.readString(SCRIPTS.resolve(script)));
        Files.writeString(place.resolve("package.json"), "{\"private\":true}");
        need("the Node client", run(place, List.of("npm", "install", "--no-audit", "--no-fund", NODE)));
        passes(place, List.of("node", script));
    }
}
