package demitasse.server;

import demitasse.bertembed.Embedding;
import demitasse.rag.Embedder;
import java.util.ArrayList;
import java.util.List;

/** A sentence encoder as the retrieval sees it. */
public final class BertEmbedder implements Embedder {
    /** Calls take turns, so a long list goes in pieces: a customer's question must not wait for a whole import. */
    private static final int TEXTS_PER_TURN = 16;

    private final Embedding embedding;

    /** @param embedding closed by its owner */
    public BertEmbedder(Embedding embedding) {
        this.embedding = embedding;
    }

    @Override
    public int dimensions() {
        return embedding.dimensions();
    }

    @Override
    public List<float[]> embed(List<String> texts) {
        List<float[]> vectors = new ArrayList<>(texts.size());
        for (int from = 0; from < texts.size(); from += TEXTS_PER_TURN) {
            int to = Math.min(from + TEXTS_PER_TURN, texts.size());
            embedding.embed(texts.subList(from, to)).forEach(result -> vectors.add(result.vector()));
        }
        return vectors;
    }
}
