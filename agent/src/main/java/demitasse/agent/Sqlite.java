package demitasse.agent;

import demitasse.rag.DatabaseFile;
import demitasse.rag.SchemaVersion;
import demitasse.rag.StoreException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

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

    /**
     * What brings a file from a version to the next and cannot be said by schema.sql, which is run before them and makes
     * what is missing. Files from before there were versions have 0, or 1 if nothing of a removal had to be scrubbed.
     */
    static final List<String> STEPS = List.of(
            "INSERT OR REPLACE INTO upkeep (task, due) VALUES ('scrub', 1)",
            "INSERT OR IGNORE INTO upkeep (task, due) VALUES ('scrub', 0)");

    /** How many times as long as a rewrite took must pass before the next. */
    private static final int REST = 3;

    private static final System.Logger LOG = System.getLogger(Sqlite.class.getName());

    private final String name;
    private final Connection connection;
    private final ReentrantLock lock = new ReentrantLock();
    private final boolean inMemory;
    /** Removals so far, and how many of them have left nothing behind. */
    private final AtomicLong removals = new AtomicLong();

    private volatile long scrubbed;

    /** Held by the one who rewrites, or waits to; the others wait for that one. */
    private final ReentrantLock scrubbing = new ReentrantLock(true);

    private long nextRewrite = System.nanoTime();
    /** Fields for tests: the time, and nanoseconds to let pass, not interrupted. */
    LongSupplier nanoTime = System::nanoTime;

    LongConsumer pause = LockSupport::parkNanos;

    private int rewrites;

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
            DatabaseFile.requireSound(connection, name);
            SchemaVersion.requireKnown(connection, name, STEPS.size());
            try (Statement statement = connection.createStatement()) {
                for (String sql : schema.split(";")) {
                    if (!sql.isBlank()) {
                        statement.execute(sql);
                    }
                }
            }
            upgrade(connection);
            boolean clean = isClean(connection);
            Sqlite database = new Sqlite(name, connection, file == null);
            database.removals.set(clean || file == null ? 0 : 1);
            return database;
        } catch (StoreException e) {
            closeQuietly(connection);
            throw cannotOpen(e.getMessage(), e);
        } catch (SQLException e) {
            closeQuietly(connection);
            throw cannotOpen(name + ": " + e.getMessage(), e);
        }
    }

    /** Not as a cause: the message says all, and whoever shows it would show the cause's. */
    private static IllegalStateException cannotOpen(String message, Exception reason) {
        IllegalStateException failure = new IllegalStateException(message);
        failure.addSuppressed(reason);
        return failure;
    }

    private static void upgrade(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE"); // two processes may open the file at once
            SchemaVersion.upgrade(connection, STEPS);
            statement.execute("COMMIT");
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
        setScrubDue(c, true);
    }

    private static void setScrubDue(Connection c, boolean due) throws SQLException {
        update(c, "UPDATE upkeep SET due = ? WHERE task = 'scrub'", due ? 1 : 0);
    }

    private static boolean isClean(Connection c) throws SQLException {
        try (Statement statement = c.createStatement();
                ResultSet row = statement.executeQuery("SELECT due FROM upkeep WHERE task = 'scrub'")) {
            return row.next() && row.getInt(1) == 0;
        }
    }

    /**
     * Leaves nothing of what was deleted in the files. Deleting with secure_delete is not enough: where rows have moved
     * between pages, copies stay behind in what the pages do not use. So the file is written anew, by way of memory
     * (temp_store), and the log, which holds old pages, cut to zero bytes. Where that fails, because another process reads
     * the file or the disk is full, it is left for the next time.
     *
     * <p>All who wait are served by one rewrite, and before the next one {@link #REST} times as long passes as this one
     * took, so that many removals cannot keep everybody else waiting.
     */
    void scrub() {
        if (inMemory) {
            return;
        }
        long own = removals.incrementAndGet();
        scrubbing.lock();
        try {
            // Who waited while another scrubbed may be served already.
            if (scrubbed < own) {
                pause.accept(Math.max(0, nextRewrite - nanoTime.getAsLong()));
                rewrite();
            }
        } finally {
            scrubbing.unlock();
        }
    }

    private void rewrite() {
        lock.lock();
        long start = nanoTime.getAsLong();
        try {
            long all = removals.get();
            if (writeAnew()) {
                scrubbed = all;
            }
            rewrites++;
        } catch (SQLException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "conversation database: remains were not removed: {0}",
                    e.getMessage());
        } finally {
            long end = nanoTime.getAsLong();
            nextRewrite = end + REST * (end - start);
            lock.unlock();
        }
    }

    /** For tests: how often the file was written anew. */
    int rewrites() {
        return rewrites;
    }

    /** For tests: how many removals have asked for that. */
    long removals() {
        return removals.get();
    }

    private boolean writeAnew() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("VACUUM");
            setScrubDue(connection, false);
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
