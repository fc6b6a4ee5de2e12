package demitasse.server;

import demitasse.bertembed.Embedding;
import demitasse.gguf.ModelSummary;
import java.util.List;

/** A sentence encoder as the API sees it. */
interface Vectors {
    String name();

    int dimensions();

    /** The most tokens of a text that are read. */
    int window();

    /** Tokens have ids from 0 to one less. */
    int vocabularySize();

    /** What the model's file says of it. */
    ModelSummary summary();

    List<Embedding.Result> embed(List<String> texts);

    /** Of texts that are tokens of the model already. */
    List<Embedding.Result> embedTokens(List<int[]> texts);

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
            public int window() {
                return embedding.window();
            }

            @Override
            public int vocabularySize() {
                return embedding.vocabularySize();
            }

            @Override
            public ModelSummary summary() {
                return embedding.summary();
            }

            @Override
            public List<Embedding.Result> embed(List<String> texts) {
                return embedding.embed(texts);
            }

            @Override
            public List<Embedding.Result> embedTokens(List<int[]> texts) {
                return embedding.embedTokens(texts);
            }
        };
    }
}
