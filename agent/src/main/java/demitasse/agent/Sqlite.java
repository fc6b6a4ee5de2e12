package demitasse.agent;

import demitasse.rag.DatabaseFiles;
import demitasse.rag.StoreException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A SQLite database behind one connection and one lock: messages come at the pace of people, so readers and the writer
 * take turns and nobody ever sees half a change.
 */
final class Sqlite implements AutoCloseable {
    /** Work on the connection; its changes are kept if it returns and undone if it throws. */
    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /** States of the file, in its user_version; that of files of earlier versions, which did not scrub, is 0. */
    private static final int SOILED = 0;

    private static final int CLEAN = 1;
    private static final System.Logger LOG = System.getLogger(Sqlite.class.getName());

    private final String name;
    private final Connection connection;
    private final ReentrantLock lock = new ReentrantLock();
    private final boolean inMemory;
    /** Removals so far, and how many of them have left nothing behind. */
    private final AtomicLong removals = new AtomicLong();

    private volatile long scrubbed;

    private Sqlite(String name, Connection connection, boolean inMemory) {
        this.name = name;
        this.connection = connection;
        this.inMemory = inMemory;
    }

    /**
     * @param file null: in memory
     * @param schema statements to begin with, divided by semicolons
     * @throws IllegalStateException naming the file, if it cannot be opened or is no database of ours
     */
    static Sqlite open(Path file, String schema) {
        String name = "conversation database " + (file == null ? "in memory" : file);
        Connection connection = null;
        try {
            connection = DriverManager.getConnection("jdbc:sqlite:" + (file == null ? ":memory:" : file));
            try (Statement statement = connection.createStatement()) {
                DatabaseFiles.requireSound(connection, name);
                for (String sql : schema.split(";")) {
                    if (!sql.isBlank()) {
                        statement.execute(sql);
                    }
                }
            }
            boolean clean = isClean(connection);
            Sqlite database = new Sqlite(name, connection, file == null);
            database.removals.set(clean || file == null ? 0 : 1);
            return database;
        } catch (SQLException e) {
            closeQuietly(connection);
            throw cannotOpen(name + ": " + e.getMessage(), e);
        } catch (StoreException e) {
            closeQuietly(connection);
            throw cannotOpen(e.getMessage(), e);
        }
    }

    /** Not as a cause: the message says all, and whoever shows it would show the cause's. */
    private static IllegalStateException cannotOpen(String message, Exception reason) {
        IllegalStateException failure = new IllegalStateException(message);
        failure.addSuppressed(reason);
        return failure;
    }

    private static void closeQuietly(Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            // The reason why it could not be opened is the one to report.
        }
    }

    /**
     * Begins and ends by statements. The driver's own way (auto-commit off) is lost when SQLite has rolled back by itself,
     * as on a full disk: no transaction is begun any more, and every later commit fails.
     */
    <T> T run(Work<T> work) {
        lock.lock();
        try {
            execute("BEGIN");
            T result = work.on(connection);
            execute("COMMIT");
            return result;
        } catch (SQLException e) {
            undo();
            throw new StoreException(name, e);
        } catch (RuntimeException | Error e) {
            // Errors too: memory that runs out in the middle must not leave half a change to the next commit.
            undo();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private void undo() {
        try {
            execute("ROLLBACK");
        } catch (SQLException e) {
            // The first error is the one to report; SQLite has rolled back itself after some errors.
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static int update(Connection c, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = c.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }

    /** To be called in the transaction that removes: should the process end before the scrubbing, the next one does it. */
    static void soil(Connection c) throws SQLException {
        setState(c, SOILED);
    }

    private static void setState(Connection c, int state) throws SQLException {
        try (Statement statement = c.createStatement()) {
            statement.execute("PRAGMA user_version = " + state);
        }
    }

    private static boolean isClean(Connection c) throws SQLException {
        try (Statement statement = c.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA user_version")) {
            return row.next() && row.getInt(1) == CLEAN;
        }
    }

    /**
     * Leaves nothing of what was deleted in the files. Deleting with secure_delete is not enough: where rows have moved
     * between pages, copies stay behind in what the pages do not use. So the file is written anew, by way of memory
     * (temp_store), and the log, which holds old pages, cut to zero bytes. Where that fails, because another process reads
     * the file or the disk is full, it is left for the next time.
     */
    void scrub() {
        if (inMemory) {
            return;
        }
        long own = removals.incrementAndGet();
        lock.lock();
        try {
            long all = removals.get();
            // Who waited while another scrubbed may be served already.
            if (scrubbed < own && writeAnew()) {
                scrubbed = all;
            }
        } catch (SQLException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "conversation database: remains were not removed: {0}",
                    e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    private boolean writeAnew() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("VACUUM");
            setState(connection, CLEAN);
            return isLogEmptied(statement);
        }
    }

    private static boolean isLogEmptied(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
            boolean busy = row.next() && row.getInt(1) != 0;
            if (busy) {
                LOG.log(System.Logger.Level.WARNING, "conversation database: its log is in use and was not emptied");
            }
            return !busy;
        }
    }

    /** Whether remains of what was deleted may still be in the files. */
    boolean isDirty() {
        return scrubbed < removals.get();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            connection.close();
        } catch (SQLException e) {
            throw new StoreException(name, e);
        } finally {
            lock.unlock();
        }
    }
}
