package demitasse.tensor;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;
import java.util.Arrays;

/**
 * Weights of type F32, F16, BF16 or Q8_0, kept in that type and multiplied in float, so that activations are not
 * rounded. Layout: panels of 32 rows, [panel][column][row], rows beyond the last zero; Q8_0 has its half-precision
 * scales apart, [panel][block of 32 columns][row]. A tile of {@link #TILE} columns is widened once and used for all
 * tokens.
 */
final class FloatPanelMatrix implements Matrix, MatrixJob.Part {
    static final int PANEL = 32;

    /** Columns that are widened at a time: 16 KB of floats, which leaves room in the first cache. A multiple of 32. */
    private static final int TILE = 128;

    private static final int BLOCK = 32;
    private static final Kernels KERNELS = Kernels.BEST;
    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    private final Shape shape;
    private final GgmlType type;
    private final float[] floats;
    private final short[] halves;
    private final byte[] quants;
    private final short[] scales;

    private static final class Scratch {
        final float[] tile = new float[TILE * PANEL];
        /** [token][PANEL]. */
        float[] sums = {};
    }

    static boolean supports(GgmlType type) {
        return type == GgmlType.F32 || type == GgmlType.F16 || type == GgmlType.BF16 || type == GgmlType.Q8_0;
    }

    /** @throws ModelLoadException if the tensor is no matrix, or too large for a Java array */
    FloatPanelMatrix(GgufTensor tensor, Threads threads) throws ModelLoadException {
        if (!supports(tensor.type())) {
            throw new ModelLoadException(
                    "tensor " + tensor.name(),
                    "F32, F16, BF16 or Q8_0",
                    tensor.type().name());
        }
        this.shape = Shape.of(tensor);
        this.type = tensor.type();
        long padded = (long) Math.ceilDiv(shape.rows(), PANEL) * PANEL * shape.columns();
        if (padded > Integer.MAX_VALUE - 8) {
            throw new ModelLoadException("tensor " + tensor.name(), "fewer than 2^31 weights", padded + " weights");
        }
        int length = (int) padded;
        this.floats = type == GgmlType.F32 ? new float[length] : null;
        this.halves = type == GgmlType.F16 || type == GgmlType.BF16 ? new short[length] : null;
        this.quants = type == GgmlType.Q8_0 ? new byte[length] : null;
        this.scales = type == GgmlType.Q8_0 ? new short[length / BLOCK] : null;
        threads.run(panels(), panel -> fill(panel, tensor));
    }

    private int panels() {
        return Math.ceilDiv(shape.rows(), PANEL);
    }

    private void fill(int panel, GgufTensor tensor) {
        int rowBytes = Math.toIntExact(type.bytesFor(shape.columns()));
        byte[] bytes = new byte[rowBytes];
        int end = Math.min(PANEL, shape.rows() - panel * PANEL);
        for (int row = 0; row < end; row++) {
            BlockFormat.copy(tensor.data(), (long) (panel * PANEL + row) * rowBytes, bytes, rowBytes);
            int to = panel * PANEL * shape.columns() + row;
            switch (type) {
                case F32 -> fillFloats(bytes, to);
                case Q8_0 -> fillQuants(bytes, to, panel * PANEL * (shape.columns() / BLOCK) + row);
                default -> fillHalves(bytes, to);
            }
        }
    }

    private void fillFloats(byte[] bytes, int to) {
        for (int k = 0; k < shape.columns(); k++) {
            floats[to + k * PANEL] = Bytes.f32(bytes, k * Float.BYTES);
        }
    }

    private void fillHalves(byte[] bytes, int to) {
        for (int k = 0; k < shape.columns(); k++) {
            halves[to + k * PANEL] = (short) Bytes.u16(bytes, k * Short.BYTES);
        }
    }

