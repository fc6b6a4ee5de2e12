package demitasse.tensor;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A matrix of 2- to 6-bit blocks, repacked into panels ({@link PanelFormat}) on the heap and multiplied with activations
 * of 8 bits ({@link PanelInput}). A token's result is the same whatever the other tokens of its batch.
 */
final class PanelMatrix implements Matrix {
    /**
     * Where the first panel begins. Large arrays start at a heap region's beginning, their elements 16 bytes on; with
     * 48 more the lines fall on cache lines.
     */
    private static final int START = 48;

    /** Vectors of 128 bits read up to a line more than they use. */
    private static final int END = PanelFormat.LINE;

    /**
     * Weights that a piece of a mat-vec should have at most: some tens of microseconds of work. Where a piece begins the
     * processor's prefetching begins anew, so that pieces of 64 KB cost a fifth of the speed.
     */
    private static final int PIECE_BYTES = 256 << 10;

    private static final int PANEL_TASKS_PER_THREAD = 16;

    private final PanelFormat format;
    private final int rows;
    private final int columns;
    private final int panelBytes;
    /** The panels on the heap, or null as long as {@link #mapped} is read. */
    private volatile byte[] data;

    /**
     * The panels in a mapped {@link PanelFile}, or null: pieces of it are copied to where the kernels read best, which costs
     * a third of the time of a mat-vec, until {@link #settle}.
     */
    private final MemorySegment mapped;

    /** For each panel the factor of its 16-bit scales. */
    private final float[] up;

    private final PanelKernels kernels;

    private PanelMatrix(GgufTensor tensor, byte[] data, MemorySegment mapped, float[] up, PanelKernels kernels) {
        this.format = PanelFormat.of(tensor.type());
        this.rows = (int) tensor.rows();
        this.columns = (int) tensor.columns();
        this.panelBytes = (int) format.panelBytes(columns);
        this.data = data;
        this.mapped = mapped;
        this.up = up;
        this.kernels = kernels;
    }

    /** One whose panels were packed before. */
    PanelMatrix(GgufTensor tensor, MemorySegment mapped, float[] up, PanelKernels kernels) {
        this(tensor, null, mapped, up, kernels);
    }

    /** Repacks a tensor; its type must have a {@link PanelFormat}. */
    static PanelMatrix load(GgufTensor tensor, PanelKernels kernels, Threads threads) throws ModelLoadException {
        PanelFormat format = PanelFormat.of(tensor.type());
        check(tensor, format);
        int panels = Math.toIntExact(Math.ceilDiv(tensor.rows(), PanelFormat.ROWS));
        int panelBytes = (int) format.panelBytes((int) tensor.columns());
        byte[] data = new byte[START + panels * panelBytes + END];
        PanelMatrix matrix = new PanelMatrix(tensor, data, null, new float[panels], kernels);
        int tasks = Math.min(panels, threads.count() * PANEL_TASKS_PER_THREAD);
        AtomicInteger broken = new AtomicInteger(-1);
        threads.run(tasks, task -> {
            PanelPacker packer = new PanelPacker(format, tensor);
            int to = (int) ((long) (task + 1) * panels / tasks);
            for (int panel = (int) ((long) task * panels / tasks); panel < to; panel++) {
                int raise = packer.pack(panel, data, START + panel * panelBytes);
                matrix.up[panel] = PanelFormat.up(raise);
                if (raise < 0) {
                    broken.set(panel);
                }
            }
        });
        if (broken.get() >= 0) {
            throw broken(tensor, broken.get());
        }
        return matrix;
    }

    static ModelLoadException broken(GgufTensor tensor, int panel) {
        return new ModelLoadException(
                "tensor " + tensor.name(),
                "finite block scales",
                "an infinity or NaN near row " + panel * PanelFormat.ROWS);
    }

