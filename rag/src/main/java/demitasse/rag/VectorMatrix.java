package demitasse.rag;

import java.util.Arrays;
import java.util.List;

/**
 * Vectors side by side for brute-force search. They lie transposed in blocks of {@value #LANES} vectors, so that the
 * inner loop adds independent lanes: C2 turns that into SIMD, which it does not do for the sum of one dot product
 * because adding floats in another order changes the result.
 */
final class VectorMatrix {
    private static final int LANES = 64;

    /** Dimensions taken at once, so that a lane is read and written once for several multiplications. */
    private static final int STEP = 4;

    private final int rows;
    private final int dimensions;
    private final float[][] blocks;

    private VectorMatrix(int rows, int dimensions, float[][] blocks) {
        this.rows = rows;
        this.dimensions = dimensions;
        this.blocks = blocks;
    }

    /** @param vectors of {@code dimensions} floats each; null stands for a vector of zeros */
    static VectorMatrix of(List<float[]> vectors, int dimensions) {
        float[][] blocks = new float[(vectors.size() + LANES - 1) / LANES][];
        for (int b = 0; b < blocks.length; b++) {
            blocks[b] = new float[dimensions * LANES];
            int end = Math.min(vectors.size(), (b + 1) * LANES);
            for (int row = b * LANES; row < end; row++) {
                scatter(vectors.get(row), blocks[b], row - b * LANES);
            }
        }
        return new VectorMatrix(vectors.size(), dimensions, blocks);
    }

    private static void scatter(float[] vector, float[] block, int lane) {
        if (vector != null) {
            for (int d = 0; d < vector.length; d++) {
                block[d * LANES + lane] = vector[d];
            }
        }
    }

    /** The dot product of a vector with every row. */
    float[] dot(float[] vector) {
        float[] result = new float[rows];
        float[] lanes = new float[LANES];
        for (int b = 0; b < blocks.length; b++) {
            dotBlock(vector, blocks[b], dimensions, lanes);
            System.arraycopy(lanes, 0, result, b * LANES, Math.min(LANES, rows - b * LANES));
        }
        return result;
    }

    private static void dotBlock(float[] vector, float[] block, int dimensions, float[] lanes) {
        Arrays.fill(lanes, 0);
        int d = 0;
        for (; d + STEP <= dimensions; d += STEP) {
            addFour(vector[d], vector[d + 1], vector[d + 2], vector[d + 3], block, d * LANES, lanes);
        }
        for (; d < dimensions; d++) {
            addOne(vector[d], block, d * LANES, lanes);
        }
    }

    private static void addFour(float a, float b, float c, float d, float[] block, int at, float[] lanes) {
        for (int i = 0; i < LANES; i++) {
            lanes[i] += a * block[at + i]
                    + b * block[at + LANES + i]
                    + c * block[at + 2 * LANES + i]
                    + d * block[at + 3 * LANES + i];
        }
    }

    private static void addOne(float a, float[] block, int at, float[] lanes) {
        for (int i = 0; i < LANES; i++) {
            lanes[i] += a * block[at + i];
        }
    }

    /** The dot product of two vectors of the same length. */
    static float dot(float[] x, float[] y) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int i = 0;
        for (; i + STEP <= x.length; i += STEP) {
            s0 += x[i] * y[i];
            s1 += x[i + 1] * y[i + 1];
            s2 += x[i + 2] * y[i + 2];
            s3 += x[i + 3] * y[i + 3];
        }
        for (; i < x.length; i++) {
            s0 += x[i] * y[i];
        }
        return s0 + s1 + s2 + s3;
    }
}
