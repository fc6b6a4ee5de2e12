package demitasse.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("kernels")
class PanelMatrixTest {
    private static Threads threads;

    @BeforeAll
    static void start() {
        threads = new Threads(2);
    }

    @AfterAll
    static void stop() {
        threads.close();
    }

    /** Random bytes with scales of an ordinary size, some of them subnormal as 16-bit floats. */
    private static GgufTensor random(PanelFormat format, int rows, int columns, long seed) {
        GgmlType type = format.type();
        byte[] bytes = new byte[Math.toIntExact(type.bytesFor((long) rows * columns))];
        Random random = new Random(seed);
        random.nextBytes(bytes);
        for (int block = 0; block < bytes.length; block += type.blockBytes()) {
            for (int half : halves(format)) {
                short h = Float.floatToFloat16((float) (random.nextGaussian() * Math.pow(10, -1 - random.nextInt(5))));
                bytes[block + half] = (byte) h;
                bytes[block + half + 1] = (byte) (h >> 8);
            }
        }
        return tensor(type, rows, columns, bytes);
    }

    /** Where the 16-bit floats of a block stand. */
    private static int[] halves(PanelFormat format) {
        return switch (format) {
            case Q2_K -> new int[] {80, 82};
            case Q3_K -> new int[] {108};
            case Q4_0, Q5_0 -> new int[] {0};
            case Q6_K -> new int[] {208};
            default -> new int[] {0, 2};
        };
    }

    private static GgufTensor tensor(GgmlType type, int rows, int columns, byte[] bytes) {
        return new GgufTensor("test", type, new long[] {columns, rows}, 0, MemorySegment.ofArray(bytes));
    }

    private static Activations activations(int columns, int tokens, long seed) {
        Activations x = new Activations(columns, tokens);
        Random random = new Random(seed);
        for (int i = 0; i < tokens * columns; i++) {
            x.values()[i] = (float) random.nextGaussian() * (i % 97 == 0 ? 8 : 1);
        }
        x.ready(tokens);
        return x;
    }

    /** One token of a batch of eight, by the kernels of eight: the bits are those of one token. */
    @ParameterizedTest
    @EnumSource(PanelFormat.class)
    void theKernelsOfMoreTokensGiveTheSameBits(PanelFormat format) throws IOException {
        int columns = 512;
        Matrix matrix = PanelMatrix.load(random(format, 40, columns, 11), new PanelVectors(), threads);
        Activations one = new Activations(columns, 8);
        System.arraycopy(activations(columns, 1, 12).values(), 0, one.values(), 0, columns);
        one.ready(1);
        float[] expected = multiply(matrix, one);
        one.ready(1, 8);
        assertArrayEquals(expected, multiply(matrix, one));
    }

    private static float[] multiply(Matrix matrix, Activations x) {
        float[] out = new float[x.tokens() * matrix.rows()];
        matrix.multiply(x, out, 0, matrix.rows(), threads);
        return out;
    }

    private static void assertProducts(Matrix matrix, Activations x, float[] values, float[] out, double tolerance) {
        int columns = matrix.columns();
        float[] row = new float[columns];
        for (int r = 0; r < matrix.rows(); r++) {
            matrix.dequantizeRow(r, row, 0);
            for (int t = 0; t < x.tokens(); t++) {
                double sum = 0;
                double size = 1e-30;
                for (int k = 0; k < columns; k++) {
                    double product = (double) row[k] * values[t * columns + k];
                    sum += product;
                    size += Math.abs(product);
                }
                double error = Math.abs(out[t * matrix.rows() + r] - sum) / size;
                assertTrue(error <= tolerance, matrix.type() + " row " + r + " token " + t + ": " + error);
            }
        }
    }

    private static final int[][] SHAPES = {{16, 256}, {1, 256}, {33, 768}, {50, 576}, {17, 96}, {48, 32}, {40, 320}};

