package demitasse.tensor;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Converts tensors from one block type to another, to the bytes that ggml_quantize_chunk gives without an importance
 * matrix. Works through a tensor in rounds of a few million weights, so that memory does not grow with the tensor.
 */
public final class BlockQuantizer {
    /** Weights in a piece of work: whole blocks of every type, small enough for the cache. */
    private static final int PIECE = 1 << 14;

    private static final int PIECES_OF_ROUND = 256;
    private static final long NONE = Long.MAX_VALUE;

    private final Threads threads;
    private final Scratch[] scratch;

    /** One thread's memory. */
    private static final class Scratch {
        private final float[] values = new float[PIECE];
        private byte[] source = new byte[0];
    }

    public BlockQuantizer(Threads threads) {
        this.threads = threads;
        this.scratch = new Scratch[threads.count()];
        for (int i = 0; i < scratch.length; i++) {
            scratch[i] = new Scratch();
        }
    }

    /** Whether blocks of a type can be read and written. */
    public static boolean supports(GgmlType type) {
        return BlockFormat.ALL.containsKey(type);
    }

    /**
     * Writes all weights of {@code source} as blocks of {@code target}; where the types are equal, the same bytes.
     *
     * @param written told the bytes of each round
     * @throws ModelLoadException if the rows are no whole blocks, or a weight is infinite or NaN, in the source or
     *     because the target type cannot hold it: llama.cpp refuses such files too
     */
    public void write(GgufTensor source, GgmlType target, OutputStream out, LongConsumer written) throws IOException {
        BlockFormat from = BlockFormat.of(source);
        BlockFormat to = BlockFormat.ALL.get(target);
        if (to == null) {
            throw new IllegalArgumentException("no quantiser for " + target);
        }
        checkRows(source, target);
        long elements = source.elements();
        int round = (int) Math.min((long) PIECE * PIECES_OF_ROUND, elements);
        byte[] bytes = new byte[Math.toIntExact(target.bytesFor(round))];
        for (long first = 0; first < elements; first += round) {
            int n = (int) Math.min(round, elements - first);
            long start = first;
            AtomicLong bad = new AtomicLong(NONE);
            threads.run((n + PIECE - 1) / PIECE, (piece, worker) -> {
                int at = piece * PIECE;
                int count = Math.min(PIECE, n - at);
                int wrong = convert(source, from, start + at, count, to, target, bytes, at, scratch[worker]);
                if (wrong >= 0) {
                    bad.accumulateAndGet(start + at + wrong, Math::min);
                }
            });
            if (bad.get() != NONE) {
                throw new ModelLoadException(
                        "tensor " + source.name(),
                        "finite weights that " + target + " can hold",
                        "something else at element " + bad.get());
            }
            int length = Math.toIntExact(target.bytesFor(n));
            out.write(bytes, 0, length);
            written.accept(length);
        }
    }

    private static void checkRows(GgufTensor source, GgmlType target) throws ModelLoadException {
        int size = Math.max(source.type().blockSize(), target.blockSize());
        if (source.columns() % size != 0) {
            throw new ModelLoadException(
                    "tensor " + source.name(), "rows of whole blocks of " + size, "rows of " + source.columns());
        }
    }

    /** Returns the first weight that is not finite before or after, or -1. */
    private static int convert(
            GgufTensor source,
            BlockFormat from,
            long first,
            int n,
            BlockFormat to,
            GgmlType target,
            byte[] out,
            int at,
            Scratch memory) {
        GgmlType type = source.type();
        int length = (int) type.bytesFor(n);
        if (memory.source.length < length) {
            memory.source = new byte[length];
        }
        BlockFormat.copy(source.data(), type.bytesFor(first), memory.source, length);
        from.decode(memory.source, 0, memory.values, 0, n / type.blockSize());
        int bad = notFinite(memory.values, n);
        int position = (int) target.bytesFor(at);
        if (type == target) {
            System.arraycopy(memory.source, 0, out, position, length);
            return bad;
        }
        if (bad < 0) {
            to.encode(memory.values, 0, out, position, n / target.blockSize());
            to.decode(out, position, memory.values, 0, n / target.blockSize());
            bad = notFinite(memory.values, n);
        }
        return bad;
    }

    private static int notFinite(float[] values, int n) {
        for (int i = 0; i < n; i++) {
            if (!Float.isFinite(values[i])) {
                return i;
            }
        }
        return -1;
    }
}
