package demitasse.rag;

import java.util.List;

/** Turns texts into vectors of length 1. Implemented outside this module; safe for several threads. */
public interface Embedder {
    /**
     * A text's vector, and what the encoder makes of each token.
     *
     * @param vector of {@link #dimensions} floats, of length 1
     * @param tokens the last layer's state of each token, special ones included, one after the other, of
     *     {@link #dimensions} floats each and any length; empty where the embedder does not tell
     */
    record Embedded(float[] vector, float[] tokens) {
        static final float[] NO_TOKENS = {};
    }

    int dimensions();

    /** One vector of {@link #dimensions} floats per text, in order. */
    List<float[]> embed(List<String> texts);

    /** The same with the texts' tokens, as far as this embedder tells them. */
    default List<Embedded> embedTokens(List<String> texts) {
        return embed(texts).stream()
                .map(vector -> new Embedded(vector, Embedded.NO_TOKENS))
                .toList();
    }
}
