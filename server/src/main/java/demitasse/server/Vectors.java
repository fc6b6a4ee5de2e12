package demitasse.server;

import demitasse.bertembed.Embedding;
import java.util.List;

/** A sentence encoder as the API sees it. */
interface Vectors {
    String name();

    int dimensions();

    List<Embedding.Result> embed(List<String> texts);

    static Vectors of(Embedding embedding, String name) {
        return new Vectors() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public int dimensions() {
                return embedding.dimensions();
            }

            @Override
            public List<Embedding.Result> embed(List<String> texts) {
                return embedding.embed(texts);
            }
        };
    }
}
