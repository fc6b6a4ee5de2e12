package demitasse.rag;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.sqlite.SQLiteConfig;

/**
 * Connections to one SQLite database: one that writes, behind a lock, and a few that read at the same time (WAL lets
 * them see the last commit). A database in memory belongs to its connection, so there all take turns.
 */
final class Database implements AutoCloseable {
    /** Work on a connection inside a transaction. */
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    private static final System.Logger LOG = System.getLogger(Database.class.getName());

    private static final int BUSY_TIMEOUT_MS = 10_000;
    private static final int MAX_READERS = 8;

    private final String name;
    private final String url;
    private final boolean inMemory;
    private final Connection writer;
    private final ReentrantLock writeLock = new ReentrantLock();
    private final Semaphore readerPermits = new Semaphore(MAX_READERS, true);
    private final Deque<Connection> idleReaders = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    private Database(String name, String url, boolean inMemory) {
        this.name = name;
        this.url = url;
        this.inMemory = inMemory;
        try {
            this.writer = connect();
        } catch (SQLException e) {
            throw DatabaseFile.damage(name, e);
        }
        try {
            DatabaseFile.requireSound(writer, name);
        } catch (StoreException e) {
            closeQuietly(writer);
            throw e;
        }
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "closing a damaged database", e);
        }
    }

    static Database file(Path file) {
        Path absolute = file.toAbsolutePath();
        try {
            Files.createDirectories(absolute.getParent());
        } catch (IOException e) {
            throw new StoreException(file.toString(), "its folder cannot be made: " + e.getMessage());
        }
        return new Database(file.toString(), "jdbc:sqlite:" + absolute, false);
    }

    static Database inMemory() {
        return new Database("knowledge base in memory", "jdbc:sqlite::memory:", true);
    }

    String name() {
        return name;
    }

    private Connection connect() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_TIMEOUT_MS);
        config.enforceForeignKeys(true);
        Connection connection = config.createConnection(url);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA synchronous = FULL");
            statement.execute("PRAGMA secure_delete = ON");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Runs work and commits it; nothing of it remains if it throws. Other writers wait. */
    <T> T write(Work<T> work) {
        writeLock.lock();
        try {
            requireOpen();
            return transaction(writer, work, true);
        } catch (SQLException e) {
            throw new StoreException(name, e);
        } finally {
            writeLock.unlock();
        }
    }

    /** Runs work on one consistent state of the database. */
    <T> T read(Work<T> work) {
        try {
            return inMemory ? readInTurn(work) : readBeside(work);
        } catch (SQLException e) {
            throw new StoreException(name, e);
        }
    }

    /** Keeps writers out while the caller brings what it holds in memory into step with the database. */
    void exclusively(Runnable task) {
        writeLock.lock();
        try {
            task.run();
        } finally {
            writeLock.unlock();
        }
    }

    /**
     * Brings the write-ahead log into the file and empties it, so that removed text stands in neither. If that fails,
     * for instance because another process reads all the while, the write before it stands nevertheless, and the log is
     * emptied after a later removal or when the database is closed or opened.
     */
    void truncateLog() {
        if (inMemory) {
            return;
        }
        writeLock.lock();
        try {
            requireOpen();
            try (Statement statement = writer.createStatement();
                    ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
                if (row.next() && row.getInt(1) != 0) {
                    LOG.log(System.Logger.Level.WARNING, "{0}: its log is in use and was not emptied", name);
                }
            }
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}: its log was not emptied: {1}", name, e.getMessage());
        } finally {
            writeLock.unlock();
        }
    }

    private <T> T readInTurn(Work<T> work) throws SQLException {
        writeLock.lock();
        try {
            requireOpen();
            return transaction(writer, work, false);
        } finally {
            writeLock.unlock();
        }
    }

    private <T> T readBeside(Work<T> work) throws SQLException {
        readerPermits.acquireUninterruptibly();
        Connection reader = null;
        try {
            requireOpen();
            reader = idleReaders.pollFirst();
            if (reader == null) {
                reader = connect();
            }
            return transaction(reader, work, false);
        } finally {
            if (reader != null) {
                idleReaders.addFirst(reader);
            }
            readerPermits.release();
        }
    }

    /**
     * Begins and ends by statements, for the driver's own way (auto-commit off) begins the next transaction with each
     * commit and so would keep the write lock for good.
     */
    private static <T> T transaction(Connection connection, Work<T> work, boolean write) throws SQLException {
        execute(connection, write ? "BEGIN IMMEDIATE" : "BEGIN");
        boolean done = false;
        try {
            T result = work.run(connection);
            execute(connection, "COMMIT");
            done = true;
            return result;
        } finally {
            if (!done) {
                rollBack(connection);
            }
        }
    }

    /** Quiet, because SQLite has rolled back by itself after some errors, and the first error is the one to tell. */
    private static void rollBack(Connection connection) {
        try {
            execute(connection, "ROLLBACK");
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "rollback after a failure", e);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException(name + " is closed");
        }
    }

    /** Waits for reads and writes that are under way. */
    @Override
    public void close() {
        writeLock.lock();
        readerPermits.acquireUninterruptibly(MAX_READERS);
        try {
            if (closed) {
                return;
            }
            closed = true;
            for (Connection reader = idleReaders.poll(); reader != null; reader = idleReaders.poll()) {
                reader.close();
            }
            writer.close();
        } catch (SQLException e) {
            throw new StoreException(name, e);
        } finally {
            readerPermits.release(MAX_READERS);
            writeLock.unlock();
        }
    }
}
