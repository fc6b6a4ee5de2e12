package demitasse.agent.pii;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Fits a {@link TaggerModel} by gradient steps on the likelihood of one text at a time (AdaGrad). One thread, StrictMath
 * and a seeded order: the same texts give the same weights on every machine.
 */
final class TaggerFit {
    /** A text's features and right labels. */
    record Example(int[][] features, int[] labels) {}

    static final int BITS = 17;
    private static final int L = TaggerModel.LABELS;
    private static final int MASK = (1 << BITS) - 1;
    private static final long SEED = 20261128;
    private static final double RATE = 0.1;
    private static final double EPSILON = 1e-6;
    /** Rarer features are noise, and would share rows with others. */
    private static final int MIN_COUNT = 3;

    /** Smaller weights are left out of the model. */
    private static final float SMALLEST = 0.05f;

    private final float[] weights = new float[L << BITS];
    private final float[] squares = new float[L << BITS];
    private final boolean[] kept = new boolean[1 << BITS];
    private final double[][] transitions = new double[L + 1][L];
    private final double[][] transitionSquares = new double[L + 1][L];

    private TaggerFit() {}

    static TaggerModel fit(List<Example> examples, int epochs) {
        TaggerFit fit = new TaggerFit();
        fit.count(examples);
        int[] order = new int[examples.size()];
        Arrays.setAll(order, i -> i);
        Random random = new Random(SEED);
        for (int epoch = 0; epoch < epochs; epoch++) {
            for (int i = order.length - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                int swapped = order[i];
                order[i] = order[j];
                order[j] = swapped;
            }
            for (int i : order) {
                fit.step(examples.get(i));
            }
        }
        return fit.model();
    }

    private void count(List<Example> examples) {
        int[] counts = new int[1 << BITS];
        for (Example example : examples) {
            for (int[] features : example.features()) {
                for (int feature : features) {
                    counts[feature & MASK]++;
                }
            }
        }
        for (int row = 0; row < counts.length; row++) {
            kept[row] = counts[row] >= MIN_COUNT;
        }
    }

    private void step(Example example) {
        int n = example.labels().length;
        if (n == 0) {
            return;
        }
        double[][] potential = new double[n][L];
        for (int i = 0; i < n; i++) {
            double[] scores = new double[L];
            for (int feature : example.features()[i]) {
                int row = (feature & MASK) * L;
                for (int y = 0; y < L; y++) {
                    scores[y] += weights[row + y];
                }
            }
            double highest = Arrays.stream(scores).max().orElseThrow();
            for (int y = 0; y < L; y++) {
                potential[i][y] = StrictMath.exp(scores[y] - highest);
            }
        }
        double[][] pairs = new double[L + 1][L];
        for (int x = 0; x <= L; x++) {
            for (int y = 0; y < L; y++) {
                boolean allowed = TaggerModel.isAllowed(x == L ? TaggerModel.OUTSIDE : x, y);
                pairs[x][y] = allowed ? StrictMath.exp(transitions[x][y]) : 0;
            }
        }
        double[][] forward = forward(potential, pairs);
        double[][] backward = backward(potential, pairs);
        double[][] expectedPairs = new double[L + 1][L];
        for (int i = 0; i < n; i++) {
            double[] marginal = new double[L];
            for (int y = 0; y < L; y++) {
                marginal[y] = forward[i][y] * backward[i][y];
            }
            scaleToOne(marginal);
            if (i == 0) {
                System.arraycopy(marginal, 0, expectedPairs[L], 0, L);
            } else {
                addPairs(forward[i - 1], pairs, potential[i], backward[i], expectedPairs);
            }
            update(example.features()[i], example.labels()[i], marginal);
        }
        updateTransitions(example.labels(), expectedPairs);
    }

    private static double[][] forward(double[][] potential, double[][] pairs) {
        double[][] forward = new double[potential.length][L];
        for (int i = 0; i < potential.length; i++) {
            for (int y = 0; y < L; y++) {
                double sum = i == 0 ? pairs[L][y] : 0;
                for (int x = 0; i > 0 && x < L; x++) {
                    sum += forward[i - 1][x] * pairs[x][y];
                }
                forward[i][y] = sum * potential[i][y];
            }
            scaleToOne(forward[i]);
        }
        return forward;
    }

    private static double[][] backward(double[][] potential, double[][] pairs) {
        int n = potential.length;
        double[][] backward = new double[n][L];
        Arrays.fill(backward[n - 1], 1.0 / L);
        for (int i = n - 2; i >= 0; i--) {
            for (int x = 0; x < L; x++) {
                double sum = 0;
                for (int y = 0; y < L; y++) {
                    sum += pairs[x][y] * potential[i + 1][y] * backward[i + 1][y];
                }
                backward[i][x] = sum;
            }
            scaleToOne(backward[i]);
        }
        return backward;
    }

    private static void addPairs(
            double[] before, double[][] pairs, double[] potential, double[] backward, double[][] expected) {
        double[][] joint = new double[L][L];
        double total = 0;
        for (int x = 0; x < L; x++) {
            for (int y = 0; y < L; y++) {
                joint[x][y] = before[x] * pairs[x][y] * potential[y] * backward[y];
                total += joint[x][y];
            }
        }
        for (int x = 0; x < L; x++) {
            for (int y = 0; y < L; y++) {
                expected[x][y] += joint[x][y] / total;
            }
        }
    }

    private static void scaleToOne(double[] values) {
        double total = 0;
        for (double value : values) {
            total += value;
        }
        for (int y = 0; y < values.length; y++) {
            values[y] /= total;
        }
    }

    private void update(int[] features, int right, double[] marginal) {
        for (int y = 0; y < L; y++) {
            double gradient = (y == right ? 1 : 0) - marginal[y];
            if (Math.abs(gradient) < EPSILON) {
                continue;
            }
            float square = (float) (gradient * gradient);
            for (int feature : features) {
                int row = feature & MASK;
                if (kept[row]) {
                    int at = row * L + y;
                    squares[at] += square;
                    weights[at] += (float) (RATE * gradient / Math.sqrt(squares[at]));
                }
            }
        }
    }

    private void updateTransitions(int[] labels, double[][] expected) {
        double[][] gradient = new double[L + 1][L];
        int before = L;
        for (int label : labels) {
            gradient[before][label]++;
            before = label;
        }
        for (int x = 0; x <= L; x++) {
            for (int y = 0; y < L; y++) {
                double g = gradient[x][y] - expected[x][y];
                transitionSquares[x][y] += g * g;
                if (transitionSquares[x][y] > 0) {
                    transitions[x][y] += RATE * g / Math.sqrt(transitionSquares[x][y]);
                }
            }
        }
    }

    /** Weights as bytes; the smallest become 0. */
    private TaggerModel model() {
        float highest = 0;
        for (float weight : weights) {
            highest = Math.max(highest, Math.abs(weight));
        }
        float scale = highest / Byte.MAX_VALUE;
        byte[] bytes = new byte[weights.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = Math.abs(weights[i]) < SMALLEST ? 0 : (byte) Math.round(weights[i] / scale);
        }
        float[][] pairs = new float[L + 1][L];
        for (int x = 0; x <= L; x++) {
            for (int y = 0; y < L; y++) {
                pairs[x][y] = (float) transitions[x][y];
            }
        }
        return new TaggerModel(BITS, scale, bytes, pairs);
    }
}
