package demitasse.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Decoded tiles against the exact path. */
@Tag("kernels")
class TileMatrixTest {
    private final Random random = new Random(5);

    /** Random blocks; their 16-bit scales are such that weights are about 1 at most. */
    private GgufTensor tensor(GgmlType type, int rows, int columns) {
        byte[] bytes = new byte[Math.toIntExact(type.bytesFor((long) rows * columns))];
        random.nextBytes(bytes);
        int[] halves = switch (type) {
            case Q2_K -> new int[] {80, 82};
            case Q3_K -> new int[] {108};
            default -> new int[] {0};
        };
        int largest = switch (type) {
            case Q2_K -> 3 * 15;
            case Q3_K -> 4 * 32;
            case IQ4_NL -> 127;
            default -> 127 * 32;
        };
        for (int block = 0; block < bytes.length; block += type.blockBytes()) {
            for (int half : halves) {
                short scale = Float.floatToFloat16((float) random.nextGaussian() / largest);
                bytes[block + half] = (byte) scale;
                bytes[block + half + 1] = (byte) (scale >> 8);
            }
        }
        return Tensors.of(type, bytes, columns, rows);
    }

    @ParameterizedTest
    @EnumSource(
            value = GgmlType.class,
            names = {"IQ4_NL", "IQ4_XS"})
    void agreesWithTheExactMatrix(GgmlType type) throws ModelLoadException {
        try (Threads threads = new Threads(2)) {
            for (int rows : new int[] {70, 1, 31, 32, 33}) {
                for (int columns : new int[] {256, 768, type == GgmlType.IQ4_NL ? 96 : 512}) {
                    GgufTensor tensor = tensor(type, rows, columns);
                    Matrix fast = Matrices.load(tensor, false, threads);
                    Matrix exact = Matrices.load(tensor, true, threads);
                    assertInstanceOf(TileMatrix.class, fast);
                    assertInstanceOf(ExactMatrix.class, exact);
                    assertEquals(rows, fast.rows());
                    assertEquals(columns, fast.columns());
                    for (int tokens : new int[] {1, 2, TileMatrix.MIN_TOKENS, 23, 40}) {
                        check(fast, exact, tokens, threads);
                    }
                }
            }
        }
    }

    private void check(Matrix fast, Matrix exact, int tokens, Threads threads) {
        Activations x = Tensors.activations(exact.columns(), tokens, random);
        int stride = exact.rows() + 3;
        float[] a = new float[2 + tokens * stride];
        Arrays.fill(a, 0.25f);
        float[] b = a.clone();
        exact.multiply(x, a, 2, stride, threads);
        fast.multiply(x, b, 2, stride, threads);
        assertArrayEquals(a, b, 1e-6f * (exact.columns() + 10));
    }

    @ParameterizedTest
    @EnumSource(
            value = GgmlType.class,
            names = {"Q2_K", "Q3_K", "IQ4_NL", "IQ4_XS"})
    void decodesTheSameBits(GgmlType type) {
        GgufTensor tensor = tensor(type, 40, 512);
        byte[] bytes = tensor.data().toArray(ValueLayout.JAVA_BYTE);
        float[] expected = new float[40 * 512];
        float[] actual = expected.clone();
        int blocks = expected.length / type.blockSize();
        BlockFormat.ALL.get(type).decode(bytes, 0, expected, 0, blocks);
        VectorBlocks.of(type).decode(bytes, 0, actual, 0, blocks);
        assertArrayEquals(expected, actual);
    }
}
