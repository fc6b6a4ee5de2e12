package demitasse.rag;

import java.util.List;

/** A stand-in for a model: each stem adds to a few dimensions chosen by its hash, so shared words mean near texts. */
final class WordBagEmbedder implements Embedder {
    private final int dimensions;

    WordBagEmbedder(int dimensions) {
        this.dimensions = dimensions;
    }

    @Override
    public int dimensions() {
        return dimensions;
    }

    @Override
    public List<float[]> embed(List<String> texts) {
        return texts.stream().map(this::embed).toList();
    }

    private float[] embed(String text) {
        float[] vector = new float[dimensions];
        vector[0] = 0.1f;
        for (String term : Terms.of(text)) {
            int hash = term.hashCode() * 0x9E3779B9;
            vector[Math.floorMod(hash, dimensions)] += 1;
            vector[Math.floorMod(hash >>> 8, dimensions)] += 1;
        }
        double length = Math.sqrt(VectorMatrix.dot(vector, vector));
        for (int i = 0; i < dimensions; i++) {
            vector[i] /= (float) length;
        }
        return vector;
    }
}
