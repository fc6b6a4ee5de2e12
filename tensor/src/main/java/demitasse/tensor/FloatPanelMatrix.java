package demitasse.tensor;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;

/**
 * Weights of type F32, F16, BF16 or Q8_0, kept in that type and multiplied in float, so that activations are not
 * rounded. Layout: panels of 32 rows, rows beyond the last zero. Q8_0: [panel][column][row], its half-precision scales
 * apart, [panel][block of 32 columns][row]; other types in tiles as kernels like them, [panel][tile][column][row]. Some
 * columns of a tile are widened once and used for all tokens.
 */
final class FloatPanelMatrix implements Matrix, MatrixJob.Part {
    static final int PANEL = 32;

    private static final int BLOCK = 32;
    private static final Kernels KERNELS = Kernels.BEST;
    /** Rows of a tile. */
    private static final int LANES = KERNELS.tileLanes();

    /** Weights that are widened at a time: 12 KB of floats, which leaves room for activations in the first cache. */
    private static final int TILE = 3072;

    /** Columns of that; a multiple of 32. */
    private static final int COLUMNS = TILE / LANES;

    /** Where sums start that start from zero. */
    private static final float[] ZEROS = new float[PANEL];

    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    private final Shape shape;
    private final GgmlType type;
    private final float[] floats;
    private final short[] halves;
    private final byte[] quants;
    private final short[] scales;

    private static final class Scratch {
        final float[] tile = new float[TILE];
        /** [token][PANEL], where a panel has fewer rows. */
        float[] sums = {};

        final float[] bias = new float[PANEL];
        /** [block][PANEL]: those of a panel of Q8_0. */
        float[] scales = {};
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
            int to = index(panel, row);
            switch (type) {
                case F32 -> fillFloats(bytes, to);
                case Q8_0 -> fillQuants(bytes, to, panel * PANEL * (shape.columns() / BLOCK) + row);
                default -> fillHalves(bytes, to);
            }
        }
    }

    /** Where a row of a panel starts. */
    private int index(int panel, int row) {
        int first = panel * PANEL * shape.columns();
        return type == GgmlType.Q8_0 ? first + row : first + row / LANES * LANES * shape.columns() + row % LANES;
    }

    /** From one column of a row to the next. */
    private int step() {
        return type == GgmlType.Q8_0 ? PANEL : LANES;
    }

    private void fillFloats(byte[] bytes, int to) {
        for (int k = 0; k < shape.columns(); k++) {
            floats[to + k * LANES] = Bytes.f32(bytes, k * Float.BYTES);
        }
    }

    private void fillHalves(byte[] bytes, int to) {
        for (int k = 0; k < shape.columns(); k++) {
            halves[to + k * LANES] = (short) Bytes.u16(bytes, k * Short.BYTES);
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
    public void multiply(Activations x, After after, float[] out, int outOffset, int outStride, Threads threads) {
        MatrixJob.run(this, panels(), x, after, out, outOffset, outStride, threads);
    }

    @Override
    public void multiplyPiece(int panel, MatrixJob job) {
        Scratch scratch = SCRATCH.get();
        int first = panel * PANEL;
        int rows = Math.min(PANEL, shape.rows() - first);
        int to = job.outOffset + first;
        float[] bias = job.after == null ? ZEROS : job.after.bias();
        int so = job.after == null ? 0 : first;
        if (rows == PANEL) {
            multiply(panel, job, scratch, bias, so, job.out, to, job.outStride);
        } else {
            if (scratch.sums.length < job.tokens * PANEL) {
                scratch.sums = new float[job.tokens * PANEL];
            }
            System.arraycopy(bias, so, scratch.bias, 0, rows);
            multiply(panel, job, scratch, scratch.bias, 0, scratch.sums, 0, PANEL);
            for (int t = 0; t < job.tokens; t++) {
                System.arraycopy(scratch.sums, t * PANEL, job.out, to + t * job.outStride, rows);
            }
        }
        if (job.after != null && job.after.gelu()) {
            for (int t = 0; t < job.tokens; t++) {
                gelu(job.out, to + t * job.outStride, rows);
            }
        }
    }

    /** With whole weights results agree with ggml's to the rounding of its GELU; with rounded ones that is lost anyway. */
    private void gelu(float[] x, int xo, int n) {
        if (type == GgmlType.F32) {
            KERNELS.gelu(x, xo, n);
        } else {
            KERNELS.geluUnrounded(x, xo, n);
        }
    }

    private void multiply(
            int panel, MatrixJob job, Scratch scratch, float[] start, int so, float[] c, int co, int cStride) {
        if (quants != null && job.tokens == 1 && KERNELS.fusesQ8()) {
            System.arraycopy(start, so, c, co, PANEL);
            multiplyOneQ8(panel, job.x, scratch, c, co);
            return;
        }
        int columns = shape.columns();
        if (quants != null) {
            widenScales(panel, scratch);
        }
        for (int lane = 0; lane < PANEL; lane += LANES) {
            for (int k = 0; k < columns; k += COLUMNS) {
                int n = Math.min(COLUMNS, columns - k);
                int at = index(panel, lane) + k * step();
                float[] w = floats;
                if (w == null) {
                    w = scratch.tile;
                    widen(at, k + lane, n, scratch.scales, w);
                    at = 0;
                }
                if (k == 0) {
                    KERNELS.multiplyTile(
                            w, at, n, job.x, 0, columns, job.tokens, start, so + lane, 0, c, co + lane, cStride);
                } else {
                    KERNELS.multiplyTile(
                            w, at, n, job.x, k, columns, job.tokens, c, co + lane, cStride, c, co + lane, cStride);
                }
            }
        }
    }

    /** A single token leaves no time to write widened weights to memory; only the scales are. */
    private void multiplyOneQ8(int panel, float[] x, Scratch scratch, float[] c, int co) {
        int blocks = shape.columns() / BLOCK;
        int step = scratch.tile.length / PANEL;
        for (int block = 0; block < blocks; block += step) {
            int n = Math.min(step, blocks - block);
            int at = (panel * blocks + block) * PANEL;
            KERNELS.widenF16(scales, at, scratch.tile, 0, n * PANEL);
            KERNELS.multiplyAddQ8(quants, at * BLOCK, scratch.tile, 0, n, x, block * BLOCK, c, co);
        }
    }

    /** All scales of a panel at once: a call for the few of a tile takes as long as widening a fifth of its weights. */
    private void widenScales(int panel, Scratch scratch) {
        int n = shape.columns() / BLOCK * PANEL;
        if (scratch.scales.length < n) {
            scratch.scales = new float[n];
        }
        KERNELS.widenF16(scales, panel * n, scratch.scales, 0, n);
    }

    /** @param scale of the first weight, in Q8_0: there are as many lanes of scales to a block as columns in it */
    private void widen(int at, int scale, int n, float[] scales, float[] tile) {
        switch (type) {
            case F16 -> KERNELS.widenF16(halves, at, tile, 0, n * LANES);
            case BF16 -> KERNELS.widenBF16(halves, at, tile, 0, n * LANES);
            default -> KERNELS.widenQ8Tile(quants, at, scales, scale, n / BLOCK, tile, 0);
        }
    }

    @Override
    public void dequantizeRow(int row, float[] out, int outOffset) {
        int at = index(row / PANEL, row % PANEL);
        for (int k = 0; k < shape.columns(); k++) {
            int i = at + k * step();
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
