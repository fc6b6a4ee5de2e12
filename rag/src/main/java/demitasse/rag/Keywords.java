package demitasse.rag;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keyword search: FTS5's BM25 (k1 = 1.2, b = 0.75, titles counted twice) divided by the most that the query could
 * reach, 2.2 times the sum of its terms' idf. So 1 stands for a chunk that holds every word of the query, rare ones
 * weighing more, and a word that no document has lowers the score of all.
 */
final class Keywords {
    /** Enough for any question; a pasted log must not become a query of thousands of terms. */
    private static final int MAX_TERMS = 64;

    private static final double K1_PLUS_1 = 2.2;

    /** What FTS5 takes for terms that more than half of the rows have. */
    private static final double LEAST_IDF = 1e-6;

    private Keywords() {}

    /** Scores from 0 to 1 by the key of the chunk; chunks without a match are missing. */
    static Map<Long, Double> scores(Connection connection, String query) throws SQLException {
        List<String> terms =
                Terms.of(query).stream().distinct().limit(MAX_TERMS).toList();
        if (terms.isEmpty()) {
            return Map.of();
        }
        double most = K1_PLUS_1 * idfSum(connection, terms);
        Map<Long, Double> scores = new HashMap<>();
        try (PreparedStatement select =
                connection.prepareStatement("SELECT rowid, bm25(terms, 2.0, 1.0) FROM terms WHERE terms MATCH ?")) {
            select.setString(1, expression(terms));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    scores.put(row.getLong(1), Math.clamp(-row.getDouble(2) / most, 0, 1));
                }
            }
        }
        return scores;
    }

    /** Any of the terms. Quoted: an unquoted user's word could be an operator such as NEAR or OR. */
    private static String expression(List<String> terms) {
        return "\"" + String.join("\" OR \"", terms) + "\"";
    }

    private static double idfSum(Connection connection, List<String> terms) throws SQLException {
        Map<String, Long> counts = new HashMap<>();
        String places = String.join(", ", Collections.nCopies(terms.size(), "?"));
        long rows;
        try (PreparedStatement select = connection.prepareStatement("SELECT count(*) FROM chunks");
                ResultSet row = select.executeQuery()) {
            row.next();
            rows = row.getLong(1);
        }
        try (PreparedStatement select =
                connection.prepareStatement("SELECT term, doc FROM term_counts WHERE term IN (" + places + ")")) {
            for (int i = 0; i < terms.size(); i++) {
                select.setString(i + 1, terms.get(i));
            }
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    counts.put(row.getString(1), row.getLong(2));
                }
            }
        }
        double sum = 0;
        for (String term : terms) {
            long with = counts.getOrDefault(term, 0L);
            sum += Math.max(LEAST_IDF, Math.log((rows - with + 0.5) / (with + 0.5)));
        }
        return sum;
    }
}
