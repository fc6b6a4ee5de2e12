package demitasse.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import demitasse.testkit.Patience;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mixed traffic on a real server, with a sample of memory, files and threads now and then. By itself a hundred requests;
 * with {@code demitasse.soak.minutes} for so long, and the slopes are printed. They are read by people: what the JIT
 * compiler and the caches take in the first minutes is no leak.
 */
final class SoakTest {
    private static final double MINUTES = Double.parseDouble(System.getProperty("demitasse.soak.minutes", "0"));
    private static final double PER_SECOND = Double.parseDouble(System.getProperty("demitasse.soak.rate", "5"));
    private static final int SHORT = 100;
    private static final double SAMPLE_SECONDS = 15;
    private static final double MEGABYTE = 1e6;

    /** @param heap after a collection, in MB; rss in MB */
    private record Sample(double minute, double heap, double rss, double files, double threads) {}

    @TempDir
    private Path folder;

    private final Random random = new Random(1);
    private final Map<Integer, Integer> statuses = new TreeMap<>();
    private final List<String> sessions = new ArrayList<>();
    private int sent;

    @Test
    void mixedTrafficLeavesNothingBehind() throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "samples are read from /proc");
        Path model = SharedData.repository("phi3/src/test/resources/nano/llama-spm.gguf");
        List<Sample> samples = new ArrayList<>();
        try (ServeProcess server = ServeProcess.start(
                        SharedData.root(), folder.resolve("data"), folder.resolve("stderr"), "-m", model.toString());
                HttpClient client = HttpClient.newHttpClient()) {
            assertTrue(server.ready(), server::errors);
            long begin = System.nanoTime();
            double next = 0;
            for (double seconds = 0; MINUTES > 0 ? seconds < MINUTES * 60 : sent < SHORT; sent++) {
                if (MINUTES > 0 && seconds >= next) {
                    samples.add(sample(server, client, seconds / 60));
                    next = seconds + SAMPLE_SECONDS;
                }
                request(server, client);
                if (MINUTES > 0) {
                    new CountDownLatch(1).await((long) (1e6 / PER_SECOND), TimeUnit.MICROSECONDS);
                }
                seconds = (System.nanoTime() - begin) / 1e9;
            }
            samples.add(sample(server, client, (System.nanoTime() - begin) / 60e9));
        }
        statuses.keySet().forEach(status -> assertTrue(status < 500, () -> "a status " + statuses));
        report(samples);
    }

    private void request(ServeProcess server, HttpClient client) throws IOException, InterruptedException {
        String session = sessions.isEmpty() || random.nextInt(3) == 0
                ? "s" + sent
                : sessions.get(random.nextInt(sessions.size()));
        String chat = "{\"messages\":[{\"role\":\"user\",\"content\":\"hello " + sent + "\"}],\"max_tokens\":16";
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> {
                post(server, client, "/v1/assist", say(session, "how long does refund number " + sent + " take?"));
                sessions.add(session);
            }
            case 3 -> post(server, client, "/v1/assist", say(session, "I want to talk to a person"));
            case 4 -> post(server, client, "/v1/completions", "{\"prompt\":\"hello\",\"max_tokens\":16}");
            case 5 ->
                post(server, client, "/v1/completions", "{\"prompt\":\"hello\",\"max_tokens\":16,\"stream\":true}");
            case 6 -> post(server, client, "/v1/chat/completions", chat + "}");
            case 7 -> post(server, client, "/v1/embeddings", "{\"input\":[\"a text " + sent + "\",\"another\"]}");
            case 8 -> post(server, client, "/v1/assist", "{\"message\":");
            case 9 -> count(server.send(client, "GET", "/v1/sessions/" + session, ""));
            case 10 -> {
                count(server.send(client, "GET", "/v1/handoffs", ""));
                count(server.send(client, "GET", "/", ""));
            }
            default -> {
                count(server.send(client, "DELETE", "/v1/sessions/" + session, ""));
                sessions.remove(session);
            }
        }
    }

    private static String say(String session, String text) {
        return "{\"session\":\"" + session + "\",\"message\":\"" + text + "\"}";
    }

    private void post(ServeProcess server, HttpClient client, String path, String body)
            throws IOException, InterruptedException {
        count(server.send(client, "POST", path, body));
    }

    private void count(ServeProcess.Answer answer) {
        statuses.merge(answer.status(), 1, Integer::sum);
    }

    private static Sample sample(ServeProcess server, HttpClient client, double minute)
            throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        String pid = Long.toString(server.pid());
        assertEquals(
                0,
                new ProcessBuilder(
                                jcmd.toString(),
                                "-J-Dsun.tools.attach.attachTimeout=" + Patience.LIMIT.toMillis(),
                                pid,
                                "GC.run")
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor());
        double heap = server.send(client, "GET", "/metrics", "")
                .body()
                .lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
        Path process = Path.of("/proc", pid);
        double files;
        try (Stream<Path> open = Files.list(process.resolve("fd"))) {
            files = open.count();
        }
        return new Sample(
                minute,
                heap / MEGABYTE,
                status(process, "VmRSS:") * 1024 / MEGABYTE,
                files,
                status(process, "Threads:"));
    }

    private static double status(Path process, String name) throws IOException {
        return Files.readAllLines(process.resolve("status")).stream()
                .filter(line -> line.startsWith(name))
                .mapToDouble(
                        line -> Double.parseDouble(line.substring(name.length()).replace("kB", "")))
                .findFirst()
                .orElseThrow();
    }

    private void report(List<Sample> samples) {
        System.out.printf(Locale.ROOT, "%d requests, statuses %s%n", sent, statuses);
        System.out.println("minute  heap MB  RSS MB  files  threads");
        for (Sample s : samples) {
            System.out.printf(
                    Locale.ROOT, "%6.1f %8.1f %7.0f %6.0f %8.0f%n", s.minute, s.heap, s.rss, s.files, s.threads);
        }
        List<Sample> later = samples.subList(samples.size() / 2, samples.size());
        if (later.size() > 2) {
            System.out.printf(
                    Locale.ROOT,
                    "slopes of the second half: heap %+.1f MB/h, RSS %+.0f MB/h, files %+.1f/h, threads %+.1f/h%n",
                    slope(later, Sample::heap),
                    slope(later, Sample::rss),
                    slope(later, Sample::files),
                    slope(later, Sample::threads));
        }
    }

    /** By least squares, an hour. */
    private static double slope(List<Sample> samples, ToDoubleFunction<Sample> value) {
        double minutes = samples.stream().mapToDouble(Sample::minute).average().orElseThrow();
        double mean = samples.stream().mapToDouble(value).average().orElseThrow();
        double covariance = 0;
        double variance = 0;
        for (Sample sample : samples) {
            double distance = sample.minute() - minutes;
            covariance += distance * (value.applyAsDouble(sample) - mean);
            variance += distance * distance;
        }
        return covariance / variance * 60;
    }
}
