package demitasse.tensor;

/**
 * Element-wise functions and norms on rows of floats; offsets and lengths in elements. All are SIMD where the machine
 * allows.
 */
public final class Ops {
    private static final Kernels KERNELS = Kernels.BEST;

    private Ops() {}

    /** out = x / sqrt(mean(x^2) + eps) w. {@code out} may be {@code x}. Source: arXiv 1910.07467. */
    public static void rmsNorm(float[] x, int xo, float[] w, float eps, float[] out, int oo, int n) {
        float mean = KERNELS.squares(x, xo, 0, n) / n;
        KERNELS.scaleBy(x, xo, (float) (1 / Math.sqrt(mean + eps)), w, out, oo, n);
    }

    /** out = (x - mean) / sqrt(variance + eps) w + b. {@code out} may be {@code x}. Source: arXiv 1607.06450. */
    public static void layerNorm(float[] x, int xo, float[] w, float[] b, float eps, float[] out, int oo, int n) {
        float mean = KERNELS.sum(x, xo, n) / n;
        float variance = KERNELS.squares(x, xo, mean, n) / n;
        KERNELS.normalize(x, xo, mean, (float) (1 / Math.sqrt(variance + eps)), w, b, out, oo, n);
    }

    /** In place; stable for any finite values. */
    public static void softmax(float[] x, int xo, int n) {
        float sum = KERNELS.exp(x, xo, KERNELS.max(x, xo, n), n);
        KERNELS.scale(x, xo, 1 / sum, n);
    }

    /** out = silu(gate) up, silu(g) = g / (1 + e^-g). Source: arXiv 2002.05202. */
    public static void swiglu(float[] gate, int go, float[] up, int uo, float[] out, int oo, int n) {
        KERNELS.swiglu(gate, go, up, uo, out, oo, n);
    }

    /** In place, the tanh form with ggml's half-precision rounding; see {@link Gelu}. */
    public static void gelu(float[] x, int xo, int n) {
        KERNELS.gelu(x, xo, n);
    }

    /** x += y. */
    public static void add(float[] x, int xo, float[] y, int yo, int n) {
        KERNELS.add(x, xo, y, yo, n);
    }

    /** x *= factor. */
    public static void scale(float[] x, int xo, float factor, int n) {
        KERNELS.scale(x, xo, factor, n);
    }

    /** The sum of a b. */
    public static float dot(float[] a, int ao, float[] b, int bo, int n) {
        return KERNELS.dot(a, ao, b, bo, n);
    }

    /** Brings a vector to length 1; a zero vector stays. */
    public static void l2normalize(float[] x, int xo, int n) {
        float length = (float) Math.sqrt(KERNELS.squares(x, xo, 0, n));
        if (length > 0) {
            KERNELS.scale(x, xo, 1 / length, n);
        }
    }

    /** Index from {@code xo} of the first of the largest values; 0 if all are NaN. */
    public static int argmax(float[] x, int xo, int n) {
        float max = KERNELS.max(x, xo, n);
        for (int i = 0; i < n; i++) {
            if (x[xo + i] == max) {
                return i;
            }
        }
        return 0;
    }
}
