package demitasse.server;

import demitasse.bertembed.Embedding;
import demitasse.rag.Embedder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

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
        return inTurns(texts, embedding::embed).map(Embedding.Result::vector).toList();
    }

    @Override
    public List<Embedded> embedTokens(List<String> texts) {
        return inTurns(texts, embedding::embedWithStates)
                .map(result -> new Embedded(result.vector(), result.states()))
                .toList();
    }

    private static Stream<Embedding.Result> inTurns(
            List<String> texts, Function<List<String>, List<Embedding.Result>> embed) {
        List<Embedding.Result> results = new ArrayList<>(texts.size());
        for (int from = 0; from < texts.size(); from += TEXTS_PER_TURN) {
            results.addAll(embed.apply(texts.subList(from, Math.min(from + TEXTS_PER_TURN, texts.size()))));
        }
        return results.stream();
    }
}
