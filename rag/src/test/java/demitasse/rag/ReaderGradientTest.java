package demitasse.rag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.rag.ReaderWeights.Layer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReaderGradientTest {
    private static final int DIMENSIONS = 5;
    private static final float STEP = 1e-3f;
    private final SplittableRandom random = new SplittableRandom(3);

    private float[] numbers(int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian(0, 0.3);
        }
        return numbers;
    }

    private ReaderWeights weights() {
        float[][] layers = new float[Layer.values().length][];
        for (Layer layer : Layer.values()) {
            layers[layer.ordinal()] = numbers(layer.size);
        }
        return new ReaderWeights(numbers(DIMENSIONS), numbers(DIMENSIONS * ReaderWeights.WIDTH), layers);
    }

    private ReaderExample example(PassageReader reader, boolean... right) {
        byte[][] passages = new byte[right.length][];
        float[][] found = new float[right.length][];
        for (int c = 0; c < right.length; c++) {
            passages[c] = reader.project(numbers((c + 1) * DIMENSIONS));
            found[c] = numbers(ReaderWeights.FOUND);
        }
        return new ReaderExample(reader.projectQuestion(numbers(4 * DIMENSIONS)), passages, found, right);
    }

    /** Along the gradient of each layer the loss rises as fast as the gradient is long. */
    @Test
    void theGradientIsThatOfTheLoss() {
        for (boolean[] right : new boolean[][] {{false, true, false}, {false, false}, {true, true, false}}) {
            ReaderWeights weights = weights();
            ReaderExample example = example(new PassageReader(weights), right);
            ReaderGradient gradient = new ReaderGradient(weights);
            gradient.add(example);
            float[][] slopes = new float[gradient.gradient.length][];
            for (int i = 0; i < slopes.length; i++) {
                slopes[i] = gradient.gradient[i].clone();
            }
            for (Layer layer : Layer.values()) {
                float[] slope = slopes[layer.ordinal()];
                double length = length(slope);
                assertTrue(length > 0, layer.name());
                move(weights.of(layer), slope, STEP / length);
                double above = gradient.add(example);
                move(weights.of(layer), slope, -2 * STEP / length);
                double below = gradient.add(example);
                move(weights.of(layer), slope, STEP / length);
                assertEquals(length, (above - below) / (2 * STEP), 0.02 * length + 1e-3, layer.name());
            }
        }
    }

    /** What is trained is what {@link PassageReader#evidence} computes later. */
    @Test
    void theReaderComputesTheSame() {
        ReaderWeights weights = weights();
        PassageReader reader = new PassageReader(weights);
        ReaderExample one = example(reader, true);
        double loss = new ReaderGradient(weights).add(one);
        double evidence = reader.evidence(one.question(), one.passages()[0], one.found()[0], new TokenPairs());
        double each = 0.5 / 3;
        assertEquals((1 + each) * Math.log1p(Math.exp(-evidence)), loss, 1e-4);
    }

    private static double length(float[] vector) {
        double sum = 0;
        for (float value : vector) {
            sum += value * value;
        }
        return Math.sqrt(sum);
    }

    private static void move(float[] values, float[] direction, double by) {
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (by * direction[i]);
        }
    }
}
