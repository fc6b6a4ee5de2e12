package demitasse.phi3;

import demitasse.tensor.Activations;
import demitasse.tensor.Matrix;
import demitasse.tensor.Threads;
import java.util.List;

/**
 * Matrices with the same input, one below the other: a fused tensor and separate ones give the same output row. The
 * parts share what is derived from the input, so that it is quantised once.
 */
record StackedMatrix(List<Matrix> parts) {
    StackedMatrix {
        parts = List.copyOf(parts);
    }

    int rows() {
        int rows = 0;
        for (int i = 0; i < parts.size(); i++) {
            rows += parts.get(i).rows();
        }
        return rows;
    }

    /** Row t of {@code out}, at {@code t * stride}, becomes the products with all parts side by side. */
    void multiply(Activations x, float[] out, int stride, Threads threads) {
        int offset = 0;
        // By index: an iterator would be an allocation in the token loop.
        for (int i = 0; i < parts.size(); i++) {
            Matrix part = parts.get(i);
            part.multiply(x, out, offset, stride, threads);
            offset += part.rows();
        }
    }
}
