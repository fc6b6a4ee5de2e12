package demitasse.tensor;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;
import java.util.Arrays;

/**
 * Weights of type IQ4_NL or IQ4_XS, whose 4 bits choose one of sixteen unevenly spaced levels of 8 bits, multiplied with
 * activations of 8 bits ({@link PanelInput}).
 *
 * <p>Panels of {@link #PANEL} rows, rows beyond the last zero. Quants: [panel][columns / 32][8][row][2], that is for each two
 * bytes of a block in the file a line with those of all rows: low nibbles are columns 2 i and 2 i + 1 of a sub-block's line
 * i, high ones those 16 further. Scales: for IQ4_NL halves [panel][columns / 32][row]; for IQ4_XS halves [panel][columns /
 * 256][row] and bytes [panel][columns / 32][row], that is 1.5 % more than in the file.
 *
 * <p>For each 32 columns of a row: {@code sum = fma(integer sum x activation scale, scale, sum)}; so neither the number of
 * tokens nor the width of vectors changes a result.
 */
final class LevelMatrix implements Matrix, MatrixJob.Part {
    /** Four vectors of rows. */
    static final int PANEL = Math.max(32, 4 * VectorUnit.INTS.length());

    static final int SUB = 32;

    /** Bytes of a line, and lines of a sub-block. */
    static final int LINE = 2 * PANEL;

    static final int LINES = SUB / 4;

    static final int SUB_BYTES = PANEL * SUB / 2;

    /** Sub-blocks that share a half-precision scale in IQ4_XS. */
    private static final int GROUP = 8;

    /** With the array's header before them, so many bytes bring the first panel to a cache line. */
    private static final int START = 48;

    /** Tokens that a tile meets at a time: their sums stay in the first cache. Whole sixes. */
    private static final int TOKENS = 48;

    private static final Kernels KERNELS = Kernels.BEST;

    /** Rows of a tile. */
    static final int TILE = KERNELS.tileLanes();

    /** Where sums start. */
    private static final float[] ZEROS = new float[TILE];

    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    private final Shape shape;
    private final GgmlType type;
    private final int subs;
    private final byte[] quants;
    private final short[] halves;
    private final byte[] scales;

    private static final class Scratch {
        /** [row / TILE][column][row % TILE]. */
        final float[] tile = new float[SUB * PANEL];
        /** [token][PANEL]: the sums of one sub-block. */
        final float[] part = new float[TOKENS * PANEL];
        /** [token][PANEL]. */
        float[] sums = {};
        /** [sub-block][PANEL]. */
        float[] scales = {};
    }

    static boolean supports(GgmlType type) {
        return type == GgmlType.IQ4_NL || type == GgmlType.IQ4_XS;
    }

