package demitasse.rag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseFileTest {
    private final Embedder embedder = new WordBagEmbedder(32);

    @TempDir
    Path folder;

    private static List<Document> documents() {
        return IntStream.range(0, 200)
                .mapToObj(
                        i -> new Document("d" + i, "Title " + i, "Some words about number " + i + ". ".repeat(50), "s"))
                .toList();
    }

    @Test
    void aDamagedKnowledgeBaseIsNamedWithAdviceAndCanBeSetAside() throws IOException {
        Path file = folder.resolve("knowledge.db");
        try (KnowledgeBase base = KnowledgeBase.open(file, embedder)) {
            base.put(documents());
        }
        assertFalse(DatabaseFile.isDamaged(file));
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(raw.length() / 2);
            raw.write(new byte[50_000]);
        }
        StoreException e = assertThrows(StoreException.class, () -> KnowledgeBase.open(file, embedder));
        assertTrue(e.getMessage().contains("knowledge.db: damaged ("), e.getMessage());
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
        assertTrue(DatabaseFile.isDamaged(file));
        Path aside = DatabaseFile.setAside(file, Instant.parse("2026-01-15T12:00:00Z"));
        assertTrue(Files.exists(aside) && !Files.exists(file));
        try (KnowledgeBase base = KnowledgeBase.open(file, embedder)) {
            assertEquals(List.of(), base.documents());
        }
    }

    @Test
    void whatIsNotThereOrNoDatabase() throws IOException {
        assertFalse(DatabaseFile.isDamaged(folder.resolve("missing.db")));
        assertTrue(DatabaseFile.isDamaged(Files.writeString(folder.resolve("text.db"), "no database".repeat(200))));
    }

    @Test
    void aFullDiskIsToldApartAndPasses() {
        Path file = folder.resolve("full.db");
        try (Database database = Database.file(file)) {
            database.write(c -> execute(c, "CREATE TABLE t (text TEXT)"));
            database.write(c -> execute(c, "PRAGMA max_page_count = 1"));
            StoreException full = assertThrows(
                    StoreException.class,
                    () -> database.write(c -> execute(c, "INSERT INTO t VALUES (zeroblob(1000000))")));
            assertTrue(DatabaseFile.isFull(full), full.getMessage());
            database.write(c -> execute(c, "PRAGMA max_page_count = 1000000"));
            database.write(c -> execute(c, "INSERT INTO t VALUES (zeroblob(1000000))"));
            assertEquals(1, database.read(DatabaseFileTest::rows));
        }
        assertFalse(DatabaseFile.isFull(new StoreException("a", new SQLException("b"))));
    }

    private static Void execute(Connection c, String sql) throws SQLException {
        try (Statement statement = c.createStatement()) {
            statement.execute(sql);
        }
        return null;
    }

    private static int rows(Connection c) throws SQLException {
        try (Statement statement = c.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM t")) {
            row.next();
            return row.getInt(1);
        }
    }
}
