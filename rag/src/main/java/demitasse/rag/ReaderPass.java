package demitasse.rag;

import demitasse.rag.ReaderWeights.Layer;
import java.util.Arrays;

/** {@link PassageReader}'s network from what the tokens of a question find in one passage to its last hidden values. */
final class ReaderPass {
    private static final int HIDDEN = ReaderWeights.HIDDEN;

    /** Of each token, no less than 0: [tokens][HIDDEN]. */
    final float[][] hidden;
    /** The token with the greatest of each hidden value; -1 where that is 0. */
    final int[] greatest = new int[HIDDEN];
    /** Mean and greatest of the hidden values, and what the search knows. */
    final float[] joined = new float[ReaderWeights.JOINED];
    /** No less than 0. */
    final float[] top;

    /**
     * @param features of so many tokens, as {@link TokenPairs#features}
     * @param found as {@link PassageReader#found}
     * @param joinedMask by which the joined values are multiplied; null: they stay as they are
     */
    ReaderPass(ReaderWeights weights, float[] features, int tokens, float[] found, float[] joinedMask) {
        hidden = new float[tokens][];
        Arrays.fill(greatest, -1);
        for (int t = 0; t < tokens; t++) {
            hidden[t] =
                    layer(features, t * ReaderWeights.FEATURES, weights.of(Layer.TOKEN), weights.of(Layer.TOKEN_BIAS));
            for (int h = 0; h < HIDDEN; h++) {
                float value = hidden[t][h];
                joined[h] += value / tokens;
                if (value > joined[HIDDEN + h]) {
                    joined[HIDDEN + h] = value;
                    greatest[h] = t;
                }
            }
        }
        System.arraycopy(found, 0, joined, 2 * HIDDEN, ReaderWeights.FOUND);
        for (int i = 0; joinedMask != null && i < joined.length; i++) {
            joined[i] *= joinedMask[i];
        }
        top = layer(joined, 0, weights.of(Layer.JOIN), weights.of(Layer.JOIN_BIAS));
    }

    /** What of x * matrix + bias is above 0; the matrix has a row of bias.length for each value of x. */
    private static float[] layer(float[] x, int from, float[] matrix, float[] bias) {
        float[] out = bias.clone();
        int width = out.length;
        int rows = matrix.length / width;
        for (int r = 0; r < rows; r++) {
            float factor = x[from + r];
            int at = r * width;
            for (int i = 0; i < width; i++) {
                out[i] += factor * matrix[at + i];
            }
        }
        for (int i = 0; i < width; i++) {
            out[i] = Math.max(0, out[i]);
        }
        return out;
    }
}
