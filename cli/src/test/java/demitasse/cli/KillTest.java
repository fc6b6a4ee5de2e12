package demitasse.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.rag.Document;
import demitasse.rag.KnowledgeBase;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at moments that nobody chose, under a load of writes. docs/RELIABILITY.md has the command for 200
 * rounds; {@code demitasse.kill.seed} repeats the moments.
 */
final class KillTest {
    private static final int ROUNDS = Integer.getInteger("demitasse.kill.rounds", 2);
    private static final long SEED = Long.getLong("demitasse.kill.seed", 1);
    private static final int VISITORS = 4;
    private static final int LONGEST_LOAD_MILLIS = 1_500;
    private static final int MOST_CHANGES = 50;
    /** One start in so many is killed before it is through. */
    private static final int KILLED_STARTS = 5;

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);
    private Path root;
    private final LongSummaryStatistics starts = new LongSummaryStatistics();

    @Test
    void aKilledServerHasLostNothing() throws Exception {
        root = SmallRoot.make(folder.resolve("root"));
        Path data = folder.resolve("data");
        List<Visitor> all = new ArrayList<>();
        try (HttpClient client = HttpClient.newHttpClient()) {
            List<Visitor> last = List.of();
            for (int round = 0; round < ROUNDS; round++) {
                if (random.nextInt(KILLED_STARTS) == 0) {
                    killStart(data);
                }
                last = round(data, client, round, last);
                all.addAll(last);
            }
            try (ServeProcess server = start(data)) {
                for (Visitor visitor : all) {
                    visitor.check(server, data);
                }
            }
        }
        report(all);
    }

    private List<Visitor> round(Path data, HttpClient client, int round, List<Visitor> before) throws Exception {
        List<Visitor> visitors = new ArrayList<>();
        try (ServeProcess server = start(data);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Visitor visitor : before) {
                visitor.check(server, data);
            }
            CountDownLatch first = new CountDownLatch(VISITORS);
            List<Future<?>> visits = new ArrayList<>();
            for (int i = 0; i < VISITORS; i++) {
                Visitor visitor = new Visitor(client, "r" + round + "v" + i, new Random(random.nextLong()));
                visitors.add(visitor);
                visits.add(threads.submit(() -> {
                    visitor.visit(server, first);
                    return null;
                }));
            }
            first.await();
            // Not a wait for something: the moment is what is tested.
            new CountDownLatch(1).await(random.nextInt(LONGEST_LOAD_MILLIS), TimeUnit.MILLISECONDS);
            server.kill();
            for (Future<?> visit : visits) {
                visit.get();
            }
        }
        return visitors;
    }

    private ServeProcess start(Path data) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        ServeProcess server = ServeProcess.start(root, data, folder.resolve("stderr"));
        assertTrue(server.ready(), server::errors);
        starts.accept(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        return server;
    }

    private void killStart(Path data) throws IOException, InterruptedException {
        try (ServeProcess server = ServeProcess.start(root, data, folder.resolve("stderr"))) {
            new CountDownLatch(1).await(random.nextInt(LONGEST_LOAD_MILLIS), TimeUnit.MILLISECONDS);
            server.kill();
        }
    }

    private void report(List<Visitor> all) {
        int acknowledged = all.stream().mapToInt(Visitor::acknowledged).sum();
        assertTrue(acknowledged > 0);
        System.out.printf(
                "killed %d times, seed %d: %d requests acknowledged, none lost; starts %.1f s on average, %.1f s at most%n",
                ROUNDS, SEED, acknowledged, starts.getAverage() / 1e3, starts.getMax() / 1e3);
    }

    @Test
    void aKilledImportHasLostNothing() throws Exception {
        Path file = folder.resolve("documents.db");
        Map<String, String> known = new HashMap<>();
        int acknowledged = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<String> lines = write(file);
            acknowledged += lines.size();
            try (KnowledgeBase base = KnowledgeBase.open(file, new DocumentWriter.Letters())) {
                check(base, lines, known);
            }
        }
        assertTrue(acknowledged > 0);
        System.out.printf("killed %d times: %d documents acknowledged, none lost%n", ROUNDS, acknowledged);
    }

    private List<String> write(Path file) throws IOException, InterruptedException {
        List<String> command = ServeProcess.java("-Xmx128m");
        command.addAll(List.of(DocumentWriter.class.getName(), file.toString(), Long.toString(random.nextLong())));
        Process process = ServeProcess.start(command, folder.resolve("stderr"));
        List<String> lines = new ArrayList<>();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            // Some changes, and then a moment: on a busy machine a time alone might see none.
            for (int wanted = random.nextInt(MOST_CHANGES); wanted >= -1; wanted--) {
                lines.add(out.readLine());
            }
            new CountDownLatch(1).await(random.nextInt(LONGEST_LOAD_MILLIS), TimeUnit.MILLISECONDS);
            process.toHandle().destroyForcibly(); // the process itself would close what is yet to be read
            out.lines().forEach(lines::add);
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertFalse(lines.contains(null), () -> "it ended by itself: " + errors());
        return lines.subList(1, lines.size());
    }

    private String errors() {
        try {
            return Files.readString(folder.resolve("stderr"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** The last change was under way: it may be there or not, but not by half. */
    private static void check(KnowledgeBase base, List<String> lines, Map<String, String> known) {
        for (String line : lines) {
            String[] words = line.substring(1).split(" ");
            if (line.startsWith("+") && words.length == 2) {
                known.put(words[0], words[1]);
            } else if (line.startsWith("-")) {
                known.remove(words[0]);
            }
        }
        int different = 0;
        Map<String, String> there = new HashMap<>();
        for (Document document : base.documents()) {
            String version = document.content().split(" ")[1];
            assertEquals(DocumentWriter.document(document.id(), version), document);
            assertTrue(!base.sentences(document.id()).isEmpty(), document.id());
            there.put(document.id(), version);
        }
        for (String id : known.keySet()) {
            different += known.get(id).equals(there.get(id)) ? 0 : 1;
        }
        for (String id : there.keySet()) {
            different += known.containsKey(id) ? 0 : 1;
        }
        assertTrue(different <= 1, different + " documents are not as acknowledged");
        known.clear();
        known.putAll(there);
    }
}
