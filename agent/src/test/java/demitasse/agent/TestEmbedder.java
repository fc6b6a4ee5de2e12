package demitasse.agent;

import demitasse.bertembed.Embedding;
import demitasse.rag.Embedder;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** The bundled MiniLM, loaded once for all tests of a run. */
final class TestEmbedder implements Embedder {
    private static TestEmbedder shared;

    private final Embedding model;

    private TestEmbedder(Embedding model) {
        this.model = model;
    }

    static synchronized Embedder miniLm() {
        try {
            if (shared == null) {
                shared = new TestEmbedder(Embedding.load(SharedData.repository("models/all-MiniLM-L6-v2.Q8_0.gguf")));
            }
            return shared;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int dimensions() {
        return model.dimensions();
    }

    @Override
    public List<float[]> embed(List<String> texts) {
        return model.embed(texts).stream().map(Embedding.Result::vector).toList();
    }
}
