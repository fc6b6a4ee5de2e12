package demitasse.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The SIMD twin against the scalar one over odd sizes, and the scalar one against plain arithmetic. */
@Tag("kernels")
class KernelsTest {
    private final Random random = new Random(7);
    private final Kernels scalar = new ScalarKernels();
    private final Kernels vector = Kernels.BEST;

    @Test
    void simdIsSelectedWhereTheModuleIs() {
        assertTrue(KernelChoice.vectorModulePresent(), "tests run with --add-modules jdk.incubator.vector");
        assertInstanceOf(VectorKernels.class, Kernels.BEST);
        assertTrue(VectorKernels.bits() > Float.SIZE, "vectors of " + VectorKernels.bits() + " bits");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 7, 8, 15, 16, 17, 31, 32, 33, 63, 65, 127, 129, 384, 1001})
    void reductionsAgree(int n) {
        float[] a = Tensors.gaussian(n + 3, random);
        float[] b = Tensors.gaussian(n + 5, random);
        double tolerance = 1e-6 * (n + 10);
        assertEquals(scalar.dot(a, 3, b, 5, n), vector.dot(a, 3, b, 5, n), tolerance);
        assertEquals(scalar.sum(a, 3, n), vector.sum(a, 3, n), tolerance);
        assertEquals(scalar.squares(a, 3, 0.3f, n), vector.squares(a, 3, 0.3f, n), tolerance);
        assertEquals(scalar.max(a, 3, n), vector.max(a, 3, n));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 7, 8, 15, 16, 17, 31, 33, 65, 129, 1001})
    void elementwiseFunctionsAgree(int n) {
        float[] x = Tensors.gaussian(n + 3, random);
        float[] y = Tensors.gaussian(n + 2, random);
        float[] w = Tensors.gaussian(n, random);
        Twins.check(x, (k, out) -> k.add(out, 3, y, 2, n));
        Twins.check(x, (k, out) -> k.scale(out, 3, 1.7f, n));
        Twins.check(x, (k, out) -> k.scaleBy(y, 2, 0.7f, w, out, 3, n));
        Twins.check(x, (k, out) -> k.normalize(y, 2, 0.2f, 0.7f, w, w, out, 3, n));
        Twins.check(x, (k, out) -> k.exp(out, 3, 4f, n));
        Twins.check(x, (k, out) -> k.swiglu(y, 2, w, 0, out, 3, n));
        Twins.check(x, (k, out) -> k.gelu(out, 3, n));
        Twins.check(x, (k, out) -> k.geluUnrounded(out, 3, n));
        assertEquals(scalar.exp(x.clone(), 3, 5, n), vector.exp(x.clone(), 3, 5, n), 1e-5);
    }

    /**
     * Runs both twins on copies of the same array and compares the bits of everything in it, the untouched margins as
     * well: an element must not depend on whether a vector or the end of the loop takes it.
     */
    private interface Twins {
        void run(Kernels kernels, float[] out);

        static void check(float[] start, Twins twins) {
            float[] a = start.clone();
            float[] b = start.clone();
            twins.run(new ScalarKernels(), a);
            twins.run(Kernels.BEST, b);
            assertArrayEquals(a, b);
        }
    }

    /** A last-bit difference can move the rounding to half precision by a unit, so the formula's tolerance is that. */
    @Test
    void geluAgreesWithItsTwinAndTheFormula() {
        int n = 4003;
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (i - n / 2) / 160f;
        }
        float[] a = x.clone();
        float[] b = x.clone();
        scalar.gelu(a, 0, n);
        vector.gelu(b, 0, n);
        for (int i = 0; i < n; i++) {
            double v = x[i];
            double exact = 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)));
            double unit = Math.max(1e-6, Math.abs(v) / 1024);
            assertEquals(exact, a[i], unit);
            assertEquals(a[i], b[i]);
            assertEquals(exact, Gelu.unrounded(x[i]), 4e-5);
        }
        assertEquals(0f, Gelu.unrounded(-1000f), 1e-3);
        assertEquals(1000f, Gelu.unrounded(1000f), 1e-3);
        assertTrue(Float.isNaN(Gelu.unrounded(Float.NaN)));
    }

    @Test
    void expIsAccurateAndEndsWell() {
        for (float x = -87f; x < 88f; x += 0.37f) {
            assertEquals(1, Exp.of(x) / Math.exp(x), 3e-7, "at " + x);
        }
        assertEquals(0, Exp.of(Float.NEGATIVE_INFINITY));
        assertTrue(Float.isFinite(Exp.of(1000)));
        assertTrue(Float.isNaN(Exp.of(Float.NaN)));
        float[] x = {Float.NEGATIVE_INFINITY, -200, -88, 0, -1, -2, -3, -4, 0, 0, 0, 0, 0, 0, 0, -90};
        vector.exp(x, 0, 0, x.length);
        assertEquals(0, x[0]);
        assertEquals(0, x[1]);
        assertEquals(1, x[3]);
        assertEquals(0, x[15]);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 9, 13, 24})
    void multiplyAddAgrees(int rows) {
        for (int lanes = 16; lanes <= 112; lanes += 16) {
            for (int n : new int[] {1, 2, 3, 5, 32, 97}) {
                int stride = lanes + 3;
                float[] w = Tensors.gaussian(2 + n * stride, random);
                float[] x = Tensors.gaussian(1 + rows * (n + 2), random);
                float[] a = Tensors.gaussian(4 + rows * (lanes + 5), random);
                float[] b = a.clone();
                scalar.multiplyAdd(w, 2, stride, lanes, n, x, 1, n + 2, rows, a, 4, lanes + 5);
                vector.multiplyAdd(w, 2, stride, lanes, n, x, 1, n + 2, rows, b, 4, lanes + 5);
                assertArrayEquals(a, b, 1e-6f * (n + 10));
            }
        }
    }

    @Test
    void wideningIsExact() {
        short[] in = new short[65536 + 7];
        for (int i = 0; i < in.length; i++) {
            // No infinities or NaN, whose payload may change.
            in[i] = (short) ((i & 0x7c00) == 0x7c00 ? i & 0x83ff : i);
        }
        float[] a = new float[in.length];
        float[] b = new float[in.length];
        scalar.widenF16(in, 3, a, 1, in.length - 5);
        vector.widenF16(in, 3, b, 1, in.length - 5);
        assertArrayEquals(a, b);
        scalar.widenBF16(in, 3, a, 1, in.length - 5);
        vector.widenBF16(in, 3, b, 1, in.length - 5);
        assertArrayEquals(a, b);
        byte[] q = new byte[5 + 3 * 1024];
        random.nextBytes(q);
        short[] scales = new short[1 + 3 * 32];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = Float.floatToFloat16(random.nextFloat());
        }
        scalar.widenQ8(q, 5, scales, 1, 3, a, 2);
        vector.widenQ8(q, 5, scales, 1, 3, b, 2);
        assertArrayEquals(a, b);
        scalar.widenQ8Runs(q, 5, scales, 1, 3 * 32, a, 2);
        vector.widenQ8Runs(q, 5, scales, 1, 3 * 32, b, 2);
        assertArrayEquals(a, b);
    }

    @Test
    void quantisedMultiplyAddAgrees() {
        int blocks = 5;
        byte[] q = new byte[7 + blocks * 1024];
        random.nextBytes(q);
        float[] scales = Tensors.gaussian(3 + blocks * 32, random);
        float[] x = Tensors.gaussian(2 + blocks * 32, random);
        float[] a = Tensors.gaussian(40, random);
        float[] b = a.clone();
        scalar.multiplyAddQ8(q, 7, scales, 3, blocks, x, 2, a, 4);
        if (vector.fusesQ8()) {
            vector.multiplyAddQ8(q, 7, scales, 3, blocks, x, 2, b, 4);
            assertArrayEquals(a, b, 0.02f);
            short[] halves = new short[scales.length];
            for (int i = 0; i < halves.length; i++) {
                halves[i] = Float.floatToFloat16(scales[i]);
                scales[i] = Float.float16ToFloat(halves[i]);
            }
            float[] w = new float[blocks * 1024];
            vector.widenQ8(q, 7, halves, 3, blocks, w, 0);
            float[] apart = b.clone();
            vector.multiplyAdd(w, 0, 32, 32, 32 * blocks, x, 2, 32 * blocks, 1, apart, 4, 40);
            vector.multiplyAddQ8(q, 7, scales, 3, blocks, x, 2, b, 4);
            assertArrayEquals(apart, b);
        }
    }

    /** What drafts and batches of several sessions rest on. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7, 11})
    void rowsDoNotDependOnEachOther(int rows) {
        int n = 37;
        for (Kernels kernels : new Kernels[] {scalar, vector}) {
            for (int lanes : new int[] {16, 32, 48, 64, 96, 112}) {
                float[] w = Tensors.gaussian(n * lanes, random);
                float[] x = Tensors.gaussian(rows * n, random);
                float[] together = Tensors.gaussian(rows * lanes, random);
                float[] alone = together.clone();
                kernels.multiplyAdd(w, 0, lanes, lanes, n, x, 0, n, rows, together, 0, lanes);
                for (int row = 0; row < rows; row++) {
                    kernels.multiplyAdd(w, 0, lanes, lanes, n, x, row * n, n, 1, alone, row * lanes, lanes);
                }
                assertArrayEquals(alone, together, lanes + " lanes");
            }
        }
    }

    @Test
    void quantisedMultiplyAddIsWideningAndMultiplyAdd() {
        int blocks = 3;
        byte[] q = new byte[blocks * 1024];
        random.nextBytes(q);
        short[] halves = new short[blocks * 32];
        float[] scales = new float[halves.length];
        for (int i = 0; i < halves.length; i++) {
            halves[i] = Float.floatToFloat16((float) random.nextGaussian());
            scales[i] = Float.float16ToFloat(halves[i]);
        }
        float[] x = Tensors.gaussian(blocks * 32, random);
        for (Kernels kernels : new Kernels[] {scalar, vector}) {
            if (kernels.fusesQ8()) {
                float[] fused = Tensors.gaussian(32, random);
                float[] steps = fused.clone();
                float[] wide = new float[q.length];
                kernels.multiplyAddQ8(q, 0, scales, 0, blocks, x, 0, fused, 0);
                kernels.widenQ8(q, 0, halves, 0, blocks, wide, 0);
                kernels.multiplyAdd(wide, 0, 32, 32, x.length, x, 0, x.length, 1, steps, 0, 32);
                assertArrayEquals(steps, fused);
            }
        }
    }

    /** Tiles give the bits of the general product, from a common start, from their own, and from what they add to. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 13, 14, 25})
    void tilesAreTheGeneralProduct(int rows) {
        int n = 37;
        for (Kernels kernels : new Kernels[] {scalar, vector}) {
            int lanes = kernels.tileLanes();
            float[] w = Tensors.gaussian(3 + n * lanes, random);
            float[] x = Tensors.gaussian(5 + rows * (n + 2), random);
            float[] start = Tensors.gaussian(1 + lanes, random);
            float[] expected = new float[rows * 32];
            for (int row = 0; row < rows; row++) {
                System.arraycopy(start, 1, expected, row * 32, lanes);
            }
            for (int row = 0; row < rows; row++) {
                for (int lane = 0; lane < lanes; lane++) {
                    float sum = expected[row * 32 + lane];
                    for (int k = 0; k < n; k++) {
                        float a = w[3 + k * lanes + lane];
                        float b = x[5 + row * (n + 2) + k];
                        sum = kernels == vector ? Math.fma(a, b, sum) : sum + a * b;
                    }
                    expected[row * 32 + lane] = sum;
                }
            }
            float[] c = new float[7 + rows * 32];
            kernels.multiplyTile(w, 3, n, x, 5, n + 2, rows, start, 1, 0, c, 7, 32);
            assertArrayEquals(expected, Arrays.copyOfRange(c, 7, c.length), lanes + " lanes");
            Arrays.fill(c, 0);
            kernels.multiplyTile(w, 3, 12, x, 5, n + 2, rows, start, 1, 0, c, 7, 32);
            kernels.multiplyTile(w, 3 + 12 * lanes, n - 12, x, 17, n + 2, rows, c, 7, 32, c, 7, 32);
            assertArrayEquals(expected, Arrays.copyOfRange(c, 7, c.length), "in two parts");
        }
    }

    @Test
    void tilesOfQuantsAreWidenedAsPanelsAre() {
        int blocks = 3;
        byte[] q = new byte[5 + blocks * 1024];
        random.nextBytes(q);
        short[] scales = new short[1 + blocks * 32];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = Float.floatToFloat16(random.nextFloat());
        }
        float[] panel = new float[blocks * 1024];
        scalar.widenQ8(q, 5, scales, 1, blocks, panel, 0);
        float[] wide = new float[scales.length];
        scalar.widenF16(scales, 0, wide, 0, wide.length);
        for (Kernels kernels : new Kernels[] {scalar, vector}) {
            int lanes = kernels.tileLanes();
            for (int from = 0; from < 32; from += lanes) {
                float[] tile = new float[2 + blocks * 32 * lanes];
                kernels.widenQ8Tile(q, 5 + from, wide, 1 + from, blocks, tile, 2);
                for (int i = 0; i < 32 * blocks * lanes; i++) {
                    assertEquals(panel[i / lanes * 32 + from + i % lanes], tile[2 + i], "lane " + from + ", " + i);
                }
            }
        }
    }
}
