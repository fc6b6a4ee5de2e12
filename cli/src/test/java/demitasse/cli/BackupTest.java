package demitasse.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.rag.DatabaseFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backup and restore, on databases of one table: what is in them does not matter here. */
final class BackupTest {
    private static final String[] NAMES = {IngestCommand.KNOWLEDGE, DataFolder.CONVERSATIONS};

    @TempDir
    private Path folder;

    private Path data;
    private Path backup;

    @BeforeEach
    void fill() throws Exception {
        data = Files.createDirectory(folder.resolve("data"));
        backup = folder.resolve("backup.zip");
        for (String name : NAMES) {
            sql(data.resolve(name), "PRAGMA journal_mode = WAL; CREATE TABLE words (word); PRAGMA user_version = 2");
            say(name, "first");
        }
    }

    private static void sql(Path file, String script) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(script);
        }
    }

    private void say(String name, String word) throws SQLException {
        sql(data.resolve(name), "INSERT INTO words VALUES ('" + word + "')");
    }

    private String words(String name) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve(name));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT group_concat(word) FROM words")) {
            return row.getString(1);
        }
    }

    private Run run(String command, String... more) {
        String[] args = Stream.concat(
                        Stream.of(command, backup.toString(), "--data", data.toString()), Arrays.stream(more))
                .toArray(String[]::new);
        return Run.of(args);
    }

    private void fails(String part, Run run) {
        assertEquals(1, run.code(), run.toString());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains(part), run.err());
    }

    private Set<String> names(Path of) throws IOException {
        try (Stream<Path> files = Files.list(of)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    @Test
    void whatWasBackedUpComesBackAndWhatWasThereIsKept() throws Exception {
        // Somebody works with the folder, and has written what is still in the log only.
        try (DataFolder shared = DataFolder.share(data);
                Connection open = DriverManager.getConnection(
                        "jdbc:sqlite:" + shared.path().resolve(NAMES[0]));
                Statement statement = open.createStatement()) {
            statement.executeUpdate("INSERT INTO words VALUES ('second')");
            assertEquals(0, run("backup").code());
            fails("in use; stop the server first", run("restore"));
        }
        fails("--force", run("backup"));
        say(NAMES[0], "third");
        say(NAMES[1], "third");
        assertEquals(0, run("restore").code());
        assertEquals("first,second", words(NAMES[0]));
        assertEquals("first", words(NAMES[1]));
        Path before = DataFolder.beginning(data, "before-restore-");
        assertEquals(Set.of(NAMES), names(before));
        assertEquals("", DatabaseFile.faults(before.resolve(NAMES[0])));
        assertEquals(Set.of("backup.zip", "data"), names(folder));
        assertEquals(0, run("backup", "--force").code());
    }

    @Test
    void aBadBackupChangesNothing() throws Exception {
        assertEquals(0, run("backup").code());
        byte[] good = Files.readAllBytes(backup);
        say(NAMES[0], "later");
        for (byte[] bad :
                List.of("no zip at all".getBytes(), Arrays.copyOf(good, good.length / 2), packed(good), new byte[0])) {
            Files.write(backup, bad);
            Run run = run("restore");
            assertEquals(1, run.code(), run.toString());
            assertEquals(1, run.err().lines().count(), run.err());
            assertEquals("first,later", words(NAMES[0]));
        }
        Files.delete(backup);
        fails("no such file", run("restore"));
        assertEquals(Set.of(NAMES[0], NAMES[1], "demitasse.lock"), names(data));
    }

    /** With a byte changed in the packed bytes of the first database. */
    private static byte[] packed(byte[] bytes) {
        byte[] copy = bytes.clone();
        String name = new String(bytes, StandardCharsets.ISO_8859_1);
        int start = name.indexOf(NAMES[1]) + NAMES[1].length();
        copy[start + 40] ^= 0x55;
        return copy;
    }

    @Test
    void aNewerOneIsRefused() throws Exception {
        Path newer = Files.createDirectory(folder.resolve("newer"));
        sql(newer.resolve(NAMES[1]), "CREATE TABLE words (word); PRAGMA user_version = 99");
        try (OutputStream out = Files.newOutputStream(backup)) {
            BackupFile.write(newer, out);
        }
        byte[] before = Files.readAllBytes(data.resolve(NAMES[1]));
        fails("schema 99", run("restore"));
        assertArrayEquals(before, Files.readAllBytes(data.resolve(NAMES[1])));
    }

    /** As if the process had ended between the decision and the end: the former log must not meet the new database. */
    @Test
    void aRestoreThatWasBrokenOffIsEndedByWhoComesNext() throws Exception {
        assertEquals(0, run("backup").code());
        Path decided = Files.createDirectory(data.resolve(".restored-20260101-000000"));
        BackupFile.read(backup, decided);
        Files.delete(data.resolve(NAMES[0]));
        Files.writeString(data.resolve(NAMES[0] + "-wal"), "left behind");
        say(NAMES[1], "later");
        DataFolder.share(data).close();
        assertEquals("first", words(NAMES[0]));
        assertEquals("first", words(NAMES[1]));
        assertTrue(Files.exists(data.resolve("before-restore-20260101-000000").resolve(NAMES[0] + "-wal")));
        assertFalse(Restore.isPending(data));
    }

    @Test
    void damagedOrMissingDatabasesAreNotBackedUp() throws Exception {
        byte[] bytes = Files.readAllBytes(data.resolve(NAMES[0]));
        Arrays.fill(bytes, 100, bytes.length, (byte) 0x5a);
        Files.write(data.resolve(NAMES[0]), bytes);
        Run run = run("backup");
        assertEquals(1, run.code(), run.toString());
        assertTrue(run.err().contains(NAMES[0]), run.err());
        assertFalse(Files.exists(backup));
        data = folder.resolve("none");
        fails("nothing to back up", run("backup"));
    }

    @Test
    void doctorLooksAtTheDatabases() throws Exception {
        Run good = Run.of("doctor", "--data", data.toString(), "-m", "none", "--port", "0");
        assertTrue(good.out().contains("ok    knowledge.db"), good.toString());
        assertTrue(good.out().contains("ok    port"), good.toString());
        sql(data.resolve(NAMES[1]), "PRAGMA user_version = 99");
        Run bad = Run.of("doctor", "--data", data.toString(), "-m", "none", "--port", "0", "--json");
        assertEquals(1, bad.code(), bad.toString());
        var json = JsonLines.JSON.readTree(bad.out());
        boolean told = false;
        for (var finding : json) {
            told |= finding.get("what").asText().equals(NAMES[1])
                    && finding.get("state").asText().equals("fail")
                    && finding.get("found").asText().contains("99")
                    && !finding.get("advice").asText().isEmpty();
        }
        assertTrue(told, bad.out());
        Run open = Run.of("doctor", "--data", data.toString(), "-m", "none.gguf", "--host", "0.0.0.0");
        assertTrue(open.out().contains("fail  port") && open.out().contains("fail  chat model"), open.out());
    }
}
