package demitasse.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Panels of levels against the exact path and ggml's decoding. */
@Tag("kernels")
class LevelMatrixTest {
    private static Threads threads;

    private final Random random = new Random(5);

    @BeforeAll
    static void start() {
        threads = new Threads(2);
    }

    @AfterAll
    static void stop() {
        threads.close();
    }

    /** Random blocks; their 16-bit scales are such that weights are about 1 at most. */
    private GgufTensor tensor(GgmlType type, int rows, int columns) {
        byte[] bytes = new byte[Math.toIntExact(type.bytesFor((long) rows * columns))];
        random.nextBytes(bytes);
        int largest = type == GgmlType.IQ4_NL ? 127 : 127 * 32;
        for (int block = 0; block < bytes.length; block += type.blockBytes()) {
            short scale = Float.floatToFloat16((float) random.nextGaussian() / largest);
            bytes[block] = (byte) scale;
            bytes[block + 1] = (byte) (scale >> 8);
        }
        return Tensors.of(type, bytes, columns, rows);
    }

    @ParameterizedTest
    @EnumSource(
            value = GgmlType.class,
            names = {"IQ4_NL", "IQ4_XS"})
    void agreesWithTheExactMatrix(GgmlType type) throws ModelLoadException {
        for (int rows : new int[] {70, 1, 31, 32, 33}) {
            for (int columns : new int[] {256, 768, type == GgmlType.IQ4_NL ? 96 : 512}) {
                GgufTensor tensor = tensor(type, rows, columns);
                Matrix fast = Matrices.load(tensor, false, threads);
                Matrix exact = Matrices.load(tensor, true, threads);
                assertInstanceOf(LevelMatrix.class, fast);
                assertInstanceOf(ExactMatrix.class, exact);
                assertEquals(rows, fast.rows());
                assertEquals(columns, fast.columns());
                for (int tokens : new int[] {1, 2, 3, 23, 100}) {
                    check(fast, exact, tokens);
                }
            }
        }
    }

    private void check(Matrix fast, Matrix exact, int tokens) {
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
            names = {"IQ4_NL", "IQ4_XS"})
    void aTokensResultDoesNotDependOnItsBatch(GgmlType type) throws ModelLoadException {
        int rows = 40;
        int columns = 512;
        Matrix matrix = Matrices.load(tensor(type, rows, columns), false, threads);
        Activations all = Tensors.activations(columns, 101, random);
        float[] together = new float[101 * rows];
        matrix.multiply(all, together, 0, rows, threads);
        Activations few = new Activations(columns, 5);
        float[] alone = new float[5 * rows];
        for (int tokens = 1; tokens <= 5; tokens++) {
            for (int t = 0; t + tokens <= 101; t += 12) {
                System.arraycopy(all.values(), t * columns, few.values(), 0, tokens * columns);
                few.ready(tokens);
                matrix.multiply(few, alone, 0, rows, threads);
                float[] expected = Arrays.copyOfRange(together, t * rows, (t + tokens) * rows);
                assertArrayEquals(expected, Arrays.copyOf(alone, tokens * rows));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = GgmlType.class,
            names = {"IQ4_NL", "IQ4_XS"})
    void dequantizesAsGgmlDoes(GgmlType type) throws IOException {
        Path quant = SharedData.require("golden/quant");
        GgufTensor tensor = Tensors.of(type, Files.readAllBytes(quant.resolve(type + ".q")), 768, 24);
        float[] expected = SharedData.floats(quant.resolve(type + ".f32"));
        float[] actual = new float[expected.length];
        Matrix matrix = Matrices.load(tensor, false, threads);
        for (int r = 0; r < 24; r++) {
            matrix.dequantizeRow(r, actual, r * 768);
        }
        assertArrayEquals(expected, actual);
    }

    @ParameterizedTest
    @EnumSource(
            value = GgmlType.class,
            names = {"IQ4_NL", "IQ4_XS"})
    void isHardlyLargerThanTheFile(GgmlType type) throws ModelLoadException {
        double ratio =
                Matrices.load(tensor(type, 64, 3072), false, threads).bytes() / (double) type.bytesFor(64 * 3072);
        assertTrue(ratio >= 1 && ratio < 1.02, type + ": " + ratio);
    }
}
