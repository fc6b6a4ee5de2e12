package demitasse.tensor;

import java.util.Arrays;

/**
 * One layer of {@link Attention}, a piece being one key-value head of some rows. Within a piece positions are taken
 * {@link #STEP} at a time with a running softmax, so that no row of scores is ever whole (arXiv 2112.05682, 2205.14135).
 */
final class AttentionJob implements Threads.Piece {
    /** Positions between two looks at the maximum. */
    private static final int STEP = 4 * KvShape.BLOCK;

    private static final Kernels KERNELS = Kernels.BEST;
    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    final int kvHeads;
    final int headSize;
    /** Heads that share a key-value head. */
    final int group;

    final float scale;
    final AttentionPieces pieces;
    int layer;
    float[] q;
    int qStride;
    float[] out;
    int outStride;

    /** What one thread works in. */
    private static final class Scratch {
        /** [row][head size], already scaled. */
        float[] queries = {};
        /** [row][value stride]: weighted sum so far. */
        float[] sums = {};
        /** [row][STEP]. */
        float[] scores = {};
        /** [row]: maximum, then sum of the weights. */
        float[] state = {};
        /** A block of keys or values as floats. */
        float[] tile = {};
        /** The piece: its cache, its key-value head, and its rows, those of several heads counted apart. */
        KvCache kv;

        KvShape shape;
        int head;
        int part;
        int rows;

        void fit() {
            queries = atLeast(queries, rows * shape.headSize());
            sums = atLeast(sums, rows * shape.valueStride());
            scores = atLeast(scores, rows * STEP);
            state = atLeast(state, 2 * rows);
            tile = atLeast(tile, KvShape.BLOCK * Math.max(shape.keyRows(), shape.valueStride()));
        }

        private static float[] atLeast(float[] array, int length) {
            return array.length >= length ? array : new float[length];
        }
    }

    AttentionJob(int kvHeads, int headSize, int group, float scale, AttentionPieces pieces) {
        this.kvHeads = kvHeads;
        this.headSize = headSize;
        this.group = group;
        this.scale = scale;
        this.pieces = pieces;
    }

    int pieces() {
        return kvHeads * pieces.count();
    }

    @Override
    public void run(int piece) {
        Scratch scratch = SCRATCH.get();
        int part = piece / kvHeads;
        scratch.part = part;
        scratch.head = piece % kvHeads;
        scratch.kv = pieces.cache(part);
        scratch.shape = scratch.kv.shape();
        scratch.rows = pieces.rows(part) * group;
        scratch.fit();
        takeQueries(scratch);
        int end = pieces.seen(part) + pieces.step(part) * (pieces.rows(part) - 1);
        for (int at = pieces.from(part); at < end; at += STEP) {
            int positions = Math.min(STEP, end - at);
            scores(scratch, at, positions);
            weights(scratch, at, positions);
            addValues(scratch, at, positions);
        }
        giveResult(scratch);
        scratch.kv = null;
    }

    private int headOffset(int head, int row) {
        return (head * group + row % group) * headSize;
    }

    private void takeQueries(Scratch scratch) {
        int rows = scratch.rows;
        int first = pieces.queryRow(scratch.part);
        for (int row = 0; row < rows; row++) {
            int from = (first + row / group) * qStride + headOffset(scratch.head, row);
            System.arraycopy(q, from, scratch.queries, row * headSize, headSize);
        }
        KERNELS.scale(scratch.queries, 0, scale, rows * headSize);
        Arrays.fill(scratch.sums, 0, rows * scratch.shape.valueStride(), 0);
        Arrays.fill(scratch.state, 0, rows, Float.NEGATIVE_INFINITY);
        Arrays.fill(scratch.state, rows, 2 * rows, 0);
    }

    private void scores(Scratch scratch, int from, int positions) {
        KvShape shape = scratch.shape;
        boolean inPlace = shape.type() == KvType.F32;
        Arrays.fill(scratch.scores, 0, scratch.rows * STEP, 0);
        for (int p = 0; p < positions; p += KvShape.BLOCK) {
            int block = (from + p) % KvShape.PAGE / KvShape.BLOCK;
            float[] keys = scratch.kv.page(from + p).keys(layer, scratch.head, block, scratch.tile);
            KERNELS.multiplyAdd(
                    keys,
                    inPlace ? shape.keyOffset(scratch.head, block) : 0,
                    KvShape.BLOCK,
                    KvShape.BLOCK,
                    headSize,
                    scratch.queries,
                    0,
                    headSize,
                    scratch.rows,
                    scratch.scores,
                    p,
                    STEP);
        }
    }

    /** Turns scores into weights against the maximum so far, and brings what was summed before to the new maximum. */
    private void weights(Scratch scratch, int from, int positions) {
        float[] state = scratch.state;
        int rows = scratch.rows;
        int stride = scratch.shape.valueStride();
        int first = pieces.seen(scratch.part);
        int step = pieces.step(scratch.part);
        for (int row = 0; row < rows; row++) {
            int end = first + row / group * step;
            int seen = Math.clamp(end - from, 0, positions);
            int at = row * STEP;
            Arrays.fill(scratch.scores, at + seen, at + positions, 0);
            if (seen == 0) {
                continue;
            }
            float before = state[row];
            float top = Math.max(before, KERNELS.max(scratch.scores, at, seen));
            float sum = KERNELS.exp(scratch.scores, at, top, seen);
            if (top > before) {
                float factor = Exp.of(before - top);
                state[row] = top;
                state[rows + row] *= factor;
                KERNELS.scale(scratch.sums, row * stride, factor, stride);
            }
            state[rows + row] += sum;
        }
    }

    private void addValues(Scratch scratch, int from, int positions) {
        KvShape shape = scratch.shape;
        boolean inPlace = shape.type() == KvType.F32;
        int stride = shape.valueStride();
        for (int p = 0; p < positions; p += KvShape.BLOCK) {
            int n = Math.min(KvShape.BLOCK, positions - p);
            int slot = (from + p) % KvShape.PAGE;
            float[] values = scratch.kv.page(from + p).values(layer, scratch.head, slot, n, scratch.tile);
            KERNELS.multiplyAdd(
                    values,
                    inPlace ? shape.valueOffset(scratch.head, slot) : 0,
                    stride,
                    stride,
                    n,
                    scratch.scores,
                    p,
                    STEP,
                    scratch.rows,
                    scratch.sums,
                    0,
                    stride);
        }
    }

    private void giveResult(Scratch scratch) {
        int stride = scratch.shape.valueStride();
        int rows = scratch.rows;
        int first = pieces.outRow(scratch.part);
        for (int row = 0; row < rows; row++) {
            KERNELS.scale(scratch.sums, row * stride, 1 / scratch.state[rows + row], headSize);
            int to = (first + row / group) * outStride + headOffset(scratch.head, row);
            System.arraycopy(scratch.sums, row * stride, out, to, headSize);
        }
    }
}
