package demitasse.server;

import demitasse.bertembed.Embedding;
import java.util.List;

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
    public List<Embedding.Result> embed(List<String> texts) {
        return texts.stream()
                .map(text -> new Embedding.Result(new float[] {text.length(), 0.5f}, 3, text.length() > 10))
                .toList();
    }
}
