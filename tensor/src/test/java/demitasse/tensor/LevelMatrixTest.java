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
import java.lang.foreign.ValueLayout;
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
        return tensor(type, rows, columns, -1);
    }

    /** @param fill all bytes but the scales; negative: random */
    private GgufTensor tensor(GgmlType type, int rows, int columns, int fill) {
        byte[] bytes = new byte[Math.toIntExact(type.bytesFor((long) rows * columns))];
        random.nextBytes(bytes);
        if (fill >= 0) {
            Arrays.fill(bytes, (byte) fill);
        }
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
        Activations rounded = new Activations(exact.columns(), tokens);
        System.arraycopy(Tensors.rounded(x), 0, rounded.values(), 0, tokens * exact.columns());
        rounded.ready(tokens);
        int stride = exact.rows() + 3;
        float[] a = new float[2 + tokens * stride];
        Arrays.fill(a, 0.25f);
        float[] b = a.clone();
        exact.multiply(rounded, a, 2, stride, threads);
        fast.multiply(x, b, 2, stride, threads);
        assertArrayEquals(a, b, 1e-6f * (exact.columns() + 10));
    }

    /** The same bits at all widths: those of exact integers. All levels at their largest and smallest fit too. */
    @ParameterizedTest
    @EnumSource(
            value = GgmlType.class,
            names = {"IQ4_NL", "IQ4_XS"})
    void sumsAreExactIntegers(GgmlType type) throws ModelLoadException {
        int rows = 37;
        int columns = type == GgmlType.IQ4_NL ? 608 : 768;
        for (int fill : new int[] {-1, 0x00, 0xff}) {
            GgufTensor tensor = tensor(type, rows, columns, fill);
            for (int tokens : new int[] {1, 2, 3, 5}) {
                Activations x = Tensors.activations(columns, tokens, random);
                if (fill >= 0) {
                    Arrays.fill(x.values(), tokens % 2 == 0 ? 1f : -1f);
                }
                float[] out = new float[tokens * rows];
                Matrices.load(tensor, false, threads).multiply(x, out, 0, rows, threads);
                byte[] bytes = tensor.data().toArray(ValueLayout.JAVA_BYTE);
                for (int t = 0; t < tokens; t++) {
                    for (int row = 0; row < rows; row++) {
                        int at = row * bytes.length / rows;
                        assertEquals(product(type, bytes, at, x.values(), t * columns, columns), out[t * rows + row]);
                    }
                }
            }
        }
    }

    private static float product(GgmlType type, byte[] blocks, int at, float[] x, int from, int columns) {
        float sum = 0;
        for (int sub = 0; sub < columns / 32; sub++) {
            float largest = 0;
            for (int k = 0; k < 32; k++) {
                largest = Math.max(largest, Math.abs(x[from + 32 * sub + k]));
            }
            float d = largest / 127;
            int block = at + (type == GgmlType.IQ4_NL ? sub : sub / 8) * type.blockBytes();
            int quants = block + (type == GgmlType.IQ4_NL ? 2 : 8 + sub % 8 * 16);
            int integer = 0;
            for (int k = 0; k < 32; k++) {
                int level = BlockIQ4_NL.LEVELS[blocks[quants + k % 16] >> k / 16 * 4 & 15];
                integer += level * (int) Math.rint(x[from + 32 * sub + k] * (1 / d));
            }
            float scale = Bytes.f16(blocks, block);
            if (type == GgmlType.IQ4_XS) {
                int low = blocks[block + 4 + sub % 8 / 2] >> 4 * (sub % 2) & 15;
                scale *= (low | (Bytes.u16(blocks, block + 2) >> 2 * (sub % 8) & 3) << 4) - 32;
            }
            sum = Math.fma(integer * d, scale, sum);
        }
        return sum;
    }

    @ParameterizedTest
    @EnumSource(
            value = GgmlType.class,
            names = {"IQ4_NL", "IQ4_XS"})
    void dotsAreAsCloseToExactAsTheirActivationsAllow(GgmlType type) throws IOException {
        GoldenDots.check(type, threads);
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
