package demitasse.rag;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Documents in SQLite with keyword and vector search. Safe for several threads: one writer, many readers. */
public final class KnowledgeBase implements AutoCloseable {
    private KnowledgeBase() {}

    /** @param database a SQLite file, made when missing; its vectors are made again when the embedder changes */
    public static KnowledgeBase open(Path database, Embedder embedder) {
        throw new UnsupportedOperationException();
    }

    /** A knowledge base that lives in memory. */
    public static KnowledgeBase inMemory(Embedder embedder) {
        throw new UnsupportedOperationException();
    }

    /** Adds or replaces documents; unchanged ones cost nothing. */
    public void put(List<Document> documents) {
        throw new UnsupportedOperationException();
    }

    /** Makes the documents of the store those given: others are removed. */
    public void replaceAll(List<Document> documents) {
        throw new UnsupportedOperationException();
    }

    public boolean remove(String documentId) {
        throw new UnsupportedOperationException();
    }

    public Optional<Document> document(String id) {
        throw new UnsupportedOperationException();
    }

    public List<Document> documents() {
        throw new UnsupportedOperationException();
    }

    /** The best documents for a query, best first, one hit per document. */
    public List<Hit> search(String query, int limit) {
        throw new UnsupportedOperationException();
    }

    /** Search with the query's vector at hand (the assistant has already made it). */
    public List<Hit> search(String query, float[] queryVector, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
