package demitasse.tensor;

import java.util.Arrays;

/**
 * Scaled dot-product attention inside one short text whose tokens all see each other, as encoders have it: keys and
 * values stand in the same rows as the queries and are not kept. Used again for each text. Not safe for use by several
 * threads at once.
 */
public final class TextAttention {
    private static final Kernels KERNELS = Kernels.BEST;
    private static final int LANES = KERNELS.tileLanes();
    /** Lanes of most machines' vectors; LANES is a multiple. */
    private static final int VECTOR = 8;

    private static final float[] ZEROS = new float[LANES];

    private final int heads;
    private final int headSize;
    private final int width;
    private final float scale;
    /** Tiles that hold a head's elements. */
    private final int valueTiles;

    /** [tile][head size][LANES]: keys of LANES positions side by side. */
    private float[] keys = {};
    /** [tile][position][LANES]: LANES elements of each value. */
    private float[] values = {};
    /** [query][position], then [query][element], both filled up to whole tiles. */
    private float[] scores = {};

    private float[] sums = {};

    /** @param scale of the scores */
    public TextAttention(int heads, int headSize, float scale) {
        if (heads < 1 || headSize < 1) {
            throw new IllegalArgumentException(heads + " heads of " + headSize);
        }
        this.heads = heads;
        this.headSize = headSize;
        this.width = heads * headSize;
        this.scale = scale;
        this.valueTiles = Math.ceilDiv(headSize, LANES);
    }

    /**
     * For each row and head: out = sum over the rows p of softmax(scale q . k[p]) v[p].
     *
     * @param x rows [query, key, value][head][head size], close together
     * @param first row of the text
     * @param rows of the text, at least 1
     * @param out rows [head][head size], the same rows as in x
     */
    public void run(float[] x, int first, int rows, float[] out) {
        for (int head = 0; head < heads; head++) {
            run(x, first, rows, head, out);
        }
    }

    /** As {@link #run(float[], int, int, float[])} for one head. */
    public void run(float[] x, int first, int rows, int head, float[] out) {
        int tiles = Math.ceilDiv(rows, LANES);
        fit(rows, tiles);
        int at = first * 3 * width + head * headSize;
        takeKeys(x, at + width, rows);
        takeValues(x, at + 2 * width, rows);
        int stride = tiles * LANES;
        for (int tile = 0; tile < tiles; tile++) {
            KERNELS.multiplyTile(
                    keys,
                    tile * headSize * LANES,
                    headSize,
                    x,
                    at,
                    3 * width,
                    rows,
                    ZEROS,
                    0,
                    0,
                    scores,
                    tile * LANES,
                    stride);
        }
        int sumStride = valueTiles * LANES;
        softmax(rows, stride);
        for (int tile = 0; tile < valueTiles; tile++) {
            int from = tile * rows * LANES;
            KERNELS.multiplyTile(
                    values, from, rows, scores, 0, stride, rows, ZEROS, 0, 0, sums, tile * LANES, sumStride);
        }
        for (int row = 0; row < rows; row++) {
            System.arraycopy(sums, row * sumStride, out, (first + row) * width + head * headSize, headSize);
        }
    }

    /** Of whole vectors, whose last lanes are e^-infinity: the ends of loops would take longer than the loops. */
    private void softmax(int rows, int stride) {
        int n = Math.min(stride, Math.ceilDiv(rows, VECTOR) * VECTOR);
        for (int row = 0; row < rows; row++) {
            int from = row * stride;
            Arrays.fill(scores, from + rows, from + n, Float.NEGATIVE_INFINITY);
            float sum = KERNELS.exp(scores, from, KERNELS.max(scores, from, n), n);
            KERNELS.scale(scores, from, 1 / sum, n);
        }
    }

    private void fit(int rows, int tiles) {
        keys = atLeast(keys, tiles * LANES * headSize);
        values = atLeast(values, valueTiles * LANES * rows);
        scores = atLeast(scores, rows * tiles * LANES);
        sums = atLeast(sums, rows * valueTiles * LANES);
    }

    private static float[] atLeast(float[] array, int length) {
        return array.length >= length ? array : new float[length];
    }

    /** Scaled. Lanes beyond the last position keep what an earlier text left there; nobody looks at their scores. */
    private void takeKeys(float[] x, int at, int rows) {
        for (int p = 0; p < rows; p++) {
            int to = p / LANES * LANES * headSize + p % LANES;
            int from = at + p * 3 * width;
            for (int i = 0; i < headSize; i++) {
                keys[to + i * LANES] = x[from + i] * scale;
            }
        }
    }

    /** Lanes beyond the head size keep zeros or what another row has there; they are not copied out. */
    private void takeValues(float[] x, int at, int rows) {
        for (int p = 0; p < rows; p++) {
            int from = at + p * 3 * width;
            for (int i = 0; i < headSize; i += LANES) {
                int to = (i * rows) + p * LANES;
                System.arraycopy(x, from + i, values, to, Math.min(LANES, headSize - i));
            }
        }
    }
}
