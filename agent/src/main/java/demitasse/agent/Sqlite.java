package demitasse.agent;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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

    private static final System.Logger LOG = System.getLogger(Sqlite.class.getName());

    private final Connection connection;
    private final ReentrantLock lock = new ReentrantLock();
    private final boolean inMemory;
    private volatile boolean dirty;

    private Sqlite(Connection connection, boolean inMemory) {
        this.connection = connection;
        this.inMemory = inMemory;
        // A process before may have ended between a removal and the scrubbing.
        this.dirty = !inMemory;
    }

    /**
     * @param file null: in memory
     * @param schema statements to begin with, divided by semicolons
     * @throws IllegalStateException naming the file, if it cannot be opened or is no database of ours
     */
    static Sqlite open(Path file, String schema) {
        Connection connection = null;
        try {
            connection = DriverManager.getConnection("jdbc:sqlite:" + (file == null ? ":memory:" : file));
            try (Statement statement = connection.createStatement()) {
                for (String sql : schema.split(";")) {
                    if (!sql.isBlank()) {
                        statement.execute(sql);
                    }
                }
            }
            connection.setAutoCommit(false);
            return new Sqlite(connection, file == null);
        } catch (SQLException e) {
            closeQuietly(connection);
            throw new IllegalStateException("conversation database " + file + ": " + e.getMessage(), e);
        }
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

    <T> T run(Work<T> work) {
        lock.lock();
        try {
            T result = work.on(connection);
            connection.commit();
            return result;
        } catch (SQLException e) {
            undo();
            throw failure(e);
        } catch (RuntimeException e) {
            undo();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private void undo() {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // The first error is the one to report; SQLite undoes open changes itself when it next opens the file.
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
        lock.lock();
        dirty = true;
        try (Statement statement = connection.createStatement()) {
            connection.setAutoCommit(true);
            try {
                statement.execute("VACUUM");
                dirty = !isLogEmptied(statement);
            } finally {
                connection.setAutoCommit(false);
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
        return dirty;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            connection.close();
        } catch (SQLException e) {
            throw failure(e);
        } finally {
            lock.unlock();
        }
    }

    private static IllegalStateException failure(SQLException e) {
        return new IllegalStateException("conversation database: " + e.getMessage(), e);
    }
}
