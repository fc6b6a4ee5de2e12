package demitasse.rag;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tables of a knowledge base and the statements on them. Vectors are little-endian f32. */
final class Store {
    /** See {@link SchemaVersion#upgrade}. */
    static final List<String> MIGRATIONS = List.of("""
            CREATE TABLE meta (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
            INSERT INTO meta VALUES ('generation', 0);
            CREATE TABLE documents (
              key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, content TEXT NOT NULL,
              source TEXT NOT NULL, title_vector BLOB);
            CREATE TABLE chunks (
              key INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents(key) ON DELETE CASCADE,
              ordinal INTEGER NOT NULL, text TEXT NOT NULL, vector BLOB NOT NULL, UNIQUE (document, ordinal));
            CREATE TABLE sentences (
              key INTEGER PRIMARY KEY, chunk INTEGER NOT NULL REFERENCES chunks(key) ON DELETE CASCADE,
              ordinal INTEGER NOT NULL, text TEXT NOT NULL, vector BLOB NOT NULL, UNIQUE (chunk, ordinal));
            CREATE VIRTUAL TABLE terms USING fts5(title, body, tokenize = 'ascii');
            INSERT INTO terms (terms, rank) VALUES ('secure-delete', 1);
            CREATE VIRTUAL TABLE term_counts USING fts5vocab(terms, 'row');
            CREATE TRIGGER chunk_terms AFTER DELETE ON chunks BEGIN
              DELETE FROM terms WHERE rowid = old.key; END""", """
            DROP TRIGGER chunk_terms;
            DROP TABLE term_counts;
            DROP TABLE terms""", """
            ALTER TABLE chunks ADD COLUMN tokens BLOB NOT NULL DEFAULT x''""");

    private Store() {}

    /** Makes or upgrades the tables. */
    static void migrate(Connection connection, String name) throws SQLException {
        SchemaVersion.requireKnown(connection, name, MIGRATIONS.size());
        boolean empty = number(connection, "SELECT count(*) FROM sqlite_schema") == 0;
        if (SchemaVersion.of(connection) == 0 && !empty) {
            throw new StoreException(name, "a SQLite database of something else");
        }
        SchemaVersion.upgrade(connection, MIGRATIONS);
    }

    /** A number that every write raises, so that others who hold the content in memory see that it is old. */
    static long generation(Connection connection) throws SQLException {
        return number(connection, "SELECT value FROM meta WHERE name = 'generation'");
    }

    static long nextGeneration(Connection connection) throws SQLException {
        return number(connection, "UPDATE meta SET value = value + 1 WHERE name = 'generation' RETURNING value");
    }

    /** @return null if there is none */
    static float[] metaVector(Connection connection, String name) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT value FROM meta WHERE name = ?")) {
            select.setString(1, name);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? floats(row.getBytes(1)) : null;
            }
        }
    }

    static void setMetaVector(Connection connection, String name, float[] vector) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT OR REPLACE INTO meta VALUES (?, ?)")) {
            insert.setString(1, name);
            insert.setBytes(2, bytes(vector));
            insert.executeUpdate();
        }
    }

    static boolean delete(Connection connection, String documentId) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM documents WHERE id = ?")) {
            delete.setString(1, documentId);
            return delete.executeUpdate() > 0;
        }
    }

    /** Adds a document that is not there. */
    static void insert(Connection connection, Entry entry) throws SQLException {
        Document document = entry.document();
        long key = insertRow(
                connection,
                "INSERT INTO documents (id, title, content, source, title_vector) VALUES (?, ?, ?, ?, ?)",
                document.id(),
                document.title(),
                document.content(),
                document.source(),
                bytes(entry.titleVector()));
        int ordinal = 0;
        for (Entry.Chunk chunk : entry.chunks()) {
            long chunkKey = insertRow(
                    connection,
                    "INSERT INTO chunks (document, ordinal, text, vector, tokens) VALUES (?, ?, ?, ?, ?)",
                    key,
                    ordinal++,
                    chunk.text(),
                    bytes(chunk.vector()),
                    chunk.tokens());
            insertSentences(connection, chunkKey, chunk.sentences());
        }
    }

    private static void insertSentences(Connection connection, long chunkKey, List<Sentence> sentences)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO sentences (chunk, ordinal, text, vector) VALUES (?, ?, ?, ?)")) {
            for (int i = 0; i < sentences.size(); i++) {
                insert.setLong(1, chunkKey);
                insert.setInt(2, i);
                insert.setString(3, sentences.get(i).text());
                insert.setBytes(4, bytes(sentences.get(i).vector()));
                insert.executeUpdate();
            }
        }
    }

    /** All documents in the order in which they came. */
    static Map<String, Entry> load(Connection connection) throws SQLException {
        Map<Long, List<Draft>> chunks = loadChunks(connection, loadSentences(connection));
        WordCounts.Reader words = new WordCounts.Reader();
        Map<String, Entry> entries = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT key, id, title, content, source, title_vector FROM documents ORDER BY key")) {
            while (row.next()) {
                Document document =
                        new Document(row.getString(2), row.getString(3), row.getString(4), row.getString(5));
                List<Entry.Chunk> own = chunks.get(row.getLong(1)).stream()
                        .map(draft -> draft.finish(document.title(), words))
                        .toList();
                entries.put(document.id(), new Entry(document, floats(row.getBytes(6)), own));
            }
        }
        return entries;
    }

    /** A chunk whose document is yet to be read. */
    private record Draft(String text, float[] vector, byte[] tokens, List<Sentence> sentences) {
        Entry.Chunk finish(String title, WordCounts.Reader words) {
            return new Entry.Chunk(text, vector, tokens, sentences, words.read(title, text));
        }
    }

    private static Map<Long, List<Draft>> loadChunks(Connection connection, Map<Long, List<Sentence>> sentences)
            throws SQLException {
        Map<Long, List<Draft>> chunks = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT key, document, text, vector, tokens FROM chunks ORDER BY document, ordinal")) {
            while (row.next()) {
                List<Sentence> own = List.copyOf(sentences.getOrDefault(row.getLong(1), List.of()));
                chunks.computeIfAbsent(row.getLong(2), key -> new ArrayList<>())
                        .add(new Draft(row.getString(3), floats(row.getBytes(4)), row.getBytes(5), own));
            }
        }
        return chunks;
    }

    private static Map<Long, List<Sentence>> loadSentences(Connection connection) throws SQLException {
        Map<Long, List<Sentence>> sentences = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT chunk, text, vector FROM sentences ORDER BY chunk, ordinal")) {
            while (row.next()) {
                sentences
                        .computeIfAbsent(row.getLong(1), key -> new ArrayList<>())
                        .add(new Sentence(row.getString(2), floats(row.getBytes(3))));
            }
        }
        return sentences;
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    private static long insertRow(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                insert.setObject(i + 1, values[i]);
            }
            insert.executeUpdate();
        }
        return number(connection, "SELECT last_insert_rowid()");
    }

    private static byte[] bytes(float[] vector) {
        if (vector == null) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(vector);
        return buffer.array();
    }

    private static float[] floats(byte[] bytes) {
        if (bytes == null) {
            return null;
        }
        float[] vector = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        return vector;
    }
}
