package demitasse.tensor;

/**
 * The inner loops, as a scalar and a SIMD twin. The twins may differ in the last bits, since they add in another
 * order. Lengths need not be multiples of anything except where said.
 */
interface Kernels {
    /** Lanes that {@link #multiplyAdd} takes a multiple of: panels and padded rows are multiples of this. */
    int LANES = 16;

    /** The twin for this machine. */
    Kernels BEST = KernelChoice.choose();

    /** sum of a b. */
    float dot(float[] a, int ao, float[] b, int bo, int n);

    float sum(float[] x, int xo, int n);

    /** sum of (x - centre)^2. */
    float squares(float[] x, int xo, float centre, int n);

    /** The largest; NaN is left out; -infinity for n = 0. */
    float max(float[] x, int xo, int n);

    /** x += y. */
    void add(float[] x, int xo, float[] y, int yo, int n);

    /** x *= factor. */
    void scale(float[] x, int xo, float factor, int n);

    /** out = x factor w. */
    void scaleBy(float[] x, int xo, float factor, float[] w, float[] out, int oo, int n);

    /** out = (x - centre) factor w + b. */
    void normalize(float[] x, int xo, float centre, float factor, float[] w, float[] b, float[] out, int oo, int n);

    /** x = e^(x - top), which must not be positive; returns the sum. */
    float exp(float[] x, int xo, float top, int n);

    /** out = g / (1 + e^-g) u. */
    void swiglu(float[] g, int go, float[] u, int uo, float[] out, int oo, int n);

    /** x = gelu(x), tanh form, with argument and result rounded to half precision. */
    void gelu(float[] x, int xo, int n);

    /** x = gelu(x), tanh form, see {@link Gelu#unrounded}. */
    void geluUnrounded(float[] x, int xo, int n);

    /**
     * The one product behind matrices and attention: for each row t and lane l, {@code c[co + t cStride + l] += sum
     * over k < n of w[wo + k wStride + l] x[xo + t xStride + k]}. Added in the order of k, so that a row's result
     * depends neither on how many rows there are nor on where n is cut.
     *
     * @param lanes a multiple of {@link #LANES}
     * @param rows of x and c, at least 1
     */
    void multiplyAdd(
            float[] w,
            int wo,
            int wStride,
            int lanes,
            int n,
            float[] x,
            int xo,
            int xStride,
            int rows,
            float[] c,
            int co,
            int cStride);

    /** Lanes of a tile of {@link #multiplyTile}: 8, 16 or 32. */
    int tileLanes();

    /**
     * {@link #multiplyAdd} for weights that stand close together, {@code w[wo + k tileLanes + l]}, where the sums start
     * from something of the caller's: {@code c[co + t cStride + l] = start[so + t startStride + l] + ...}. {@code start}
     * may be {@code c} itself; with a stride of 0 all rows start from the same values. To the same bits as
     * {@link #multiplyAdd}.
     */
    void multiplyTile(
            float[] w,
            int wo,
            int n,
            float[] x,
            int xo,
            int xStride,
            int rows,
            float[] start,
            int so,
            int startStride,
            float[] c,
            int co,
            int cStride);

    /** Half precision to float. */
    void widenF16(short[] in, int at, float[] out, int to, int n);

    /** BF16 to float. */
    void widenBF16(short[] in, int at, float[] out, int to, int n);

    /**
     * Q8_0 weights of a panel to float: {@code out[k][l] = q[k][l] scale[k / 32][l]}, 32 lanes.
     *
     * @param q [32 blocks][32]
     * @param scales [blocks][32], half precision
     */
    void widenQ8(byte[] q, int qo, short[] scales, int so, int blocks, float[] out, int to);

    /**
     * As {@link #widenQ8} for {@link #tileLanes} of the 32 lanes, which {@code qo} and {@code so} point to.
     *
     * @param scales [blocks][32]
     */
    void widenQ8Tile(byte[] q, int qo, float[] scales, int so, int blocks, float[] out, int to);

    /**
     * Runs of 32 elements with a scale each to float: {@code out[r][i] = q[r][i] scale[r]}.
     *
     * @param q [runs][32]
     * @param scales [runs], half precision
     */
    void widenQ8Runs(byte[] q, int qo, short[] scales, int so, int runs, float[] out, int to);

    /** Whether {@link #multiplyAddQ8} is faster than widening first. */
    boolean fusesQ8();

    /**
     * One row of x with Q8_0 weights of a panel, widened in registers: {@code c[l] += sum over k of (q[k][l] scale[k /
     * 32][l]) x[k]}, 32 lanes; in the order of {@link #widenQ8} and {@link #multiplyAdd}, to the same bits.
     *
     * @param q [32 blocks][32]
     * @param scales [blocks][32]
     */
    void multiplyAddQ8(byte[] q, int qo, float[] scales, int so, int blocks, float[] x, int xo, float[] c, int co);
}
