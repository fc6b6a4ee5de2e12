package demitasse.tensor;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Weights of type IQ4_NL or IQ4_XS, whose 4 bits choose one of sixteen unevenly spaced levels. Levels of 8 bits times
 * activations of 8 bits leave no room for sums of 16, so they are multiplied in float, and activations are not rounded.
 *
 * <p>Panels of 32 rows, rows beyond the last zero. Quants: [panel][columns / 8][row], an int with eight columns' nibbles,
 * the first lowest. Scales: for IQ4_NL halves [panel][columns / 32][row]; for IQ4_XS halves [panel][columns / 256][row]
 * and bytes [panel][columns / 32][row], that is 1.5 % more than in the file.
 *
 * <p>For each 32 columns of a row: {@code part = fma(level, activation, part)} from zero, column by column, then {@code
 * sum = fma(part, scale, sum)}; so the number of tokens does not change a result.
 */
final class LevelMatrix implements Matrix, MatrixJob.Part {
    static final int PANEL = 32;
    static final int SUB = 32;

    /** Columns in an int, and ints of a panel's sub-block. */
    static final int PER_INT = 8;

    static final int SUB_INTS = SUB / PER_INT * PANEL;

    /** Sub-blocks that share a half-precision scale in IQ4_XS. */
    private static final int GROUP = 8;

    /** With the array's header before them, so many ints bring the first panel to a cache line. */
    private static final int START = 12;

    /** Tokens that a tile meets at a time: their sums stay in the first cache. Whole sixes. */
    private static final int TOKENS = 48;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final Kernels KERNELS = Kernels.BEST;
    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    private final Shape shape;
    private final GgmlType type;
    private final int subs;
    private final int[] quants;
    private final short[] halves;
    private final byte[] scales;

    private static final class Scratch {
        /** [column][PANEL]. */
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
        if (blocks * (SUB / PER_INT) > Integer.MAX_VALUE - START - 8) {
            throw new ModelLoadException(
                    "tensor " + tensor.name(), "fewer than 2^34 weights", blocks * SUB + " weights");
        }
        boolean grouped = type == GgmlType.IQ4_XS;
        this.quants = new int[START + (int) blocks * (SUB / PER_INT)];
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
                    fillQuants(bytes, at + 2, START + to * SUB_INTS + row);
                } else {
                    int at = sub / GROUP * type.blockBytes();
                    int j = sub % GROUP;
                    halves[to / GROUP * PANEL + row] = (short) Bytes.u16(bytes, at);
                    int low = bytes[at + 4 + j / 2] >> 4 * (j % 2) & 15;
                    scales[to * PANEL + row] = (byte) ((low | (Bytes.u16(bytes, at + 2) >> 2 * j & 3) << 4) - 32);
                    fillQuants(bytes, at + 8 + j * SUB / 2, START + to * SUB_INTS + row);
                }
            }
        }
    }

    /** 16 bytes: low nibbles are columns 0..15, high ones 16..31. */
    private void fillQuants(byte[] bytes, int at, int to) {
        long first = (long) LONGS.get(bytes, at);
        long second = (long) LONGS.get(bytes, at + Long.BYTES);
        quants[to] = lowNibbles(first);
        quants[to + PANEL] = lowNibbles(second);
        quants[to + 2 * PANEL] = lowNibbles(first >>> 4);
        quants[to + 3 * PANEL] = lowNibbles(second >>> 4);
    }

    private static int lowNibbles(long bytes) {
        long q = bytes & 0x0f0f0f0f0f0f0f0fL;
        q = (q | q >>> 4) & 0x00ff00ff00ff00ffL;
        q = (q | q >>> 8) & 0x0000ffff0000ffffL;
        return (int) (q | q >>> 16);
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
        return (long) quants.length * Integer.BYTES
                + (long) halves.length * Short.BYTES
                + (scales == null ? 0 : scales.length);
    }

    @Override
    public void multiply(Activations x, float[] out, int outOffset, int outStride, Threads threads) {
        if (x.columns() != shape.columns()) {
            throw new IllegalArgumentException("activations: " + shape.columns() + " columns, not " + x.columns());
        }
        MatrixJob.run(this, panels(), x, out, outOffset, outStride, threads);
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
        float[] sums = scratch.sums;
        Arrays.fill(sums, 0, tokens * PANEL, 0);
        widenScales(panel, scratch.scales);
        int at = START + panel * subs * SUB_INTS;
        int together = tokens - tokens % LevelKernels.TOGETHER;
        multiplyTiles(at, together, job, scratch);
        for (int t = together; t < tokens; t++) {
            LevelKernels.multiplyOne(
                    quants, at, scratch.scales, subs, job.x, t * shape.columns(), sums, t * PANEL, scratch.tile);
        }
        int rows = Math.min(PANEL, shape.rows() - panel * PANEL);
        for (int t = 0; t < tokens; t++) {
            int to = job.outOffset + t * job.outStride + panel * PANEL;
            System.arraycopy(sums, t * PANEL, job.out, to, rows);
        }
    }

    private void multiplyTiles(int at, int tokens, MatrixJob job, Scratch scratch) {
        int columns = shape.columns();
        for (int sub = 0; sub < subs && tokens > 0; sub++) {
            LevelKernels.widen(quants, at + sub * SUB_INTS, scratch.tile);
            for (int t = 0; t < tokens; t += TOKENS) {
                int n = Math.min(TOKENS, tokens - t);
                Arrays.fill(scratch.part, 0, n * PANEL, 0);
                int x = t * columns + sub * SUB;
                KERNELS.multiplyAdd(scratch.tile, 0, PANEL, PANEL, SUB, job.x, x, columns, n, scratch.part, 0, PANEL);
                LevelKernels.addScaled(scratch.part, scratch.scales, sub * PANEL, n, scratch.sums, t * PANEL);
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
                int eight = quants[START + block * SUB_INTS + k / PER_INT * PANEL + lane];
                out[outOffset + sub * SUB + k] =
                        scale * BlockIQ4_NL.LEVELS[eight >>> Integer.SIZE / PER_INT * (k % PER_INT) & 15];
            }
        }
    }
}
