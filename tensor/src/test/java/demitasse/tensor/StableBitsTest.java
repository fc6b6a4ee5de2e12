package demitasse.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same input gives the same bits, however often a kernel ran before: interpreted, compiled by C1, compiled by C2.
 * For the kernels that reduce lanes the order of the sum is written out here in plain Java, so that the test holds
 * whatever other tests have already compiled.
 */
@Tag("kernels")
class StableBitsTest {
    /** Enough for C2, whose threshold is some ten thousand calls and loop turns. */
    private static final int CALLS = 20_000;

    private final Random random = new Random(11);
    private final Kernels kernels = new VectorKernels();
    private final int lanes = VectorKernels.bits() / Float.SIZE;

    private static void stays(int expected, IntSupplier kernel) {
        for (int call = 0; call < CALLS; call++) {
            int bits = kernel.getAsInt();
            if (bits != expected) {
                assertEquals(expected, bits, "call " + call);
            }
        }
    }

    private static int bits(float x) {
        return Float.floatToRawIntBits(x);
    }

    private interface Product {
        float a(int i);

        default float b(int i) {
            return a(i);
        }
    }

    /** Sum of products: vectors in turn into some accumulators, the rest of the vectors into the first, halves. */
    private int ordered(Product product, int accumulators, int n) {
        float[][] s = new float[accumulators][lanes];
        int step = accumulators * lanes;
        int i = 0;
        for (; i + step <= n; i += step) {
            for (int k = 0; k < step; k++) {
                float[] to = s[k / lanes];
                to[k % lanes] = Math.fma(product.a(i + k), product.b(i + k), to[k % lanes]);
            }
        }
        for (; accumulators == 4 && i + lanes <= n; i += lanes) {
            for (int k = 0; k < lanes; k++) {
                s[0][k] = Math.fma(product.a(i + k), product.b(i + k), s[0][k]);
            }
        }
        for (int width = accumulators; width > 1; width /= 2) {
            for (int k = 0; k < width / 2; k++) {
                for (int lane = 0; lane < lanes; lane++) {
                    s[k][lane] = s[2 * k][lane] + s[2 * k + 1][lane];
                }
            }
        }
        for (int half = lanes / 2; half > 0; half /= 2) {
            for (int lane = 0; lane < half; lane++) {
                s[0][lane] += s[0][lane + half];
            }
        }
        float sum = s[0][0];
        for (; i < n; i++) {
            sum = Math.fma(product.a(i), product.b(i), sum);
        }
        return bits(sum);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 33, 64, 100, 384})
    void sumsOfLanesHaveOneOrder(int n) {
        float[] x = Tensors.gaussian(n + 3, random);
        float[] y = Tensors.gaussian(n + 5, random);
        Product dot = new Product() {
            @Override
            public float a(int i) {
                return x[3 + i];
            }

            @Override
            public float b(int i) {
                return y[5 + i];
            }
        };
        stays(ordered(dot, 4, n), () -> bits(kernels.dot(x, 3, y, 5, n)));
        stays(ordered(i -> x[3 + i] - 0.3f, 2, n), () -> bits(kernels.squares(x, 3, 0.3f, n)));
        Product one = new Product() {
            @Override
            public float a(int i) {
                return x[3 + i];
            }

            @Override
            public float b(int i) {
                return 1;
            }
        };
        stays(ordered(one, 2, n), () -> bits(kernels.sum(x, 3, n)));
        Product powers = new Product() {
            @Override
            public float a(int i) {
                return Exp.of(x[3 + i] - 4);
            }

            @Override
            public float b(int i) {
                return 1;
            }
        };
        float[] scratch = new float[n];
        stays(ordered(powers, 1, n), () -> {
            System.arraycopy(x, 3, scratch, 0, n);
            return bits(kernels.exp(scratch, 0, 4, n));
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 6, 8})
    void productsStayTheSame(int rows) {
        int n = 37;
        float[] w = Tensors.gaussian(n * 48, random);
        float[] x = Tensors.gaussian(rows * n, random);
        float[] c = new float[rows * 48];
        IntSupplier kernel = () -> {
            Arrays.fill(c, 0.5f);
            kernels.multiplyAdd(w, 0, 48, 48, n, x, 0, n, rows, c, 0, 48);
            return Arrays.hashCode(c);
        };
        stays(kernel.getAsInt(), kernel);
    }

    @Test
    void functionsStayTheSame() {
        int n = 77;
        float[] x = Tensors.gaussian(n, random);
        float[] w = Tensors.gaussian(n, random);
        float[] out = new float[n];
        IntSupplier kernel = () -> {
            System.arraycopy(x, 0, out, 0, n);
            Ops.softmax(out, 0, n);
            Ops.rmsNorm(out, 0, w, 1e-6f, out, 0, n);
            Ops.layerNorm(out, 0, w, x, 1e-6f, out, 0, n);
            Ops.gelu(out, 0, n);
            Ops.swiglu(x, 0, out, 0, out, 0, n);
            Ops.l2normalize(out, 0, n);
            return Arrays.hashCode(out);
        };
        stays(kernel.getAsInt(), kernel);
    }
}
