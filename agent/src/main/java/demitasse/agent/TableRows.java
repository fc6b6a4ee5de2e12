package demitasse.agent;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which rows of a long table a question asks for, by the words that some rows have and others do not. */
final class TableRows {
    /** A row stays whose words tell at least this share of what those of the best row tell. */
    private static final double SHARE = 0.5;

    private TableRows() {}

    /**
     * The rows that the question does not ask for; none of a table whose rows it does not tell apart.
     *
     * @param tables the rows of each, every one readable by itself
     */
    static Set<String> besidesTheQuestion(List<List<String>> tables, String question) {
        Set<String> asked = Words.content(question);
        Set<String> others = new HashSet<>();
        for (List<String> rows : tables) {
            Map<String, Double> scores = scores(rows, asked);
            double best = scores.values().stream().mapToDouble(d -> d).max().orElse(0);
            scores.forEach((row, score) -> {
                if (score < SHARE * best) {
                    others.add(row);
                }
            });
        }
        return others;
    }

    /** The rarer a word is among the rows, the more it tells; one that all have tells nothing. */
    private static Map<String, Double> scores(List<String> rows, Set<String> asked) {
        List<Set<String>> words = rows.stream().map(Words::content).toList();
        Map<String, Double> scores = new LinkedHashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            double score = 0;
            for (String word : asked) {
                long having = words.stream().filter(row -> row.contains(word)).count();
                score += words.get(i).contains(word) ? Math.log((double) rows.size() / having) : 0;
            }
            scores.merge(rows.get(i), score, Math::max);
        }
        return scores;
    }
}