    private void fillQuants(byte[] bytes, int to, int scale) {
        for (int block = 0; block < shape.columns() / BLOCK; block++) {
            int at = block * type.blockBytes();
            scales[scale + block * PANEL] = (short) Bytes.u16(bytes, at);
            for (int k = 0; k < BLOCK; k++) {
                quants[to + (block * BLOCK + k) * PANEL] = bytes[at + Short.BYTES + k];
            }
        }
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

    @Override
    public long bytes() {
        return type.bytesFor((long) panels() * PANEL * shape.columns());
    }

    @Override
    public void multiply(Activations x, float[] out, int outOffset, int outStride, Threads threads) {
        MatrixJob.run(this, panels(), x, out, outOffset, outStride, threads);
    }

    @Override
    public void multiplyPiece(int panel, MatrixJob job) {
        Scratch scratch = SCRATCH.get();
        int tokens = job.tokens;
        if (scratch.sums.length < tokens * PANEL) {
            scratch.sums = new float[tokens * PANEL];
        }
        float[] sums = scratch.sums;
        Arrays.fill(sums, 0, tokens * PANEL, 0);
        if (quants != null && tokens == 1 && KERNELS.fusesQ8()) {
            multiplyOneQ8(panel, job.x, scratch);
        } else {
            multiplyTiles(panel, job, scratch);
        }
        int rows = Math.min(PANEL, shape.rows() - panel * PANEL);
        for (int t = 0; t < tokens; t++) {
            int to = job.outOffset + t * job.outStride + panel * PANEL;
            System.arraycopy(sums, t * PANEL, job.out, to, rows);
        }
    }

    private void multiplyTiles(int panel, MatrixJob job, Scratch scratch) {
        int columns = shape.columns();
        for (int k = 0; k < columns; k += TILE) {
            int n = Math.min(TILE, columns - k);
            int at = (panel * columns + k) * PANEL;
            float[] w = floats;
            if (w == null) {
                w = scratch.tile;
                widen(at, n, w);
                at = 0;
            }
            KERNELS.multiplyAdd(w, at, PANEL, PANEL, n, job.x, k, columns, job.tokens, scratch.sums, 0, PANEL);
        }
    }

    /** A single token leaves no time to write widened weights to memory; only the scales are. */
    private void multiplyOneQ8(int panel, float[] x, Scratch scratch) {
        int blocks = shape.columns() / BLOCK;
        int step = scratch.tile.length / PANEL;
        for (int block = 0; block < blocks; block += step) {
            int n = Math.min(step, blocks - block);
            int at = (panel * blocks + block) * PANEL;
            KERNELS.widenF16(scales, at, scratch.tile, 0, n * PANEL);
            KERNELS.multiplyAddQ8(quants, at * BLOCK, scratch.tile, 0, n, x, block * BLOCK, scratch.sums, 0);
        }
    }

    private void widen(int at, int n, float[] tile) {
        switch (type) {
            case F16 -> KERNELS.widenF16(halves, at, tile, 0, n * PANEL);
            case BF16 -> KERNELS.widenBF16(halves, at, tile, 0, n * PANEL);
            default -> KERNELS.widenQ8(quants, at, scales, at / BLOCK, n / BLOCK, tile, 0);
        }
    }

    @Override
    public void dequantizeRow(int row, float[] out, int outOffset) {
        int at = row / PANEL * PANEL * shape.columns() + row % PANEL;
        for (int k = 0; k < shape.columns(); k++) {
            int i = at + k * PANEL;
            out[outOffset + k] = switch (type) {
                case F32 -> floats[i];
                case F16 -> Float.float16ToFloat(halves[i]);
                case BF16 -> Float.intBitsToFloat(halves[i] << 16);
                default -> quants[i] * Float.float16ToFloat(scaleOf(row, k));
            };
        }
    }

    private short scaleOf(int row, int column) {
        int blocks = shape.columns() / BLOCK;
        return scales[(row / PANEL * blocks + column / BLOCK) * PANEL + row % PANEL];
    }
}
