package demitasse.tensor;

/**
 * What follows a product, done where its rows are still in the cache.
 *
 * @param bias [rows of the matrix], added to each token's result
 * @param gelu whether {@link Ops#gelu} is applied then
 */
public record After(float[] bias, boolean gelu) {
    private static final Kernels KERNELS = Kernels.BEST;

    /** The part that is left when sums started from the bias. */
    void finish(float[] x, int xo, int n) {
        if (gelu) {
            KERNELS.gelu(x, xo, n);
        }
    }
}