    static void check(GgufTensor tensor, PanelFormat format) throws ModelLoadException {
        long columns = tensor.columns();
        if (columns <= 0 || columns % format.columnStep() != 0) {
            throw new ModelLoadException(
                    "tensor " + tensor.name(), "rows of a multiple of " + format.columnStep(), columns + " columns");
        }
        long panels = Math.ceilDiv(tensor.rows(), PanelFormat.ROWS);
        // The exact product may overflow a long for absurd shapes; the quotient does not.
        long most = (Integer.MAX_VALUE - START - END - 8L) / PanelFormat.LINE;
        if (tensor.rows() <= 0
                || columns > Integer.MAX_VALUE
                || panels > (Integer.MAX_VALUE - START - END - 8L) / format.panelBytes((int) columns)) {
            throw new ModelLoadException(
                    "tensor " + tensor.name(), "1 row to 2 GiB", tensor.rows() + " x " + columns + " elements");
        }
        long bytes = tensor.type().bytesFor(tensor.elements());
        if (tensor.data().byteSize() < bytes || most < panels) {
            throw new ModelLoadException(
                    "tensor " + tensor.name(), bytes + " bytes", tensor.data().byteSize() + " bytes");
        }
    }

    /** Takes mapped panels to the heap, where they are read faster; other threads may multiply meanwhile. */
    void settle() {
        if (data == null) {
            int bytes = panels() * panelBytes;
            byte[] heap = new byte[START + bytes + END];
            MemorySegment.copy(mapped, ValueLayout.JAVA_BYTE, 0, heap, START, bytes);
            data = heap;
            // Who still reads there finds the page again.
            mapped.unload();
        }
    }

    int panels() {
        return Math.ceilDiv(rows, PanelFormat.ROWS);
    }

