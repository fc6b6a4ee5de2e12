package demitasse.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of those who write files, at moments that nobody chose: under the final name stands the whole file,
 * or what stood there before. As {@link KillTest}, with more rounds by {@code demitasse.kill.rounds}.
 */
final class KilledWriterTest {
    private static final int ROUNDS = Integer.getInteger("demitasse.kill.rounds", 2);
    private static final long SEED = Long.getLong("demitasse.kill.seed", 1);
    private static final String OLD = "what stood there";
    private static final String DOWNLOAD = "pull";
    private static final String MODEL = "qwen2.5-0.5b";
    private static final String MODEL_FILE = "qwen2.5-0.5b-instruct-q4_k_m.gguf";
    private static final int LOOK_MILLIS = 100;
    private static final int DOWNLOAD_BYTES = 32 << 20;

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);

    /** Where a file is to appear. */
    @FunctionalInterface
    private interface Target {
        /** Null if it is not there. */
        Path find() throws IOException;
    }

    @Test
    void quantize() throws Exception {
        Path in = WriterFixture.decoder(folder.resolve("in.gguf"));
        Path target = folder.resolve("out.gguf");
        List<String> command = command("quantize", in.toString(), target.toString(), "Q4_K_M", "--force");
        kill("quantize", command, Map.of(), folder, target, () -> there(target));
    }

    @Test
    void convert() throws Exception {
        Path in = WriterFixture.encoder(folder.resolve("hf"));
        Path target = folder.resolve("out.gguf");
        List<String> command = command("convert", in.toString(), target.toString(), "--outtype", "f16", "--force");
        kill("convert", command, Map.of(), folder, target, () -> there(target));
    }

    @Test
    void download() throws Exception {
        byte[] content = new byte[DOWNLOAD_BYTES];
        random.nextBytes(content);
        String hash = ModelStore.sha256(Files.write(folder.resolve("content"), content));
        Path target = folder.resolve("cache").resolve(MODEL_FILE);
        try (FileServer server = new FileServer()) {
            server.on("/", exchange -> {
                exchange.getResponseHeaders().set("X-Linked-Etag", '"' + hash + '"');
                FileServer.send(exchange, content);
            });
            Map<String, String> environment = Map.of(
                    "HF_ENDPOINT",
                    server.address(),
                    "DEMITASSE_HOME",
                    folder.resolve("cache").toString());
            kill(DOWNLOAD, command(DOWNLOAD, MODEL), environment, target.getParent(), null, () -> there(target));
            assertEquals(hash, ModelStore.sha256(target));
        }
    }

    @Test
    void panels() throws Exception {
        Path model = WriterFixture.decoder(folder.resolve("model.gguf"));
        Run.good("quantize", model.toString(), folder.resolve("small.gguf").toString(), "Q4_K_M");
        Path panels = folder.resolve("panels");
        List<String> command = ServeProcess.java("-Xmx512m");
        command.addAll(List.of(
                WriterFixture.class.getName(), folder.resolve("small.gguf").toString(), panels.toString()));
        kill("panels", command, Map.of(), panels, null, () -> panel(panels));
    }

    private static Path there(Path file) {
        return Files.exists(file) ? file : null;
    }

    private static Path panel(Path panels) throws IOException {
        try (Stream<Path> files = Files.list(panels)) {
            return files.filter(file -> file.toString().endsWith(".panels"))
                    .findFirst()
                    .orElse(null);
        }
    }

    private static List<String> command(String... arguments) {
        List<String> command = ServeProcess.java("-Xmx512m");
        command.add(Main.class.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    /**
     * @param place the folder in which the file appears
     * @param replaced stands there before every other round; null: never
     */
    private void kill(
            String name,
            List<String> command,
            Map<String, String> environment,
            Path place,
            Path replaced,
            Target target)
            throws IOException, InterruptedException {
        Files.createDirectories(place);
        Process first = start(command, environment, place);
        long begin = System.nanoTime();
        assertEquals(0, first.waitFor(), this::errors);
        long writing = System.nanoTime() - begin;
        String whole = ModelStore.sha256(target.find());
        int unfinished = 0;
        int finished = 0;
        for (int round = 0; round < ROUNDS; round++) {
            remove(target.find());
            boolean old = replaced != null && round % 2 == 1;
            if (old) {
                Files.writeString(replaced, OLD);
            }
            Process process = start(command, environment, place);
            process.waitFor(random.nextLong(writing), TimeUnit.NANOSECONDS); // the moment is what is tested
            process.destroyForcibly().waitFor();
            Path there = target.find();
            boolean done = there != null && ModelStore.sha256(there).equals(whole);
            finished += done ? 1 : 0;
            unfinished += parts().isEmpty() ? 0 : 1;
            assertTrue(done || (old ? OLD.equals(text(there)) : there == null), () -> name + ": a part of a file");
            removeParts(name);
        }
        remove(target.find());
        assertEquals(0, start(command, environment, place).waitFor(), this::errors);
        assertEquals(whole, ModelStore.sha256(target.find()));
        System.out.printf(
                "%s killed %d times, seed %d: %d while the file was unfinished, %d when it was done%n",
                name, ROUNDS, SEED, unfinished, finished);
    }

    private static void remove(Path file) throws IOException {
        if (file != null) {
            Files.delete(file);
        }
    }

    private static String text(Path file) throws IOException {
        return file == null ? null : Files.readString(file);
    }

    /** Starts it and waits until something happens in the folder where it is to write. */
    private Process start(List<String> command, Map<String, String> environment, Path place)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("stderr").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        try (WatchService watch = place.getFileSystem().newWatchService()) {
            place.register(watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
            Process process = builder.start();
            while (process.isAlive() && !writes(watch.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS))) {
                // It has yet to begin.
            }
            return process;
        }
    }

    private static boolean writes(WatchKey key) {
        boolean part = key != null
                && key.pollEvents().stream()
                        .anyMatch(event -> String.valueOf(event.context()).endsWith(".part"));
        if (key != null) {
            key.reset();
        }
        return part;
    }

    private List<Path> parts() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".part")).toList();
        }
    }

    /** A download goes on from its part, so that stays. */
    private void removeParts(String name) throws IOException {
        if (!name.equals(DOWNLOAD)) {
            for (Path part : parts()) {
                Files.delete(part);
            }
        }
    }

    private String errors() {
        try {
            return Files.readString(folder.resolve("stderr"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
