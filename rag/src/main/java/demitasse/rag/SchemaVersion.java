package demitasse.rag;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The version of a SQLite file's tables, kept in its user_version, and the steps that lead from one to the next. */
public final class SchemaVersion {
    private SchemaVersion() {}

    /** 0: a new file, or one from before there were versions. */
    public static int of(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA user_version")) {
            return row.next() ? row.getInt(1) : 0;
        }
    }

    /**
     * @param name of the file, for the error
     * @param newest that this program knows
     * @throws StoreException if the file is newer, for it may hold what we would not keep right
     */
    public static void requireKnown(Connection connection, String name, int newest) throws SQLException {
        int version = of(connection);
        if (version > newest) {
            throw new StoreException(
                    name,
                    "made by a newer version: its schema is " + version + ", the newest known here is " + newest
                            + "; use that version, or another data folder");
        }
    }

    /**
     * Takes the steps that the file lacks; to be called inside a transaction.
     *
     * @param steps SQL; number n leads from version n to n + 1. Steps are never changed, only added.
     */
    public static void upgrade(Connection connection, List<String> steps) throws SQLException {
        int version = of(connection);
        if (version >= steps.size()) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            for (; version < steps.size(); version++) {
                statement.executeUpdate(steps.get(version));
            }
            statement.execute("PRAGMA user_version = " + version);
        }
    }
}