    /** Says where panels {@code from .. to-1} are to be read, and brings them there. */
    private void see(int from, int to, PanelScratch scratch) {
        byte[] heap = data;
        if (heap != null) {
            scratch.panels = heap;
            scratch.panelsAt = START + from * panelBytes;
            return;
        }
        int bytes = (to - from) * panelBytes;
        if (scratch.copy.length < START + bytes + END) {
            scratch.copy = new byte[START + bytes + END];
        }
        MemorySegment.copy(mapped, ValueLayout.JAVA_BYTE, (long) from * panelBytes, scratch.copy, START, bytes);
        scratch.panels = scratch.copy;
        scratch.panelsAt = START;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public GgmlType type() {
        return format.type();
    }

    @Override
    public long bytes() {
        byte[] heap = data;
        return (heap == null ? mapped.byteSize() : heap.length) + (long) up.length * Float.BYTES;
    }

    @Override
    public void multiply(Activations x, float[] out, int outOffset, int outStride, Threads threads) {
        if (x.columns() != columns) {
            throw new IllegalArgumentException("activations: " + columns + " columns, not " + x.columns());
        }
        boolean few = format.fuses(x.like());
        PanelInput input = x.panelInput(!few, threads);
        if (few) {
            input.fold(format.bits());
        }
        int perPiece = few ? panelsPerPiece(threads.count()) : PanelScratch.TILE_PANELS;
        x.panelJob().run(this, input, out, outOffset, outStride, perPiece, threads);
    }

    /** Equal pieces, the same number for each thread, and small enough that a thread that was held up costs little. */
    private int panelsPerPiece(int count) {
        int perThread = Math.ceilDiv(panels(), count);
        int pieces = Math.ceilDiv(perThread, Math.max(1, PIECE_BYTES / panelBytes));
        int panels = Math.ceilDiv(perThread, pieces);
        return Math.ceilDiv(panels, PanelScratch.TILE_PANELS) * PanelScratch.TILE_PANELS;
    }

    /** Panels {@code from .. to-1} times the one group of tokens of {@code input}. */
    void multiplyFew(
            int from, int to, PanelInput input, PanelScratch scratch, float[] out, int outOffset, int outStride) {
        int step = input.tokens() == 1 ? kernels.panelsAlone() : PanelScratch.TILE_PANELS;
        for (int panel = from; panel < to; panel += step) {
            int panels = Math.min(step, to - panel);
            // No more at a time: a copy that is read soon is still in a near cache.
            see(panel, panel + panels, scratch);
            kernels.dot(
                    format,
                    scratch.panels,
                    scratch.panelsAt,
                    panels,
                    up,
                    panel,
                    columns / PanelFormat.SUB,
                    scratch,
                    input);
            int first = panel * PanelFormat.ROWS;
            int count = Math.min(panels * PanelFormat.ROWS, rows - first);
            for (int t = 0; t < input.tokens(); t++) {
                System.arraycopy(scratch.sums, t * PanelGemm.STRIDE, out, outOffset + t * outStride + first, count);
            }
        }
    }

    /** The tile of panels {@code from .. to-1} times all tokens, some hundred at a time. */
    void multiplyMany(
            int from, int to, PanelInput input, PanelScratch scratch, float[] out, int outOffset, int outStride) {
        see(from, to, scratch);
        byte[] data = scratch.panels;
        for (int token = 0; token < input.tokens(); token += PanelScratch.TOKENS) {
            int end = Math.min(input.tokens(), token + PanelScratch.TOKENS);
            int padded = Math.ceilDiv(end - token, PanelInput.TOKENS) * PanelInput.TOKENS;
            Arrays.fill(scratch.sums, 0, padded * PanelGemm.STRIDE, 0);
            int group = 0;
            for (int sub = 0; sub < columns / PanelFormat.SUB; sub += PanelFormat.GROUP_SUBS) {
                int subs = Math.min(PanelFormat.GROUP_SUBS, columns / PanelFormat.SUB - sub);
                kernels.unpack(format, data, scratch.panelsAt + group, panelBytes, to - from, subs, scratch, input);
                for (int panel = from; panel < to; panel++) {
                    int at = scratch.panelsAt + (panel - from) * panelBytes + group;
                    int scales = (panel - from) * PanelFormat.GROUP_SCALES;
                    kernels.scales(format, data, at, subs, up[panel], scratch.scales, scales);
                }
                for (int t = token; t < end; t += PanelInput.TOKENS) {
                    kernels.gemm(format, subs, scratch, input, sub, t, (t - token) * PanelGemm.STRIDE);
                }
                group += format.groupBytes(subs);
            }
            int first = from * PanelFormat.ROWS;
            int count = Math.min((to - from) * PanelFormat.ROWS, rows - first);
            for (int t = token; t < end; t++) {
                System.arraycopy(
                        scratch.sums, (t - token) * PanelGemm.STRIDE, out, outOffset + t * outStride + first, count);
            }
        }
    }

    /** Bit for bit what ggml's dequantize_row_* give. */
    @Override
    public void dequantizeRow(int row, float[] out, int outOffset) {
        if (row < 0 || row >= rows) {
            throw new IndexOutOfBoundsException("row " + row + " of " + rows);
        }
        int panel = row / PanelFormat.ROWS;
        int lane = row % PanelFormat.ROWS;
        int at = START + panel * panelBytes;
        byte[] data = this.data;
        if (data == null) {
            at = 0;
            data = new byte[panelBytes];
            MemorySegment.copy(mapped, ValueLayout.JAVA_BYTE, (long) panel * panelBytes, data, 0, panelBytes);
        }
        for (int sub = 0; sub < columns / PanelFormat.SUB; sub += PanelFormat.GROUP_SUBS) {
            int subs = Math.min(PanelFormat.GROUP_SUBS, columns / PanelFormat.SUB - sub);
            for (int k = 0; k < subs * PanelFormat.SUB; k++) {
                int j = k / format.scaleColumns();
                int q = PanelScalars.quant(format, data, at, subs, lane, k);
                float s = PanelScalars.scale(format, data, at, subs, up[panel], lane, j);
                float m = PanelScalars.minimum(format, data, at, subs, up[panel], lane, j);
                out[outOffset + sub * PanelFormat.SUB + k] = switch (format) {
                    case Q4_1, Q5_1 -> s * q + m;
                    case Q2_K, Q4_K, Q5_K -> s * q - m;
                    case Q3_K, Q4_0, Q5_0, Q6_K -> s * (q - format.centre());
                };
            }
            at += format.groupBytes(subs);
        }
    }
}
