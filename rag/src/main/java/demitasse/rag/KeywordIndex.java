package demitasse.rag;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keyword search: BM25 as SQLite's FTS5 has it (k1 = 1.2, b = 0.75, titles counted twice) over {@link Terms}, divided
 * by the most that the query could reach, 2.2 times the sum of its terms' idf. So 1 stands for a chunk that holds every
 * word of the query, rare ones weighing more, and a word that no chunk has lowers the score of all. Immutable.
 */
final class KeywordIndex {
    /** Enough for any question; a pasted log must not become a query of thousands of terms. */
    private static final int MAX_TERMS = 64;

    private static final double K1 = 1.2;
    private static final double B = 0.75;
    private static final double TITLE_WEIGHT = 2;

    /** What stands for the idf of terms that more than half of the chunks have. */
    private static final double LEAST_IDF = 1e-6;

    /** Stands for a stop word's. */
    private static final Postings NONE = new Postings();

    private final int rows;
    private final Map<String, Postings> byTerm;
    /** BM25's length part of each row: k1 (1 - b + b length / mean length). */
    private final double[] lengthPart;

    /** The rows that hold a term, ascending, and how often, titles counted twice. */
    private static final class Postings {
        private int[] rows = new int[2];
        private float[] frequencies = new float[2];
        private int size;

        void add(int row, float frequency) {
            // Two words of a row may have the same stem.
            if (size > 0 && rows[size - 1] == row) {
                frequencies[size - 1] += frequency;
                return;
            }
            if (size == rows.length) {
                rows = Arrays.copyOf(rows, 2 * size);
                frequencies = Arrays.copyOf(frequencies, 2 * size);
            }
            rows[size] = row;
            frequencies[size++] = frequency;
        }

        void trim() {
            rows = Arrays.copyOf(rows, size);
            frequencies = Arrays.copyOf(frequencies, size);
        }
    }

    /** @param chunks of row 0, 1, 2 and so on */
    KeywordIndex(List<WordCounts> chunks) {
        rows = chunks.size();
        byTerm = new HashMap<>();
        Map<String, Postings> byWord = new HashMap<>();
        int[] lengths = new int[rows];
        for (int row = 0; row < rows; row++) {
            WordCounts counts = chunks.get(row);
            for (int i = 0; i < counts.words().length; i++) {
                Postings postings = byWord.computeIfAbsent(counts.words()[i], this::postings);
                if (postings != NONE) {
                    int title = counts.inTitle()[i];
                    int text = counts.inText()[i];
                    lengths[row] += title + text;
                    postings.add(row, (float) (TITLE_WEIGHT * title + text));
                }
            }
        }
        byTerm.values().forEach(Postings::trim);
        double mean = (double) Arrays.stream(lengths).asLongStream().sum() / rows;
        lengthPart = Arrays.stream(lengths)
                .mapToDouble(length -> K1 * (1 - B + B * length / mean))
                .toArray();
    }

    private Postings postings(String word) {
        return Terms.isStopWord(word) ? NONE : byTerm.computeIfAbsent(Terms.stem(word), term -> new Postings());
    }

    /** The score of every row, from 0 to 1. */
    double[] scores(String query) {
        List<String> terms =
                Terms.of(query).stream().distinct().limit(MAX_TERMS).toList();
        double[] scores = new double[rows];
        double idfSum = terms.stream().mapToDouble(this::idf).sum();
        // A term that most rows have adds nothing but would bring them all.
        boolean anyTells = terms.stream().anyMatch(term -> idf(term) > LEAST_IDF);
        for (String term : terms) {
            double idf = idf(term);
            if (byTerm.containsKey(term) && (idf > LEAST_IDF || !anyTells)) {
                add(byTerm.get(term), idf, scores);
            }
        }
        double most = (K1 + 1) * idfSum;
        for (int row = 0; row < rows; row++) {
            scores[row] = scores[row] == 0 ? 0 : Math.clamp(scores[row] / most, 0, 1);
        }
        return scores;
    }

    private void add(Postings postings, double idf, double[] scores) {
        for (int i = 0; i < postings.size; i++) {
            int row = postings.rows[i];
            double frequency = postings.frequencies[i];
            scores[row] += idf * frequency * (K1 + 1) / (frequency + lengthPart[row]);
        }
    }

    private double idf(String term) {
        Postings postings = byTerm.get(term);
        double with = postings == null ? 0 : postings.size;
        return Math.max(LEAST_IDF, Math.log((rows - with + 0.5) / (with + 0.5)));
    }
}
