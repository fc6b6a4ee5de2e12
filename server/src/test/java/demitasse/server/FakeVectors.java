package demitasse.server;

import demitasse.bertembed.Embedding;
import demitasse.gguf.GgmlType;
import demitasse.gguf.ModelSummary;
import java.util.List;
import java.util.Map;

/** Vectors of a text's length; texts over ten characters are cut. */
final class FakeVectors implements Vectors {
    @Override
    public String name() {
        return "fake-embed";
    }

    @Override
    public int dimensions() {
        return 2;
    }

    @Override
    public int window() {
        return 10;
    }

    @Override
    public int vocabularySize() {
        return 100;
    }

    @Override
    public ModelSummary summary() {
        return new ModelSummary("bert", 22_500_000, 25_000_000, GgmlType.Q8_0, Map.of("bert.embedding_length", 2));
    }

    @Override
    public List<Embedding.Result> embedTokens(List<int[]> texts) {
        return texts.stream()
                .map(ids -> new Embedding.Result(new float[] {ids.length, 0.25f}, ids.length, false, null))
                .toList();
    }

    @Override
    public List<Embedding.Result> embed(List<String> texts) {
        return texts.stream()
                .map(text -> new Embedding.Result(new float[] {text.length(), 0.5f}, 3, text.length() > 10, null))
                .toList();
    }
}