    /** @throws ModelLoadException if the tensor is no matrix, or too large for Java arrays */
    LevelMatrix(GgufTensor tensor, Threads threads) throws ModelLoadException {
        this.shape = Shape.of(tensor);
        this.type = tensor.type();
        this.subs = shape.columns() / SUB;
        long blocks = (long) panels() * PANEL * subs;
        if (blocks * (SUB / 2) > Integer.MAX_VALUE - START - 8) {
            throw new ModelLoadException(
                    "tensor " + tensor.name(), "fewer than 2^32 weights", blocks * SUB + " weights");
        }
        boolean grouped = type == GgmlType.IQ4_XS;
        this.quants = new byte[START + (int) blocks * (SUB / 2)];
        this.halves = new short[(int) blocks / (grouped ? GROUP : 1)];
        this.scales = grouped ? new byte[(int) blocks] : null;
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
            for (int sub = 0; sub < subs; sub++) {
                int to = panel * subs + sub;
                if (scales == null) {
                    int at = sub * type.blockBytes();
                    halves[to * PANEL + row] = (short) Bytes.u16(bytes, at);
                    fillQuants(bytes, at + 2, START + to * SUB_BYTES + 2 * row);
                } else {
                    int at = sub / GROUP * type.blockBytes();
                    int j = sub % GROUP;
                    halves[to / GROUP * PANEL + row] = (short) Bytes.u16(bytes, at);
                    int low = bytes[at + 4 + j / 2] >> 4 * (j % 2) & 15;
                    scales[to * PANEL + row] = (byte) ((low | (Bytes.u16(bytes, at + 2) >> 2 * j & 3) << 4) - 32);
                    fillQuants(bytes, at + 8 + j * SUB / 2, START + to * SUB_BYTES + 2 * row);
                }
            }
        }
    }

    /** 16 bytes: low nibbles are columns 0..15, high ones 16..31. */
    private void fillQuants(byte[] bytes, int at, int to) {
        for (int i = 0; i < SUB / 2; i += 2) {
            quants[to] = bytes[at + i];
            quants[to + 1] = bytes[at + i + 1];
            to += LINE;
        }
    }

    /** Which level a weight of the sub-block at {@code at} has. */
    static int index(byte[] quants, int at, int row, int column) {
        int low = column % (SUB / 2);
        return quants[at + 2 * row + low / 2 * LINE + low % 2] >> 4 * (column / (SUB / 2)) & 15;
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
        return quants.length + (long) halves.length * Short.BYTES + (scales == null ? 0 : scales.length);
    }

    @Override
    public void multiply(Activations x, float[] out, int outOffset, int outStride, Threads threads) {
        if (x.columns() != shape.columns()) {
            throw new IllegalArgumentException("activations: " + shape.columns() + " columns, not " + x.columns());
        }
        LevelInput input = x.panelInput(x.like() > PanelInput.TOKENS, threads).levels();
        MatrixJob.run(this, panels(), x, input, out, outOffset, outStride, threads);
    }

    @Override
    public void multiplyPiece(int panel, MatrixJob job) {
        Scratch scratch = SCRATCH.get();
        int tokens = job.tokens;
        if (scratch.sums.length < tokens * PANEL) {
            scratch.sums = new float[tokens * PANEL];
        }
        if (scratch.scales.length < subs * PANEL) {
            scratch.scales = new float[subs * PANEL];
        }
        Arrays.fill(scratch.sums, 0, tokens * PANEL, 0);
        widenScales(panel, scratch.scales);
        int at = START + panel * subs * SUB_BYTES;
        if (tokens <= LevelKernels.FEW) {
            multiplyFew(at, tokens, job.input, scratch);
        } else {
            multiplyTiles(at, tokens, job.input, scratch);
        }
        int rows = Math.min(PANEL, shape.rows() - panel * PANEL);
        for (int t = 0; t < tokens; t++) {
            int to = job.outOffset + t * job.outStride + panel * PANEL;
            System.arraycopy(scratch.sums, t * PANEL, job.out, to, rows);
        }
    }

    private void multiplyFew(int at, int tokens, LevelInput in, Scratch scratch) {
        for (int t = 0; t < tokens; t++) {
            int x = t * shape.columns() / 2;
            int xs = t * subs;
            float[] sums = scratch.sums;
            LevelKernels.multiplyOne(quants, at, scratch.scales, subs, in.pairs, x, in.scales, xs, sums, t * PANEL);
        }
    }

    private void multiplyTiles(int at, int tokens, LevelInput in, Scratch scratch) {
        int columns = shape.columns();
        float[] part = scratch.part;
        for (int sub = 0; sub < subs; sub++) {
            LevelKernels.widen(quants, at + sub * SUB_BYTES, scratch.tile);
            for (int t = 0; t < tokens; t += TOKENS) {
                int n = Math.min(TOKENS, tokens - t);
                int x = t * columns + sub * SUB;
                for (int row = 0; row < PANEL; row += TILE) {
                    KERNELS.multiplyTile(
                            scratch.tile, row * SUB, SUB, in.floats, x, columns, n, ZEROS, 0, 0, part, row, PANEL);
                }
                LevelKernels.addScaled(
                        part, n, scratch.scales, sub * PANEL, in.scales, t * subs + sub, subs, scratch.sums, t * PANEL);
            }
        }
    }

    /** All scales of a panel as floats. */
    private void widenScales(int panel, float[] out) {
        if (scales == null) {
            KERNELS.widenF16(halves, panel * subs * PANEL, out, 0, subs * PANEL);
            return;
        }
        int groups = subs / GROUP;
        for (int group = 0; group < groups; group++) {
            int to = group * GROUP * PANEL;
            KERNELS.widenF16(halves, (panel * groups + group) * PANEL, out, to, PANEL);
            LevelKernels.scales(scales, (panel * subs + group * GROUP) * PANEL, GROUP, out, to);
        }
    }

    @Override
    public void dequantizeRow(int row, float[] out, int outOffset) {
        int panel = row / PANEL;
        int lane = row % PANEL;
        for (int sub = 0; sub < subs; sub++) {
            int block = panel * subs + sub;
            float scale = scales == null
                    ? Float.float16ToFloat(halves[block * PANEL + lane])
                    : Float.float16ToFloat(halves[block / GROUP * PANEL + lane]) * scales[block * PANEL + lane];
            for (int k = 0; k < SUB; k++) {
                out[outOffset + sub * SUB + k] =
                        scale * BlockIQ4_NL.LEVELS[index(quants, START + block * SUB_BYTES, lane, k)];
            }
        }
    }
}
