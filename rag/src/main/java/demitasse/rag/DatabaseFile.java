package demitasse.rag;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;

/** A SQLite file as those see it who keep the machine: whether it is sound, its version, a copy of it. */
public final class DatabaseFile {
    private static final int BUSY_TIMEOUT_MS = 10_000;
    private static final String SOUND = "ok";

    private DatabaseFile() {}

    /**
     * A copy of one state of a database that others may be writing to all the while. It holds nothing of what was
     * deleted.
     *
     * @param to must not be there yet
     * @throws StoreException naming the file, if it is none of SQLite's, damaged or cannot be read
     */
    public static void copy(Path from, Path to) throws IOException {
        requireFile(from);
        try (Connection connection = connect(from, false);
                PreparedStatement vacuum = connection.prepareStatement("VACUUM INTO ?")) {
            vacuum.setString(1, to.toAbsolutePath().toString());
            vacuum.execute();
        } catch (SQLException e) {
            throw new StoreException(from.toString(), e);
        }
    }

    /**
     * What SQLite finds wrong with a database; "" if nothing.
     *
     * @throws StoreException if it cannot even be opened
     */
    public static String faults(Path file) throws IOException {
        requireFile(file);
        try (Connection connection = connect(file, true)) {
            return faults(connection);
        } catch (SQLException e) {
            throw new StoreException(file.toString(), e);
        }
    }

    /** SQLite's quick check: every page is read, and must be what it says. "" if it finds nothing. */
    static String faults(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA quick_check(1)")) {
            String answer = row.next() ? row.getString(1) : "no answer";
            return SOUND.equals(answer) ? "" : answer.strip();
        }
    }

    /** See {@link SchemaVersion}. */
    public static int version(Path file) throws IOException {
        requireFile(file);
        try (Connection connection = connect(file, true)) {
            return SchemaVersion.of(connection);
        } catch (SQLException e) {
            throw new StoreException(file.toString(), e);
        }
    }

    /** SQLite would make a file that is not there. */
    private static void requireFile(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": no such file");
        }
    }

    private static Connection connect(Path file, boolean readOnly) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_TIMEOUT_MS);
        config.setReadOnly(readOnly);
        return config.createConnection("jdbc:sqlite:" + file.toAbsolutePath());
    }
}
