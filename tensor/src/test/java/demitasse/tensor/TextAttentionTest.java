package demitasse.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attention inside a text against its formula in double. */
@Tag("kernels")
class TextAttentionTest {
    private final Random random = new Random(5);

    @ParameterizedTest
    @CsvSource({"1, 8", "2, 8", "3, 20", "1, 32", "3, 32", "2, 64", "2, 33"})
    void followsTheFormula(int heads, int headSize) {
        float scale = (float) (1 / Math.sqrt(headSize));
        TextAttention attention = new TextAttention(heads, headSize, scale);
        int width = heads * headSize;
        for (int rows : new int[] {33, 1, 2, 14, 16, 17, 70}) {
            int first = 2;
            float[] x = Tensors.gaussian((first + rows) * 3 * width, random);
            float[] out = new float[(first + rows) * width];
            attention.run(x, first, rows, out);
            for (int row = 0; row < rows; row++) {
                for (int head = 0; head < heads; head++) {
                    check(x, first, rows, row, head, headSize, width, scale, out);
                }
            }
        }
    }

    private static void check(
            float[] x, int first, int rows, int row, int head, int headSize, int width, float scale, float[] out) {
        double[] weights = new double[rows];
        double sum = 0;
        int q = (first + row) * 3 * width + head * headSize;
        for (int p = 0; p < rows; p++) {
            int k = (first + p) * 3 * width + width + head * headSize;
            double score = 0;
            for (int i = 0; i < headSize; i++) {
                score += (double) x[q + i] * x[k + i];
            }
            weights[p] = Math.exp(score * scale);
            sum += weights[p];
        }
        for (int i = 0; i < headSize; i++) {
            double expected = 0;
            for (int p = 0; p < rows; p++) {
                expected += weights[p] / sum * x[(first + p) * 3 * width + 2 * width + head * headSize + i];
            }
            int at = (first + row) * width + head * headSize + i;
            assertEquals(expected, out[at], 1e-5, rows + " rows, row " + row + ", head " + head + ", " + i);
        }
    }
}
