package demitasse.rag;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
        Map<String, Double> idf = idf(connection, terms);
        double most = K1_PLUS_1
                * idf.values().stream().mapToDouble(Double::doubleValue).sum();
        Map<Long, Double> scores = new HashMap<>();
        try (PreparedStatement select =
                connection.prepareStatement("SELECT rowid, bm25(terms, 2.0, 1.0) FROM terms WHERE terms MATCH ?")) {
            select.setString(1, expression(idf));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    scores.put(row.getLong(1), Math.clamp(-row.getDouble(2) / most, 0, 1));
                }
            }
        }
        return scores;
    }

    /**
     * Any of the terms that tell rows apart: one that most rows have adds nothing but would bring them all. Quoted, for
     * an unquoted user's word could be an operator such as NEAR or OR.
     */
    private static String expression(Map<String, Double> idf) {
        List<String> telling =
                idf.keySet().stream().filter(term -> idf.get(term) > LEAST_IDF).toList();
        return "\"" + String.join("\" OR \"", telling.isEmpty() ? idf.keySet() : telling) + "\"";
    }

    private static Map<String, Double> idf(Connection connection, List<String> terms) throws SQLException {
        double rows;
        try (PreparedStatement select = connection.prepareStatement("SELECT count(*) FROM chunks");
                ResultSet row = select.executeQuery()) {
            row.next();
            rows = row.getLong(1);
        }
        Map<String, Double> idf = new LinkedHashMap<>();
        terms.forEach(term -> idf.put(term, idf(rows, 0)));
        String places = String.join(", ", Collections.nCopies(terms.size(), "?"));
        try (PreparedStatement select =
                connection.prepareStatement("SELECT term, doc FROM term_counts WHERE term IN (" + places + ")")) {
            for (int i = 0; i < terms.size(); i++) {
                select.setString(i + 1, terms.get(i));
            }
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    idf.put(row.getString(1), idf(rows, row.getLong(2)));
                }
            }
        }
        return idf;
    }

    private static double idf(double rows, double with) {
        return Math.max(LEAST_IDF, Math.log((rows - with + 0.5) / (with + 0.5)));
    }
}
