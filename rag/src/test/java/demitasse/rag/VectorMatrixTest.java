package demitasse.rag;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VectorMatrixTest {
    @ParameterizedTest
    @CsvSource({"0, 8", "1, 1", "63, 7", "64, 384", "65, 5", "200, 130"})
    void agreesWithThePlainSum(int rows, int dimensions) {
        Random random = new Random(7);
        List<float[]> vectors = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            vectors.add(i % 10 == 3 ? null : vector(random, dimensions));
        }
        float[] query = vector(random, dimensions);
        float[] result = VectorMatrix.of(vectors, dimensions).dot(query);
        assertEquals(rows, result.length);
        for (int i = 0; i < rows; i++) {
            double expected = 0;
            for (int d = 0; d < dimensions && vectors.get(i) != null; d++) {
                expected += (double) query[d] * vectors.get(i)[d];
            }
            assertEquals(expected, result[i], 1e-5 * dimensions);
            if (vectors.get(i) != null) {
                assertEquals(expected, VectorMatrix.dot(query, vectors.get(i)), 1e-5 * dimensions);
            }
        }
    }

    private static float[] vector(Random random, int dimensions) {
        float[] vector = new float[dimensions];
        for (int d = 0; d < dimensions; d++) {
            vector[d] = random.nextFloat() - 0.5f;
        }
        return vector;
    }
}
