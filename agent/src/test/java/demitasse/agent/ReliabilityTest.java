package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.rag.DatabaseFile;
import demitasse.rag.KnowledgeBase;
import demitasse.rag.StoreException;
import demitasse.testkit.RawFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to conversations when the disk, the memory or the clock fail. */
class ReliabilityTest {
    private static final Instant NOON = Instant.parse("2026-01-15T12:00:00Z");
    private static final Duration YEAR = Duration.ofDays(365);
    private static final String SCHEMA = WordList.text("schema.sql");

    @TempDir
    Path folder;

    private final List<Instant> now = new ArrayList<>(List.of(NOON));

    private static long count(Connection c) throws SQLException {
        try (Statement statement = c.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM sessions")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static int insert(Connection c, String id) throws SQLException {
        return Sqlite.update(c, "INSERT INTO sessions(id, created_at, updated_at) VALUES (?, 0, 0)", id);
    }

    @Test
    void memoryThatRunsOutLeavesNoHalfChange() {
        try (Sqlite database = Sqlite.open(null, SCHEMA)) {
            assertThrows(
                    OutOfMemoryError.class,
                    () -> database.run(c -> {
                        insert(c, "half");
                        throw new OutOfMemoryError("in a test");
                    }));
            database.run(c -> insert(c, "whole"));
            assertEquals(1, database.run(ReliabilityTest::count));
        }
    }

    @Test
    void aFullDiskIsSaidAndGoneWhenThereIsRoom() {
        Path file = folder.resolve("full.db");
        try (Sqlite database = Sqlite.open(file, SCHEMA)) {
            database.run(c -> insert(c, "before"));
            database.run(c -> pages(c, 1)); // no more than there are
            StoreException full =
                    assertThrows(StoreException.class, () -> database.run(c -> insert(c, "x".repeat(100_000))));
            assertTrue(DatabaseFile.isFull(full), full.getMessage());
            assertEquals(1, database.run(ReliabilityTest::count));
            database.scrub();
            database.run(c -> pages(c, 1_000_000));
            database.run(c -> insert(c, "after".repeat(20_000)));
            assertEquals(2, database.run(ReliabilityTest::count));
        }
        try (Sqlite database = Sqlite.open(file, SCHEMA)) {
            assertEquals(2, database.run(ReliabilityTest::count));
        }
    }

    private static Void pages(Connection c, int most) throws SQLException {
        try (Statement statement = c.createStatement()) {
            statement.execute("PRAGMA max_page_count = " + most);
        }
        return null;
    }

    @Test
    void aDamagedFileIsNamedWithAdviceAndLeftAlone() throws IOException {
        Path file = folder.resolve("conversations.db");
        try (Store store = Store.open(file, Clock.systemUTC())) {
            for (int i = 0; i < 300; i++) {
                store.add("s" + i, "customer", "hello ".repeat(30));
            }
        }
        assertFalse(DatabaseFile.isDamaged(file));
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(raw.length() / 2);
            raw.write(new byte[20_000]);
        }
        byte[] damaged = Files.readAllBytes(file);
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> Store.open(file, Clock.systemUTC()));
        assertTrue(e.getMessage().contains("conversations.db: damaged"), e.getMessage());
        assertTrue(e.getMessage().contains("--set-aside-damaged"), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
        assertArrayEquals(damaged, Files.readAllBytes(file));

        assertTrue(DatabaseFile.isDamaged(file));
        Path aside = DatabaseFile.setAside(file, NOON);
        assertEquals(
                "conversations.db.damaged-20260115T120000Z", aside.getFileName().toString());
        assertTrue(Files.exists(aside));
        try (Store store = Store.open(file, Clock.systemUTC())) {
            store.add("new", "customer", "hello");
        }
    }

    private Assistant open() {
        return Assistant.open(new Assistant.Config(
                KnowledgeBase.inMemory(new WordHashEmbedder()),
                new WordHashEmbedder(),
                null,
                AnswerMode.EXTRACTIVE,
                folder.resolve("assistant.db"),
                Retention.DEFAULT,
                new SteppingClock(now)));
    }

    private void goTo(Instant time) {
        now.set(0, time);
    }

    @Test
    void aClockThatIsAYearAheadForAMomentErasesNothing() {
        try (Assistant assistant = open()) {
            assistant.reply("s", "hello", text -> {});
            goTo(NOON.plus(YEAR));
            assertEquals(0, assistant.sweep());
            assistant.reply("ahead", "hello", text -> {});
            assertEquals(0, assistant.sweep());
            goTo(NOON);
            assertEquals(0, assistant.sweep());
            assertTrue(assistant.session("s").isPresent());
            // Two days later all is as ever; what was written ahead of time does not stay a year longer.
            for (int day = 1; day < 30; day++) {
                goTo(NOON.plus(Duration.ofDays(day)));
                assertEquals(0, assistant.sweep());
            }
            goTo(NOON.plus(Duration.ofDays(30)));
            assertEquals(1, assistant.sweep());
            assertTrue(assistant.session("s").isEmpty());
            assertTrue(assistant.session("ahead").isPresent());
            goTo(NOON.plus(Duration.ofDays(31)));
            assertEquals(1, assistant.sweep());
        }
    }

    /** A machine without a battery starts in 1970 and is put right a moment later. */
    @Test
    void aClockThatStartsInThePastErasesNothing() {
        try (Assistant assistant = open()) {
            assistant.reply("s", "hello", text -> {});
        }
        goTo(Instant.EPOCH);
        try (Assistant assistant = open()) {
            goTo(NOON.plus(Duration.ofHours(1)));
            assistant.sweep();
            assertTrue(assistant.session("s").isPresent());
        }
        goTo(NOON.plus(Duration.ofHours(2)));
        try (Assistant assistant = open()) {
            assertTrue(assistant.session("s").isPresent());
        }
    }

    /** The clock was right after all: a day later what is too old goes, and what customers erase goes at once. */
    @Test
    void afterALongAbsenceWhatIsTooOldGoesADayLater() throws IOException {
        try (Assistant assistant = open()) {
            assistant.reply("s", "FORGETME please", text -> {});
            assistant.reply("t", "hello", text -> {});
        }
        goTo(NOON.plus(YEAR));
        try (Assistant assistant = open()) {
            assertTrue(assistant.session("s").isPresent());
            assertTrue(assistant.erase("t"));
        }
        goTo(NOON.plus(YEAR).plus(Duration.ofHours(25)));
        try (Assistant assistant = open()) {
            assertTrue(assistant.session("s").isEmpty());
            assertFalse(RawFiles.contain(folder, "FORGETME"));
        }
    }

    @Test
    void whatIsNotKeptGoesAlthoughTheClockWasSetBack() {
        try (Store store = Store.open(null, new SteppingClock(now))) {
            store.add("s", "customer", "hello");
            goTo(NOON.minusSeconds(5));
            Retention nothing = new Retention(Duration.ZERO, Duration.ZERO, Duration.ZERO);
            assertEquals(Set.of("s"), store.purge(nothing, "s"));
        }
    }
}