    @ParameterizedTest
    @EnumSource(PanelFormat.class)
    void agreesWithFloatsAndWithItsTwinToTheBit(PanelFormat format) throws IOException {
        for (int[] shape : SHAPES) {
            int columns = Math.ceilDiv(shape[1], format.columnStep()) * format.columnStep();
            GgufTensor tensor = random(format, shape[0], columns, columns);
            PanelMatrix fast = PanelMatrix.load(tensor, new PanelVectors(), threads);
            PanelMatrix twin = PanelMatrix.load(tensor, new PanelScalars(), threads);
            for (int tokens : new int[] {1, 2, 3, 4, 5, 6, 7, 10, 23}) {
                Activations x = activations(columns, tokens, tokens);
                float[] out = multiply(fast, x);
                assertArrayEquals(multiply(twin, x), out, () -> format + " " + Arrays.toString(shape));
                assertProducts(fast, x, Tensors.rounded(x), out, 2e-6);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(PanelFormat.class)
    void aTokensResultDoesNotDependOnItsBatch(PanelFormat format) throws IOException {
        int columns = 512;
        int tokens = PanelScratch.TOKENS + 9;
        Matrix matrix = PanelMatrix.load(random(format, 24, columns, 3), PanelKernels.BEST, threads);
        Activations all = activations(columns, tokens, 4);
        float[] together = multiply(matrix, all);
        Activations one = new Activations(columns, 1);
        for (int t = 0; t < tokens; t += 13) {
            System.arraycopy(all.values(), t * columns, one.values(), 0, columns);
            one.ready(1);
            float[] expected = Arrays.copyOfRange(together, t * 24, (t + 1) * 24);
            assertArrayEquals(expected, multiply(matrix, one));
        }
    }

    /** All quants at their largest and smallest against activations of +-127: 16-bit sums must hold. */
    @ParameterizedTest
    @EnumSource(PanelFormat.class)
    void theWorstCaseFitsTheBitBudget(PanelFormat format) throws IOException {
        for (byte fill : new byte[] {0, (byte) 0xff}) {
            GgufTensor source = random(format, 16, 256, 5);
            byte[] bytes = source.data().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
            byte[] filled = new byte[bytes.length];
            Arrays.fill(filled, fill);
            int block = format.type().blockBytes();
            for (int at = 0; at < bytes.length; at += block) {
                int from = switch (format) {
                    case Q3_K -> 96;
                    case Q6_K -> 192;
                    default -> 0;
                };
                int to = switch (format) {
                    case Q2_K -> 16;
                    case Q4_0, Q5_0 -> 2;
                    case Q4_1, Q5_1 -> 4;
                    case Q4_K, Q5_K -> 16;
                    case Q3_K, Q6_K -> block;
                };
                System.arraycopy(bytes, at + from, filled, at + from, to - from);
                // The same d and minimum everywhere: with a tiny minimum the weights would vanish beside their scales.
                for (int half : halves(format)) {
                    short h = Float.floatToFloat16(0.01f);
                    filled[at + half] = (byte) h;
                    filled[at + half + 1] = (byte) (h >> 8);
                }
            }
            GgufTensor tensor = tensor(format.type(), 16, 256, filled);
            PanelMatrix fast = PanelMatrix.load(tensor, new PanelVectors(), threads);
            for (int tokens : new int[] {1, 2, 4, 6}) {
                for (float sign : new float[] {-1, 1}) {
                    Activations x = new Activations(256, tokens);
                    Arrays.fill(x.values(), sign);
                    x.ready(tokens);
                    // Centred quants cancel against their offset here; an overflow would give errors near 1.
                    assertProducts(fast, x, x.values(), multiply(fast, x), 1e-3);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(PanelFormat.class)
    void dequantizesAsGgmlDoes(PanelFormat format) throws IOException {
        Path quant = SharedData.require("golden/quant");
        check(quant, format, "", 24, 768);
        int perRow = format.columnStep();
        check(quant, format, ".rand", 64 * format.type().blockSize() / perRow, perRow);
    }

    private static void check(Path folder, PanelFormat format, String part, int rows, int columns) throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve(format.type() + part + ".q"));
        float[] expected = SharedData.floats(folder.resolve(format.type() + part + ".f32"));
        assertEquals(rows * columns, expected.length);
        Matrix matrix = PanelMatrix.load(tensor(format.type(), rows, columns, bytes), PanelKernels.BEST, threads);
        float[] actual = new float[expected.length];
        for (int r = 0; r < rows; r++) {
            matrix.dequantizeRow(r, actual, r * columns);
        }
        assertArrayEquals(expected, actual, () -> format + part);
    }

    @ParameterizedTest
    @EnumSource(PanelFormat.class)
    void dotsAreAsCloseToExactAsTheirActivationsAllow(PanelFormat format) throws IOException {
        GoldenDots.check(format.type(), threads);
    }

    @Test
    void refusesWhatItCannotHold() {
        GgufTensor narrow = tensor(GgmlType.Q4_0, 2, 16, new byte[18]);
        assertThrows(ModelLoadException.class, () -> PanelMatrix.load(narrow, PanelKernels.BEST, threads));
        GgufTensor half = tensor(GgmlType.Q4_0, 4, 32, new byte[18]);
        assertThrows(ModelLoadException.class, () -> PanelMatrix.load(half, PanelKernels.BEST, threads));
        byte[] infinite = new byte[18];
        infinite[1] = 0x7c;
        GgufTensor broken = tensor(GgmlType.Q4_0, 1, 32, infinite);
        assertThrows(ModelLoadException.class, () -> PanelMatrix.load(broken, PanelKernels.BEST, threads));
        GgufTensor huge = tensor(GgmlType.Q4_0, Integer.MAX_VALUE, 32, new byte[18]);
        assertThrows(ModelLoadException.class, () -> PanelMatrix.load(huge, PanelKernels.BEST, threads));
    }

    @Test
    void panelsAreHardlyLargerThanTheFile() {
        for (PanelFormat format : PanelFormat.values()) {
            double ratio =
                    (double) format.panelBytes(3072) / (16 * format.type().bytesFor(3072));
            // 110 bytes leave Q3_K's whole lines no better fit: its 6-bit scales are bytes, and padding is 32 in 1856.
            double most = format == PanelFormat.Q3_K ? 1.06 : 1.03;
            assertTrue(ratio >= 1 && ratio < most, format + ": " + ratio);
        }
    }
}
