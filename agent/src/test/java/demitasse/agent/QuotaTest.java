package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What strangers can make us keep, and how long they can keep us waiting. */
class QuotaTest {
    private static final Quota SMALL = new Quota(10, 1_000);
    private static final Opinion LIKE = new Opinion(true, 0, "", "good");
    private static final String SCHEMA = WordList.text("schema.sql") + "; CREATE TABLE IF NOT EXISTS t (x TEXT)";
    private static final Retention LONG = new Retention(Duration.ofDays(30), Duration.ofDays(30), Duration.ofDays(30));

    @TempDir
    private Path folder;

    private final List<Instant> now = new ArrayList<>(List.of(Instant.parse("2026-01-15T12:00:00Z")));
    private final Clock clock = new SteppingClock(now);

    @Test
    void aConversationHasAnEnd() {
        try (Store store = Store.open(null, Clock.systemUTC(), SMALL)) {
            for (int i = 0; i < 9; i++) {
                store.requireRoom("s");
                store.add("s", "customer", "x");
            }
            assertTrue(store.addFeedback("s", LIKE));
            assertTrue(assertThrows(StorageFullException.class, () -> store.requireRoom("s"))
                    .ofConversation());
            assertThrows(StorageFullException.class, () -> store.addFeedback("s", LIKE));
            store.requireRoom("t");
            assertFalse(store.addFeedback("t", LIKE));
        }
    }

    @Test
    void whatHasBeenSilentLongestMakesRoomAndPeoplesWorkStays() {
        try (Store store = Store.open(null, clock, SMALL)) {
            store.add("helped", "customer", "a person please");
            store.requestHandoff("helped", Escalation.Reason.ASKED, "asked");
            for (int i = 0; i < 500; i++) {
                now.set(0, now.getFirst().plusSeconds(1));
                store.add("s" + i, "customer", "x");
                store.add("s" + i, "assistant", "y");
            }
            StorageFullException full = assertThrows(StorageFullException.class, () -> store.requireRoom("new"));
            assertFalse(full.ofConversation());
            Set<String> removed = store.purge(LONG, null);
            assertTrue(removed.contains("s0") && !removed.contains("s499"), removed.toString());
            assertFalse(removed.contains("helped"));
            assertEquals(1, store.openHandoffs().size());
            assertTrue(store.session("s0").isEmpty() && store.session("s499").isPresent());
            store.requireRoom("new");
            assertEquals(Set.of(), store.purge(LONG, null), "there is room");
        }
    }

    @Test
    void aStoreThatIsOpenedAgainKnowsHowFullItIs() {
        Path file = folder.resolve("a.db");
        try (Store store = Store.open(file, clock, SMALL)) {
            for (int i = 0; i < 500; i++) {
                store.add("s" + i, "customer", "x");
            }
        }
        try (Store store = Store.open(file, clock, SMALL)) {
            assertThrows(StorageFullException.class, () -> store.requireRoom("new"));
        }
    }

    @Test
    void allWhoWaitAreServedByOneRewrite() throws Exception {
        int many = 20;
        try (Sqlite database = Sqlite.open(folder.resolve("b.db"), SCHEMA);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            database.scrub();
            assertEquals(1, database.rewrites());
            long before = database.removals();
            // The one whose turn it is rests until all others wait behind it.
            database.pause = nanos -> {
                while (database.removals() < before + many) {
                    Thread.yield(); // a spinning virtual thread would keep the only core
                }
            };
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                all.add(threads.submit(() -> erase(database)));
            }
            for (Future<?> one : all) {
                one.get();
            }
            assertEquals(2, database.rewrites());
            assertFalse(database.isDirty());
        }
    }

    private static void erase(Sqlite database) {
        database.run(c -> {
            Sqlite.soil(c);
            return null;
        });
        database.scrub();
    }

    @Test
    void betweenRewritesThereIsARest() throws SQLException {
        List<Long> rests = new ArrayList<>();
        try (Sqlite database = Sqlite.open(folder.resolve("c.db"), SCHEMA)) {
            AtomicLong nanos = new AtomicLong(System.nanoTime());
            database.pause = rests::add;
            database.nanoTime = nanos::incrementAndGet; // each look is a moment later
            database.scrub();
            database.scrub();
            assertEquals(0, rests.getFirst());
            assertTrue(rests.getLast() > 0, rests.toString());
        }
    }
}
