package demitasse.tensor;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Converts tensors from one block type to another, to the bytes that ggml_quantize_chunk gives. Works through a tensor
 * in rounds of a few million weights, so that memory does not grow with the tensor.
 */
public final class BlockQuantizer {
    /** Where nothing is known about the importance of a tensor's columns. */
    public static final float[] NO_IMPORTANCE = {};

    /** Weights in a piece of work: whole blocks of every type, small enough for the cache. */
    private static final int PIECE = 1 << 14;

    private static final int ROUND = 1 << 22;
    private static final long NONE = Long.MAX_VALUE;

    private final Threads threads;
    private final Scratch[] scratch;

    /** One thread's memory. */
    private static final class Scratch {
        private float[] values = new float[PIECE];
        private byte[] source = new byte[0];

        private void ensure(int weights, int bytes) {
            if (values.length < weights) {
                values = new float[weights];
            }
            if (source.length < bytes) {
                source = new byte[bytes];
            }
        }
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
     * @param importance how much errors count: a value for each column of each of the tensor's matrices, one after the
     *     other; or {@link #NO_IMPORTANCE}
     * @param written told the bytes of each round
     * @throws ModelLoadException if the rows are no whole blocks, or a weight is infinite or NaN, in the source or
     *     because the target type cannot hold it: llama.cpp refuses such files too
     */
    public void write(GgufTensor source, GgmlType target, float[] importance, OutputStream out, LongConsumer written)
            throws IOException {
        if (!supports(target)) {
            throw new IllegalArgumentException("no quantiser for " + target);
        }
        checkRows(source, target, importance);
        Conversion conversion = new Conversion(source, BlockFormat.of(source), target, importance);
        long elements = source.elements();
        int piece = conversion.piece();
        int round = (int) Math.min(Math.max(1, ROUND / piece) * (long) piece, elements);
        byte[] bytes = new byte[Math.toIntExact(target.bytesFor(round))];
        for (long first = 0; first < elements; first += round) {
            int n = (int) Math.min(round, elements - first);
            long start = first;
            AtomicLong bad = new AtomicLong(NONE);
            threads.run((n + piece - 1) / piece, (index, worker) -> {
                int at = index * piece;
                int wrong = conversion.convert(start + at, Math.min(piece, n - at), bytes, at, scratch[worker]);
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

    private static void checkRows(GgufTensor source, GgmlType target, float[] importance) throws ModelLoadException {
        String subject = "tensor " + source.name();
        int size = Math.max(source.type().blockSize(), target.blockSize());
        if (source.columns() % size != 0) {
            throw new ModelLoadException(subject, "rows of whole blocks of " + size, "rows of " + source.columns());
        }
        if (importance.length > 0) {
            if (source.columns() > ROUND) {
                throw new ModelLoadException(subject, "rows of at most " + ROUND, "rows of " + source.columns());
            }
            if (source.elements() == 0 || importance.length % source.columns() != 0) {
                throw new ModelLoadException(
                        subject,
                        "an importance for each of " + source.columns() + " columns",
                        importance.length + " values");
            }
        }
    }

    /** What stays the same for all pieces of a tensor. */
    private record Conversion(GgufTensor source, BlockFormat from, GgmlType target, float[] importance) {
        /** Some types look at a whole row to see what its parts are worth, so a piece is whole rows then. */
        private int piece() {
            if (importance.length == 0 || source.type() == target) {
                return PIECE;
            }
            int columns = Math.toIntExact(source.columns());
            return Math.max(1, PIECE / columns) * columns;
        }

        /** Returns the first weight that is not finite before or after, or -1. */
        private int convert(long first, int n, byte[] out, int at, Scratch memory) {
            GgmlType type = source.type();
            int length = (int) type.bytesFor(n);
            memory.ensure(n, length);
            BlockFormat.copy(source.data(), type.bytesFor(first), memory.source, length);
            from.decode(memory.source, 0, memory.values, 0, n / type.blockSize());
            int bad = notFinite(memory.values, n);
            int position = (int) target.bytesFor(at);
            if (type == target) {
                System.arraycopy(memory.source, 0, out, position, length);
                return bad;
            }
            if (bad < 0) {
                encode(first, memory.values, n, out, position);
                BlockFormat.ALL.get(target).decode(out, position, memory.values, 0, n / target.blockSize());
                bad = notFinite(memory.values, n);
            }
            return bad;
        }

        private void encode(long first, float[] values, int n, byte[] out, int position) {
            BlockFormat to = BlockFormat.ALL.get(target);
            if (importance.length == 0) {
                to.encode(values, 0, out, position, n / target.blockSize());
                return;
            }
            int columns = Math.toIntExact(source.columns());
            // One matrix after the other where a tensor holds several, as for experts.
            long rowsOfMatrix = source.elements() / importance.length;
            for (int i = 0; i < n; i += columns) {
                int matrix = (int) ((first + i) / columns / rowsOfMatrix);
                Importance row = new Importance(importance, matrix * columns);
                to.encode(values, i, out, position + (int) target.bytesFor(i), columns / target.blockSize(), row);
            }
        }
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
