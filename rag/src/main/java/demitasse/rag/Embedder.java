package demitasse.rag;

import java.util.List;

/** Turns texts into vectors of length 1. Implemented outside this module; safe for several threads. */
public interface Embedder {
    int dimensions();

    /** One vector of {@link #dimensions} floats per text, in order. */
    List<float[]> embed(List<String> texts);
}
