package demitasse.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The fast float kernels against the exact path. */
@Tag("kernels")
class FloatPanelMatrixTest {
    private final Random random = new Random(11);

    @ParameterizedTest
    @EnumSource(
            value = GgmlType.class,
            names = {"F32", "F16", "BF16", "Q8_0"})
    void agreesWithTheExactMatrix(GgmlType type) throws ModelLoadException {
        try (Threads threads = new Threads(2)) {
            for (int rows : new int[] {1, 15, 16, 31, 32, 33, 70}) {
                int[] widths = type == GgmlType.Q8_0 ? new int[] {32, 96, 160, 384} : new int[] {1, 7, 32, 130, 257};
                for (int columns : widths) {
                    GgufTensor tensor = Tensors.random(type, rows, columns, random);
                    for (int tokens : new int[] {1, 2, 3, 5, 6, 13}) {
                        check(tensor, rows, columns, tokens, threads);
                    }
                }
            }
        }
    }

    private void check(GgufTensor tensor, int rows, int columns, int tokens, Threads threads)
            throws ModelLoadException {
        Matrix fast = new FloatPanelMatrix(tensor, threads);
        Matrix exact = new ExactMatrix(tensor);
        Activations x = Tensors.activations(columns, tokens, random);
        int stride = rows + 3;
        float[] a = new float[2 + tokens * stride];
        Arrays.fill(a, 0.25f);
        float[] b = a.clone();
        exact.multiply(x, a, 2, stride, threads);
        fast.multiply(x, b, 2, stride, threads);
        assertArrayEquals(a, b, 2e-6f * (columns + 10));
    }

    @ParameterizedTest
    @EnumSource(
            value = GgmlType.class,
            names = {"F32", "F16", "BF16", "Q8_0"})
    void givesRowsAsTheyAre(GgmlType type) throws ModelLoadException {
        GgufTensor tensor = Tensors.random(type, 45, 64, random);
        float[] all = Blocks.dequantize(tensor);
        float[] row = new float[67];
        for (Matrix matrix : new Matrix[] {new FloatPanelMatrix(tensor, new Threads(1)), new ExactMatrix(tensor)}) {
            assertEquals(45, matrix.rows());
            assertEquals(64, matrix.columns());
            for (int r = 0; r < 45; r++) {
                matrix.dequantizeRow(r, row, 3);
                assertArrayEquals(Arrays.copyOfRange(all, r * 64, (r + 1) * 64), Arrays.copyOfRange(row, 3, 67));
            }
        }
    }

    @Test
    void aTensorOfThreeDimensionsIsRefused() {
        GgufTensor cube = Tensors.of(GgmlType.F32, new byte[4 * 8], 2, 2, 2);
        ModelLoadException e = assertThrows(ModelLoadException.class, () -> new FloatPanelMatrix(cube, new Threads(1)));
        assertTrue(e.getMessage().contains("tensor test"), e.getMessage());
    }
}
