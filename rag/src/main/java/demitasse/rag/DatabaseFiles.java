package demitasse.rag;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Set;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** SQLite files that may be damaged: by a failing disk, or by a copy that was made while somebody wrote. */
public final class DatabaseFiles {
    private static final Set<SQLiteErrorCode> DAMAGED =
            Set.of(SQLiteErrorCode.SQLITE_NOTADB, SQLiteErrorCode.SQLITE_CORRUPT, SQLiteErrorCode.SQLITE_CORRUPT_VTAB);
    private static final Set<SQLiteErrorCode> PRIMARY_FULL =
            Set.of(SQLiteErrorCode.SQLITE_FULL, SQLiteErrorCode.SQLITE_IOERR_WRITE);
    private static final String[] COMPANIONS = {"", "-wal", "-shm"};

    private DatabaseFiles() {}

    /**
     * See {@link DatabaseFile#faults(Connection)}.
     *
     * @throws StoreException with what is wrong, and advice
     */
    public static void requireSound(Connection connection, String name) {
        try {
            String found = DatabaseFile.faults(connection);
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
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file.toAbsolutePath())) {
            return !DatabaseFile.faults(connection).isEmpty();
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
}
