package demitasse.agent;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Canned replies in the database of conversations. */
final class CannedTable implements CannedReplies {
    private final Sqlite database;

    CannedTable(Sqlite database) {
        this.database = database;
    }

    @Override
    public List<Canned> list() {
        return database.run(CannedTable::all);
    }

    @Override
    public Canned add(String title, String text) {
        return database.run(c -> {
            Sqlite.update(c, "INSERT INTO canned_replies(title, text) VALUES (?, ?)", title, text);
            return all(c).stream().max(Comparator.comparingLong(Canned::id)).orElseThrow();
        });
    }

    @Override
    public boolean edit(Canned reply) {
        return database.run(c -> Sqlite.update(
                        c,
                        "UPDATE canned_replies SET title = ?, text = ? WHERE id = ?",
                        reply.title(),
                        reply.text(),
                        reply.id()))
                > 0;
    }

    @Override
    public boolean remove(long id) {
        return database.run(c -> Sqlite.update(c, "DELETE FROM canned_replies WHERE id = ?", id)) > 0;
    }

    private static List<Canned> all(Connection c) throws SQLException {
        List<Canned> found = new ArrayList<>();
        try (PreparedStatement query =
                c.prepareStatement("SELECT id, title, text FROM canned_replies ORDER BY title COLLATE NOCASE, id")) {
            ResultSet row = query.executeQuery();
            while (row.next()) {
                found.add(new Canned(row.getLong(1), row.getString(2), row.getString(3)));
            }
        }
        return found;
    }
}
