package demitasse.rag;

/**
 * A found document with its best chunk.
 *
 * @param score the fused score; higher is better, comparable between queries
 * @param keywordScore normalised BM25, 0 to 1
 * @param vectorScore the best cosine
 * @param chunk text of the chunk that matched best
 */
public record Hit(Document document, double score, double keywordScore, double vectorScore, String chunk) {}
