package demitasse.agent;

import demitasse.rag.Embedder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Embeds each text once: training looks at the same ones several times. Keeps all that was made; of one thread. */
final class RememberingEmbedder implements Embedder {
    private final Embedder embedder;
    private final Map<String, Embedded> made = new HashMap<>();

    RememberingEmbedder(Embedder embedder) {
        this.embedder = embedder;
    }

    @Override
    public int dimensions() {
        return embedder.dimensions();
    }

    @Override
    public List<float[]> embed(List<String> texts) {
        return embedTokens(texts).stream().map(Embedded::vector).toList();
    }

    @Override
    public List<Embedded> embedTokens(List<String> texts) {
        List<String> missing = texts.stream()
                .distinct()
                .filter(text -> !made.containsKey(text))
                .toList();
        List<Embedded> embedded = embedder.embedTokens(missing);
        for (int i = 0; i < missing.size(); i++) {
            made.put(missing.get(i), embedded.get(i));
        }
        return texts.stream().map(made::get).toList();
    }
}
