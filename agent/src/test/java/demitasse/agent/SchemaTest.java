package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.rag.DatabaseFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of earlier programs, kept as scripts, and of later ones. */
class SchemaTest {
    @TempDir
    private Path folder;

    private static void sql(Path file, String script) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(script);
        }
    }

    private Path earlier(String name) throws Exception {
        Path file = folder.resolve("old.db");
        try (var in = SchemaTest.class.getResourceAsStream("schemas/" + name + ".sql")) {
            sql(file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        return file;
    }

    /** Names of tables and indexes with their columns. */
    private static Map<String, String> shape(Path file) throws SQLException {
        Map<String, String> shape = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")) {
            while (row.next()) {
                shape.put(row.getString(1), row.getString(2).replaceAll("\\s+", " "));
            }
        }
        return shape;
    }

    private static long scrubDue(Path file) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT due FROM upkeep WHERE task = 'scrub'")) {
            return row.getLong(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0-first", "0-second", "1"})
    void earlierFilesKeepAllTheyHaveAndGetWhatIsNew(String name) throws Exception {
        Path file = earlier(name);
        for (int i = 0; i < 2; i++) { // it opens a second time, too
            try (Store store = Store.open(file, Clock.systemUTC())) {
                SessionData session = store.session("s").orElseThrow();
                assertEquals(
                        List.of("Where is my parcel? I am at [EMAIL]", "It arrives within 3 days."),
                        session.messages().stream().map(StoredMessage::text).toList());
                assertEquals("thanks", session.feedback().getFirst().comment());
                assertEquals("h1", store.openHandoff("s").orElseThrow().id());
                assertEquals(1, store.failures("s"));
                assertEquals(
                        name.equals("0-first") ? "" : "Ada",
                        session.preferences().name());
            }
        }
        Path fresh = folder.resolve("fresh.db");
        Store.open(fresh, Clock.systemUTC()).close();
        assertEquals(shape(fresh), shape(file));
        assertEquals(Assistant.SCHEMA, DatabaseFile.version(file));
        assertEquals("", DatabaseFile.faults(file));
    }

    /** Version 1 meant that a file was clean, 0 that it might not be: that must not be lost. */
    @ParameterizedTest
    @ValueSource(strings = {"0-second", "1"})
    void whatHadToBeScrubbedStillHasTo(String name) throws Exception {
        Path file = earlier(name);
        sql(file, "PRAGMA secure_delete = OFF; DELETE FROM messages WHERE role = 'customer'");
        Store.open(file, Clock.systemUTC()).close();
        assertEquals(name.equals("1") ? 0 : 1, scrubDue(file));
        try (Store store = Store.open(file, Clock.systemUTC())) {
            store.purge(Retention.FOREVER, null);
        }
        assertEquals(0, scrubDue(file));
        assertEquals(name.equals("1"), holds(file, "Where is my parcel"));
    }

    private static boolean holds(Path file, String word) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(word);
    }

    @Test
    void aNewerFileIsRefusedAndLeftAlone() throws Exception {
        Path file = earlier("1");
        sql(file, "PRAGMA user_version = 99");
        byte[] before = Files.readAllBytes(file);
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> Store.open(file, Clock.systemUTC()));
        assertTrue(e.getMessage().contains("old.db") && e.getMessage().contains("99"), e.getMessage());
        assertArrayEquals(before, Files.readAllBytes(file));
    }
}
