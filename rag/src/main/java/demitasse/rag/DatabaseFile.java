package demitasse.rag;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Set;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * A SQLite file as those see it who keep the machine: its version, a copy of it, and whether it is sound. It may be
 * damaged by a failing disk, or by a copy that was made while somebody wrote.
 */
public final class DatabaseFile {
    private static final int BUSY_TIMEOUT_MS = 10_000;
    private static final String SOUND = "ok";
    private static final Set<SQLiteErrorCode> DAMAGED =
            Set.of(SQLiteErrorCode.SQLITE_NOTADB, SQLiteErrorCode.SQLITE_CORRUPT, SQLiteErrorCode.SQLITE_CORRUPT_VTAB);
    private static final Set<SQLiteErrorCode> PRIMARY_FULL =
            Set.of(SQLiteErrorCode.SQLITE_FULL, SQLiteErrorCode.SQLITE_IOERR_WRITE);
    private static final String[] COMPANIONS = {"", "-wal", "-shm"};

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

    /**
     * See {@link #faults(Connection)}.
     *
     * @throws StoreException with what is wrong, and advice
     */
    public static void requireSound(Connection connection, String name) {
        try {
            String found = faults(connection);
            if (!found.isEmpty()) {
                throw damaged(name, found.replaceAll("\\s+", " "));
            }
        } catch (SQLException e) {
            throw damage(name, e);
        }
    }

    /** A failure to open a database, with advice if it says that the file is damaged. */
    public static StoreException damage(String name, SQLException cause) {
        boolean damaged = cause instanceof SQLiteException e && DAMAGED.contains(e.getResultCode());
        return damaged ? damaged(name, cause.getMessage()) : new StoreException(name, cause);
    }

    private static StoreException damaged(String name, String finding) {
        return new StoreException(
                name,
                "damaged (" + finding + "). Restore a backup, or let serve --set-aside-damaged move it away and begin"
                        + " with an empty one");
    }

    /** Whether a file is there and no sound database; false also where it cannot be opened for another reason. */
    public static boolean isDamaged(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (Connection connection = connect(file, false)) {
            return !faults(connection).isEmpty();
        } catch (SQLiteException e) {
            return DAMAGED.contains(e.getResultCode());
        } catch (SQLException e) {
            return false;
        }
    }

    /**
     * Gives a database another name, its log too, so that a new one can take its place; nothing is removed.
     *
     * @return the new name
     */
    public static Path setAside(Path file, Instant now) throws IOException {
        String suffix = ".damaged-" + now.toString().replaceAll("[^0-9TZ]", "");
        for (String companion : COMPANIONS) {
            Path part = file.resolveSibling(file.getFileName() + companion);
            if (Files.exists(part)) {
                Files.move(part, file.resolveSibling(file.getFileName() + suffix + companion));
            }
        }
        return file.resolveSibling(file.getFileName() + suffix);
    }

    /** Whether a failure says that the disk has no room left. */
    public static boolean isFull(StoreException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLiteException e) {
                return PRIMARY_FULL.contains(e.getResultCode());
            }
        }
        return false;
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
