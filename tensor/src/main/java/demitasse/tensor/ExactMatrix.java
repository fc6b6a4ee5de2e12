package demitasse.tensor;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;
import java.lang.foreign.MemorySegment;

/**
 * Weights as they stand in the file, which must stay open, decoded row by row and multiplied in float. Each result is
 * summed in one fixed order, whatever the number of tokens. Slow: the reference that the fast kernels are tested
 * against, and what types without fast kernels use.
 */
final class ExactMatrix implements Matrix, MatrixJob.Part {
    /** Rows of a piece of work. */
    private static final int ROWS = 8;

    private static final ThreadLocal<Row> ROW = ThreadLocal.withInitial(Row::new);

    private final Shape shape;
    private final GgmlType type;
    private final BlockFormat format;
    private final MemorySegment data;
    private final int rowBytes;

    /** @throws ModelLoadException if the type cannot be decoded or the tensor is no matrix */
    ExactMatrix(GgufTensor tensor) throws ModelLoadException {
        this.format = BlockFormat.of(tensor);
        this.shape = Shape.of(tensor);
        this.type = tensor.type();
        this.data = tensor.data();
        this.rowBytes = Math.toIntExact(type.bytesFor(shape.columns()));
    }

    /** One decoded row. */
    private static final class Row {
        byte[] bytes = {};
        float[] values = {};
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
        return type;
    }

    /** None: the weights are pages of the mapped file. */
    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public void multiply(Activations x, float[] out, int outOffset, int outStride, Threads threads) {
        MatrixJob.run(this, Math.ceilDiv(shape.rows(), ROWS), x, out, outOffset, outStride, threads);
    }

    @Override
    public void multiplyPiece(int piece, MatrixJob job) {
        int columns = shape.columns();
        Row row = ROW.get();
        int end = Math.min(shape.rows(), (piece + 1) * ROWS);
        if (row.values.length < columns) {
            row.values = new float[columns];
        }
        for (int r = piece * ROWS; r < end; r++) {
            decode(r, row, row.values, 0);
            for (int t = 0; t < job.tokens; t++) {
                job.out[job.outOffset + t * job.outStride + r] =
                        Kernels.BEST.dot(row.values, 0, job.x, t * columns, columns);
            }
        }
    }

    @Override
    public void dequantizeRow(int row, float[] out, int outOffset) {
        decode(row, ROW.get(), out, outOffset);
    }

    private void decode(int r, Row row, float[] out, int outOffset) {
        if (row.bytes.length < rowBytes) {
            row.bytes = new byte[rowBytes];
        }
        BlockFormat.copy(data, (long) r * rowBytes, row.bytes, rowBytes);
        format.decode(row.bytes, 0, out, outOffset, shape.columns() / type.blockSize());
    }
}
