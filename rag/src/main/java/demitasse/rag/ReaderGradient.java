package demitasse.rag;

import demitasse.rag.ReaderWeights.Layer;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Loss and gradient of {@link PassageReader}'s network for one example: the cross-entropy of "which passage, or none", and
 * a part of that of "does this passage answer" for each. Backward by hand; {@code ReaderTrainerTest} compares it with differences.
 */
final class ReaderGradient {
    /** Share of values that are left out in a pass, so that no single one is relied upon. */
    private static final float DROPOUT = 0.2f;
    /** Of each passage's own cross-entropy. */
    private static final float EACH = 0.5f / 3;

    private static final int HIDDEN = ReaderWeights.HIDDEN;
    private static final int FEATURES = ReaderWeights.FEATURES;
    private static final int JOINED = ReaderWeights.JOINED;
    private static final int TOP = ReaderWeights.TOP;

    private final ReaderWeights weights;
    /** The sums over the examples since {@link #clear}, as {@link ReaderWeights#layers}. */
    final float[][] gradient;

    private final float[] featureMask = new float[FEATURES];
    private final float[] joinedMask = new float[JOINED];
    private final TokenPairs pairs = new TokenPairs();

    /** A passage's features as they were used, and what became of them. */
    private record Pass(float[] features, ReaderPass values, float score) {}

    ReaderGradient(ReaderWeights weights) {
        this.weights = weights;
        this.gradient = new float[Layer.values().length][];
        for (Layer layer : Layer.values()) {
            gradient[layer.ordinal()] = new float[layer.size];
        }
        Arrays.fill(featureMask, 1);
        Arrays.fill(joinedMask, 1);
    }

    void clear() {
        for (float[] layer : gradient) {
            Arrays.fill(layer, 0);
        }
    }

    /** Draws what the next examples leave out. */
    void drop(RandomGenerator random) {
        drop(featureMask, random);
        drop(joinedMask, random);
    }

    private static void drop(float[] mask, RandomGenerator random) {
        for (int i = 0; i < mask.length; i++) {
            mask[i] = random.nextFloat() < DROPOUT ? 0 : 1 / (1 - DROPOUT);
        }
    }

    /** Adds an example's gradient to {@link #gradient} and returns its loss. */
    double add(ReaderExample example) {
        int tokens = example.question().length / ReaderWeights.WIDTH;
        int count = example.passages().length;
        Pass[] passes = new Pass[count];
        double[] scores = new double[count];
        for (int c = 0; c < count; c++) {
            passes[c] = forward(example, c, tokens);
            scores[c] = passes[c].score();
        }
        double[] slopes = new double[count];
        double loss = loss(scores, example.right(), slopes);
        for (int c = 0; c < count; c++) {
            backward(passes[c], example.found()[c], (float) slopes[c]);
        }
        return loss;
    }

    /** @param slopes receives d loss / d score; that of {@link Layer#NONE} goes to the gradient */
    private double loss(double[] scores, boolean[] right, double[] slopes) {
        double none = weights.of(Layer.NONE)[0];
        double greatest = Math.max(none, Arrays.stream(scores).max().orElse(none));
        double all = Math.exp(none - greatest);
        double wanted = 0;
        for (int c = 0; c < scores.length; c++) {
            double e = Math.exp(scores[c] - greatest);
            all += e;
            wanted += right[c] ? e : 0;
        }
        boolean answered = wanted > 0;
        double goal = answered ? wanted : Math.exp(none - greatest);
        double loss = Math.log(all / goal);
        double noneSlope = Math.exp(none - greatest) / all - (answered ? 0 : 1);
        for (int c = 0; c < scores.length; c++) {
            double e = Math.exp(scores[c] - greatest);
            double alone = 1 / (1 + Math.exp(none - scores[c]));
            double off = EACH * (alone - (right[c] ? 1 : 0));
            slopes[c] = e / all - (right[c] ? e / goal : 0) + off;
            noneSlope -= off;
            loss -= EACH * Math.log(right[c] ? alone : 1 - alone);
        }
        gradient[Layer.NONE.ordinal()][0] += (float) noneSlope;
        return loss;
    }

    private Pass forward(ReaderExample example, int c, int tokens) {
        pairs.passage(example.passages()[c]);
        pairs.compare(example.question(), tokens);
        float[] features = Arrays.copyOf(pairs.features, tokens * FEATURES);
        for (int i = 0; i < features.length; i++) {
            features[i] *= featureMask[i % FEATURES];
        }
        float[] found = example.found()[c];
        ReaderPass values = new ReaderPass(weights, features, tokens, found, joinedMask);
        float score = 0;
        for (int i = 0; i < TOP; i++) {
            score += values.top[i] * weights.of(Layer.OUT)[i];
        }
        for (int i = 0; i < ReaderWeights.FOUND; i++) {
            score += found[i] * weights.of(Layer.FOUND_DIRECTLY)[i];
        }
        return new Pass(features, values, score);
    }

    private void backward(Pass pass, float[] found, float slope) {
        ReaderPass values = pass.values();
        addScaled(slope, found, gradient[Layer.FOUND_DIRECTLY.ordinal()]);
        addScaled(slope, values.top, gradient[Layer.OUT.ordinal()]);
        float[] topSlopes = new float[TOP];
        for (int i = 0; i < TOP; i++) {
            topSlopes[i] = values.top[i] > 0 ? slope * weights.of(Layer.OUT)[i] : 0;
        }
        addScaled(1, topSlopes, gradient[Layer.JOIN_BIAS.ordinal()]);
        addOuter(values.joined, 0, topSlopes, gradient[Layer.JOIN.ordinal()]);
        float[] joinedSlopes = new float[2 * HIDDEN];
        for (int j = 0; j < joinedSlopes.length; j++) {
            for (int i = 0; i < TOP; i++) {
                joinedSlopes[j] += weights.of(Layer.JOIN)[j * TOP + i] * topSlopes[i];
            }
            joinedSlopes[j] *= joinedMask[j];
        }
        int tokens = values.hidden.length;
        for (int t = 0; t < tokens; t++) {
            float[] hiddenSlopes = new float[HIDDEN];
            for (int h = 0; h < HIDDEN; h++) {
                float sum = joinedSlopes[h] / tokens + (values.greatest[h] == t ? joinedSlopes[HIDDEN + h] : 0);
                hiddenSlopes[h] = values.hidden[t][h] > 0 ? sum : 0;
            }
            addScaled(1, hiddenSlopes, gradient[Layer.TOKEN_BIAS.ordinal()]);
            addOuter(pass.features(), t * FEATURES, hiddenSlopes, gradient[Layer.TOKEN.ordinal()]);
        }
    }

    private static void addScaled(float factor, float[] from, float[] to) {
        for (int i = 0; i < to.length; i++) {
            to[i] += factor * from[i];
        }
    }

    /** matrix += x as a column times slopes as a row. */
    private static void addOuter(float[] x, int from, float[] slopes, float[] matrix) {
        int width = slopes.length;
        int rows = matrix.length / width;
        for (int r = 0; r < rows; r++) {
            float factor = x[from + r];
            if (factor != 0) {
                int at = r * width;
                for (int i = 0; i < width; i++) {
                    matrix[at + i] += factor * slopes[i];
                }
            }
        }
    }
}
