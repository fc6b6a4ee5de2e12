package demitasse.rag;

/**
 * A found document with its best chunk.
 *
 * @param score the fused score; higher is better, comparable between queries
 * @param keywordScore normalised BM25, 0 to 1
 * @param vectorScore the best cosine
 * @param evidence log-odds that the chunk answers the question, by {@link PassageReader}; NaN where nobody read it. Hits
 *     that were read come first, by their evidence
 * @param chunk text of the chunk that matched best
 */
public record Hit(
        Document document, double score, double keywordScore, double vectorScore, double evidence, String chunk) {
    public boolean isRead() {
        return !Double.isNaN(evidence);
    }
}
