package demitasse.rag;

import demitasse.rag.ReaderWeights.Layer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Reads question and passage together and says whether the one answers the other, which no cosine of two texts can tell
 * from a passage that is merely about the same thing. The tokens' states, which the encoder makes anyway, are projected to
 * {@value ReaderWeights#WIDTH} numbers; passages keep theirs as bytes. Each token of the question is compared with
 * what it finds in the passage ({@link TokenPairs}), a small network judges each comparison, and another one their mean and
 * greatest together with the search's own scores. Trained by {@link ReaderTrainer}; immutable.
 */
public final class PassageReader {
    /** More of a long message does not change what it asks. */
    static final int MAX_QUESTION_TOKENS = 64;

    private static final String RESOURCE = "reader.bin";
    private static final float STEPS = 127;
    private static final float TINY = 1e-6f;

    private final ReaderWeights weights;

    PassageReader(ReaderWeights weights) {
        this.weights = weights;
    }

    /** @throws IllegalStateException if the resource is missing or cut off */
    public static PassageReader bundled() {
        try (InputStream in = PassageReader.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + RESOURCE);
            }
            return new PassageReader(ReaderWeights.read(in));
        } catch (IOException e) {
            throw new UncheckedIOException("resource " + RESOURCE, e);
        }
    }

    /** As the resource that {@link #bundled} reads. */
    public byte[] bytes() {
        return weights.bytes();
    }

    int dimensions() {
        return weights.dimensions();
    }

    float fingerprint() {
        return weights.fingerprint();
    }

    /** The tokens of a passage in steps of 1/127: [tokens][WIDTH]. */
    byte[] project(float[] states) {
        float[] projected = projectExactly(states, Integer.MAX_VALUE);
        byte[] bytes = new byte[projected.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Math.round(projected[i] * STEPS);
        }
        return bytes;
    }

    /** The tokens of a question, of length 1 each: [tokens][WIDTH]; empty for an embedder that this was not made for. */
    float[] projectQuestion(float[] states) {
        return projectExactly(states, MAX_QUESTION_TOKENS);
    }

    private float[] projectExactly(float[] states, int most) {
        int dimensions = weights.dimensions();
        int tokens = states.length % dimensions == 0 ? Math.min(most, states.length / dimensions) : 0;
        float[] projected = new float[tokens * ReaderWeights.WIDTH];
        for (int t = 0; t < tokens; t++) {
            project(states, t * dimensions, projected, t * ReaderWeights.WIDTH);
        }
        return projected;
    }

    private void project(float[] states, int from, float[] projected, int to) {
        for (int d = 0; d < weights.dimensions(); d++) {
            float centred = states[from + d] - weights.mean()[d];
            for (int k = 0; k < ReaderWeights.WIDTH; k++) {
                projected[to + k] += centred * weights.projection()[d * ReaderWeights.WIDTH + k];
            }
        }
        float sum = TINY;
        for (int k = 0; k < ReaderWeights.WIDTH; k++) {
            sum += projected[to + k] * projected[to + k];
        }
        float scale = (float) (1 / Math.sqrt(sum));
        for (int k = 0; k < ReaderWeights.WIDTH; k++) {
            projected[to + k] *= scale;
        }
    }

    /**
     * What the search knows of a passage, as {@link #evidence} takes it.
     *
     * @param best the best fused score of any passage
     */
    static float[] found(double title, double passage, double sentence, double keyword, double score, double best) {
        return new float[] {
            (float) title, (float) passage, (float) sentence, (float) keyword, (float) score, (float) (score - best)
        };
    }

    /**
     * Log-odds that a passage answers a question, against no passage answering it.
     *
     * @param question of {@link #projectQuestion}
     * @param passage of {@link #project}
     */
    double evidence(float[] question, byte[] passage, float[] found, TokenPairs pairs) {
        int count = question.length / ReaderWeights.WIDTH;
        pairs.passage(passage);
        pairs.compare(question, count);
        float[] top = new ReaderPass(weights, pairs.features, count, found, null).top;
        double sum = -weights.of(Layer.NONE)[0];
        for (int i = 0; i < top.length; i++) {
            sum += top[i] * weights.of(Layer.OUT)[i];
        }
        for (int i = 0; i < found.length; i++) {
            sum += found[i] * weights.of(Layer.FOUND_DIRECTLY)[i];
        }
        return sum;
    }
}
