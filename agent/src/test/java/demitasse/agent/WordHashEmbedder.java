package demitasse.agent;

import demitasse.rag.Embedder;
import java.util.List;

/** A stand-in for MiniLM where meaning does not matter: texts that share words are near. */
final class WordHashEmbedder implements Embedder {
    private static final int DIMENSIONS = 509;

    @Override
    public int dimensions() {
        return DIMENSIONS;
    }

    @Override
    public List<float[]> embed(List<String> texts) {
        return texts.stream().map(WordHashEmbedder::embed).toList();
    }

    private static float[] embed(String text) {
        float[] vector = new float[DIMENSIONS];
        for (String stem : Words.content(text)) {
            vector[Math.floorMod(stem.hashCode() * 31, DIMENSIONS)] += 1;
        }
        double sum = 1e-6;
        for (float v : vector) {
            sum += v * v;
        }
        for (int i = 0; i < DIMENSIONS; i++) {
            vector[i] /= (float) Math.sqrt(sum);
        }
        return vector;
    }
}
