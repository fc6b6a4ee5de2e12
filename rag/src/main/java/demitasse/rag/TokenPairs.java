package demitasse.rag;

import java.util.Arrays;

/**
 * What the tokens of a question find in a passage: each looks at all tokens of the passage, the likest most (soft alignment, as
 * in arXiv 1606.01933), and is compared with what it sees. Buffers are used again; of one thread.
 */
final class TokenPairs {
    /** How much the likest count: e^10 between cosine 1 and 0. */
    private static final float SHARPNESS = 10;

    private static final int WIDTH = ReaderWeights.WIDTH;
    // Bring the parts of the features to about the same size.
    private static final float PRODUCT = WIDTH / 2f;
    private static final float SINGLE = (float) Math.sqrt(WIDTH);
    private static final float LIKENESS = 3;
    private static final float STEP = 1 / 127f;

    private float[] passage = new float[0];
    private float[] transposed = new float[0];
    private float[] cosines = new float[0];
    private int tokens;

    /** Features of each token: [token][{@link ReaderWeights#FEATURES}]. */
    float[] features = new float[0];

    /** @param bytes a passage's tokens as {@link PassageReader#project} makes them */
    void passage(byte[] bytes) {
        tokens = bytes.length / WIDTH;
        if (passage.length < bytes.length) {
            passage = new float[bytes.length];
            transposed = new float[bytes.length];
            cosines = new float[bytes.length / WIDTH];
        }
        for (int m = 0; m < tokens; m++) {
            for (int d = 0; d < WIDTH; d++) {
                float value = bytes[m * WIDTH + d] * STEP;
                passage[m * WIDTH + d] = value;
                transposed[d * tokens + m] = value;
            }
        }
    }

    /** Compares a question of {@code count} tokens of {@link ReaderWeights#WIDTH} values each with the passage. */
    void compare(float[] question, int count) {
        int size = count * ReaderWeights.FEATURES;
        features = features.length < size ? new float[size] : features;
        Arrays.fill(features, 0, size, 0);
        for (int t = 0; t < count; t++) {
            compare(question, t * WIDTH, t * ReaderWeights.FEATURES);
        }
    }

    private void compare(float[] question, int from, int to) {
        Arrays.fill(cosines, 0, tokens, 0);
        for (int d = 0; d < WIDTH; d++) {
            add(question[from + d], transposed, d * tokens, cosines, 0, tokens);
        }
        float greatest = -1;
        for (int m = 0; m < tokens; m++) {
            greatest = Math.max(greatest, cosines[m]);
        }
        float sum = 0;
        float mean = 0;
        for (int m = 0; m < tokens; m++) {
            float share = (float) Math.exp(SHARPNESS * (cosines[m] - greatest));
            sum += share;
            mean += share * cosines[m];
            add(share, passage, m * WIDTH, features, to, WIDTH);
        }
        sum = Math.max(sum, Float.MIN_NORMAL);
        for (int d = 0; d < WIDTH; d++) {
            float own = question[from + d];
            float seen = features[to + d] / sum;
            features[to + d] = own * seen * PRODUCT;
            features[to + WIDTH + d] = Math.abs(own - seen) * SINGLE;
            features[to + 2 * WIDTH + d] = own * SINGLE;
        }
        features[to + 3 * WIDTH] = greatest * LIKENESS;
        features[to + 3 * WIDTH + 1] = mean / sum * LIKENESS;
    }

    private static void add(float factor, float[] from, int at, float[] to, int start, int count) {
        for (int i = 0; i < count; i++) {
            to[start + i] += factor * from[at + i];
        }
    }
}
