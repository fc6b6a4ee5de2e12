package demitasse.rag;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The index against SQLite's FTS5, whose formula it has. */
class KeywordIndexTest {
    /** Terms of more than half of the rows count for 1e-6 in FTS5 and for nothing here. */
    private static final double TOLERANCE = 1e-4;

    private static final int ROWS = 400;
    private static final int WORDS = 150;

    private record Text(String title, String text) {}

    @Test
    void ranksAsFts5() throws SQLException {
        SplittableRandom random = new SplittableRandom(7);
        List<Text> texts = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            texts.add(new Text(words(random, random.nextInt(6)), words(random, random.nextInt(60))));
        }
        KeywordIndex index = index(texts);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            fill(connection, texts);
            for (int i = 0; i < 100; i++) {
                String query = words(random, 1 + random.nextInt(8));
                assertArrayEquals(fts5(connection, query), relative(index.scores(query)), TOLERANCE, query);
            }
        }
    }

    @Test
    void aRowWithEveryWordIsNearOneAndUnknownWordsLowerAll() {
        KeywordIndex index = index(List.of(
                new Text("Refund time", "A refund takes days."),
                new Text("Opening hours", "We open at nine."),
                new Text("Grinder", "Brush the burrs.")));
        double known = index.scores("refund time")[0];
        assertTrue(known > 0.5 && known <= 1, () -> "all words: " + known);
        assertTrue(index.scores("refund time zebra giraffe")[0] < 0.6 * known);
        assertArrayEquals(new double[3], index.scores("the of and"));
        assertArrayEquals(new double[3], index.scores("zebra"));
        assertArrayEquals(new double[0], index(List.of()).scores("refund"));
    }

    private static KeywordIndex index(List<Text> texts) {
        WordCounts.Reader reader = new WordCounts.Reader();
        return new KeywordIndex(
                texts.stream().map(t -> reader.read(t.title, t.text)).toList());
    }

    /** Words of uneven frequency; some are forms of the same stem, some stop words. */
    private static String words(SplittableRandom random, int count) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int rank = (int) (WORDS * Math.pow(random.nextDouble(), 3));
            String ending = List.of("", "s", "ed", "ing").get(random.nextInt(4));
            words.add(rank % 17 == 3 ? "the" : "word" + (char) ('a' + rank / 26) + (char) ('b' + rank % 25) + ending);
        }
        return String.join(" ", words);
    }

    private static void fill(Connection connection, List<Text> texts) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE VIRTUAL TABLE terms USING fts5(title, body, tokenize = 'ascii')");
        }
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO terms (rowid, title, body) VALUES (?, ?, ?)")) {
            for (int i = 0; i < texts.size(); i++) {
                insert.setInt(1, i + 1);
                insert.setString(2, String.join(" ", Terms.of(texts.get(i).title)));
                insert.setString(3, String.join(" ", Terms.of(texts.get(i).text)));
                insert.executeUpdate();
            }
        }
    }

    /** Scores of all rows, the best as 1. */
    private static double[] fts5(Connection connection, String query) throws SQLException {
        double[] scores = new double[ROWS];
        List<String> terms = Terms.of(query).stream().distinct().toList();
        if (terms.isEmpty()) {
            return scores;
        }
        try (PreparedStatement select =
                connection.prepareStatement("SELECT rowid, bm25(terms, 2.0, 1.0) FROM terms WHERE terms MATCH ?")) {
            select.setString(1, "\"" + String.join("\" OR \"", terms) + "\"");
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    scores[row.getInt(1) - 1] = -row.getDouble(2);
                }
            }
        }
        return relative(scores);
    }

    private static double[] relative(double[] scores) {
        double most = 0;
        for (double score : scores) {
            most = Math.max(most, score);
        }
        double[] relative = new double[scores.length];
        for (int i = 0; i < scores.length && most > 0; i++) {
            relative[i] = scores[i] / most;
        }
        return relative;
    }
}
