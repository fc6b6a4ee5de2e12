package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.testkit.RawFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} while conversations are written and erased; docs/RELIABILITY.md has the command for 200 rounds. */
class StoreKillTest {
    private static final int ROUNDS = Integer.getInteger("demitasse.kill.rounds", 3);
    private static final long SEED = Long.getLong("demitasse.kill.seed", 1);
    private static final int LONGEST_LOAD_MILLIS = 20;
    private static final int MOST_CHANGES = 200;

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);
    private final Map<String, List<String>> said = new HashMap<>();
    private final Map<String, Handoff.State> handoffs = new HashMap<>();
    private final Map<String, String> sessionOf = new HashMap<>();
    /** Erased for certain, and perhaps. */
    private final Set<String> erased = new HashSet<>();

    private final Set<String> erasing = new HashSet<>();
    private int acknowledged;

    @Test
    void aKilledProcessHasLostNoConversation() throws Exception {
        Path file = folder.resolve("assistant.db");
        for (int round = 0; round < ROUNDS; round++) {
            for (String line : write(file, "r" + round)) {
                note(line.split(" "));
            }
            try (Store store = Store.open(file, Clock.systemUTC())) {
                store.purge(Retention.FOREVER, null); // as the assistant does when it is opened
                check(store);
            }
        }
        assertTrue(acknowledged > 0);
        System.out.printf(
                "killed %d times, seed %d: %d changes of conversations acknowledged (%d erased), none lost%n",
                ROUNDS, SEED, acknowledged, erased.size());
    }

    private List<String> write(Path file, String name) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ConversationWriter.class.getName(),
                        file.toString(),
                        name,
                        Long.toString(random.nextLong()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertEquals("ready", out.readLine());
            // Some changes later, and then a moment: on a busy machine a time alone might see none.
            for (int wanted = random.nextInt(MOST_CHANGES); wanted >= 0; wanted--) {
                lines.add(out.readLine());
            }
            new CountDownLatch(1).await(random.nextInt(LONGEST_LOAD_MILLIS), TimeUnit.MILLISECONDS);
            process.toHandle().destroyForcibly();
            out.lines().forEach(lines::add);
        } finally {
            process.destroyForcibly().waitFor();
        }
        return lines;
    }

    private void note(String[] words) {
        acknowledged++;
        switch (words[0]) {
            case "say" ->
                said.computeIfAbsent(words[1], key -> new ArrayList<>()).add(words[2]);
            case "open" -> handoff(words, Handoff.State.WAITING);
            case "claim" -> handoff(words, Handoff.State.PERSON);
            case "resolve" -> handoff(words, Handoff.State.RESOLVED);
            case "erasing" -> erasing.add(words[1]);
            case "erased" -> erased.add(words[1]);
            default -> {
                // A line that was cut off: not acknowledged.
            }
        }
    }

    private void handoff(String[] words, Handoff.State state) {
        handoffs.merge(words[2], state, (before, now) -> before.compareTo(now) > 0 ? before : now);
        sessionOf.put(words[2], words[1]);
    }

    private void check(Store store) throws IOException {
        for (var entry : said.entrySet()) {
            List<String> there = store.history(entry.getKey()).stream()
                    .map(StoredMessage::text)
                    .toList();
            if (erased.contains(entry.getKey())) {
                assertEquals(List.of(), there);
            } else if (!erasing.contains(entry.getKey())) {
                assertTrue(there.containsAll(entry.getValue()), () -> entry + " is now " + there);
            } else if (!there.isEmpty()) {
                assertTrue(there.containsAll(entry.getValue()), () -> entry + " is half erased: " + there);
            }
        }
        for (String session : erased) {
            assertFalse(RawFiles.contain(folder, said.get(session).getFirst()), session);
        }
        for (var entry : handoffs.entrySet()) {
            if (!erasing.contains(sessionOf.get(entry.getKey()))) {
                Handoff.State state =
                        store.handoff(entry.getKey()).orElseThrow().state();
                assertTrue(state.compareTo(entry.getValue()) >= 0, () -> entry + " is now " + state);
            }
        }
    }
}
