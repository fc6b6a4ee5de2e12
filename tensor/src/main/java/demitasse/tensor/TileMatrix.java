package demitasse.tensor;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;
import java.util.Arrays;

/**
 * Weights of the types that have no panels (IQ4_NL, IQ4_XS), kept as blocks in the mapped file, which must
 * stay open, and multiplied in float, so that activations are not rounded. For a batch a tile of {@link #ROWS} rows is
 * decoded once, turned to panel layout and used for all tokens; a few tokens are multiplied row by row.
 */
final class TileMatrix implements Matrix, MatrixJob.Part {
    /** Rows of a tile. */
    static final int ROWS = 32;

    /** Columns of a tile: whole blocks of any type. */
    static final int COLUMNS = 256;

    /** From so many tokens on turning the tile costs less than it saves. */
    static final int MIN_TOKENS = 16;

    private static final Kernels KERNELS = Kernels.BEST;
    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    private final ExactMatrix rowByRow;
    private final Shape shape;
    private final GgufTensor tensor;
    private final BlockDecoder format;
    private final int rowBytes;

    private static final class Scratch {
        /** [row][COLUMNS]. */
        final float[] rows = new float[ROWS * COLUMNS];
        /** [column][ROWS]. */
        final float[] tile = new float[COLUMNS * ROWS];
        /** [token][ROWS]. */
        float[] sums = {};

        byte[] bytes = {};
    }

    static boolean supports(GgmlType type) {
        return type == GgmlType.IQ4_NL || type == GgmlType.IQ4_XS;
    }

    /** @throws ModelLoadException if the type cannot be decoded or the tensor is no matrix */
    TileMatrix(GgufTensor tensor) throws ModelLoadException {
        BlockDecoder twin = KERNELS instanceof VectorKernels ? VectorBlocks.of(tensor.type()) : null;
        this.format = twin == null ? BlockFormat.of(tensor) : twin;
        this.rowByRow = new ExactMatrix(tensor, format);
        this.shape = Shape.of(tensor);
        this.tensor = tensor;
        this.rowBytes = Math.toIntExact(tensor.type().bytesFor(shape.columns()));
    }

    @Override
    public int rows() {
        return shape.rows();
    }

    @Override
    public int columns() {
        return shape.columns();
    }

    @Override
    public GgmlType type() {
        return tensor.type();
    }

    /** None: the weights are pages of the mapped file. */
    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public void multiply(Activations x, float[] out, int outOffset, int outStride, Threads threads) {
        if (x.tokens() < MIN_TOKENS) {
            rowByRow.multiply(x, out, outOffset, outStride, threads);
            return;
        }
        MatrixJob.run(this, Math.ceilDiv(shape.rows(), ROWS), x, out, outOffset, outStride, threads);
    }

    @Override
    public void multiplyPiece(int panel, MatrixJob job) {
        Scratch scratch = SCRATCH.get();
        int columns = shape.columns();
        int tokens = job.tokens;
        int count = Math.min(ROWS, shape.rows() - panel * ROWS);
        if (scratch.sums.length < tokens * ROWS) {
            scratch.sums = new float[tokens * ROWS];
        }
        if (scratch.bytes.length < count * rowBytes) {
            scratch.bytes = new byte[ROWS * rowBytes];
        }
        Arrays.fill(scratch.sums, 0, tokens * ROWS, 0);
        // Rows beyond the last hold what an earlier panel left; their sums are not given out.
        BlockFormat.copy(tensor.data(), (long) panel * ROWS * rowBytes, scratch.bytes, count * rowBytes);
        for (int k = 0; k < columns; k += COLUMNS) {
            int n = Math.min(COLUMNS, columns - k);
            int at = Math.toIntExact(type().bytesFor(k));
            for (int row = 0; row < count; row++) {
                format.decode(scratch.bytes, row * rowBytes + at, scratch.rows, row * COLUMNS, n / type().blockSize());
            }
            turn(scratch.rows, scratch.tile, n);
            KERNELS.multiplyAdd(scratch.tile, 0, ROWS, ROWS, n, job.x, k, columns, tokens, scratch.sums, 0, ROWS);
        }
        for (int t = 0; t < tokens; t++) {
            int to = job.outOffset + t * job.outStride + panel * ROWS;
            System.arraycopy(scratch.sums, t * ROWS, job.out, to, count);
        }
    }

    /** Rows to columns; eight rows at a time, so that what is read fits the first cache's ways. */
    private static void turn(float[] rows, float[] tile, int columns) {
        for (int row = 0; row < ROWS; row += 8) {
            int from = row * COLUMNS;
            for (int k = 0; k < columns; k++) {
                int to = k * ROWS + row;
                tile[to] = rows[from + k];
                tile[to + 1] = rows[from + COLUMNS + k];
                tile[to + 2] = rows[from + 2 * COLUMNS + k];
                tile[to + 3] = rows[from + 3 * COLUMNS + k];
                tile[to + 4] = rows[from + 4 * COLUMNS + k];
                tile[to + 5] = rows[from + 5 * COLUMNS + k];
                tile[to + 6] = rows[from + 6 * COLUMNS + k];
                tile[to + 7] = rows[from + 7 * COLUMNS + k];
            }
        }
    }

    @Override
    public void dequantizeRow(int row, float[] out, int outOffset) {
        rowByRow.dequantizeRow(row, out, outOffset);
    }
}
