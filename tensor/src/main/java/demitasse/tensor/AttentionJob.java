package demitasse.tensor;

import java.util.Arrays;

/**
 * One call of {@link Attention}, cut into pieces of one key-value head and some tokens or one sequence. Within a piece positions
 * are taken {@link #STEP} at a time with a running softmax, so that no row of scores is ever whole (arXiv 2112.05682,
 * 2205.14135). Kept by the calling thread and used again, so that a token costs no allocation.
 */
final class AttentionJob implements Threads.Piece {
    /** Rows (tokens x heads that share a key-value head) of a piece, about. */
    private static final int ROWS = 48;

    /** Positions between two looks at the maximum. */
    private static final int STEP = 4 * KvLayer.BLOCK;

    private static final Kernels KERNELS = Kernels.BEST;
    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    float[] q;
    int qo;
    int qStride;
    int tokens;
    int firstPosition;
    int group;
    KvLayer kv;
    int kvLength;
    float scale;
    boolean causal;
    float[] out;
    int oo;
    int outStride;
    /** Independent sequences side by side; 0 for a single one that may be causal. */
    int sequences;

    int[] rowStarts;
    int[] positionStarts;

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
        /** The piece: its key-value head, first row of q and number of rows, and the positions from..to it may see. */
        int head;

        int first;
        int rows;
        int from;
        int to;

        void fit(int rows, int headSize, int valueStride) {
            queries = atLeast(queries, rows * headSize);
            sums = atLeast(sums, rows * valueStride);
            scores = atLeast(scores, rows * STEP);
            state = atLeast(state, 2 * rows);
            tile = atLeast(tile, KvLayer.BLOCK * valueStride);
        }

        private static float[] atLeast(float[] array, int length) {
            return array.length >= length ? array : new float[length];
        }
    }

    int pieces() {
        return kv.kvHeads() * (sequences > 0 ? sequences : Math.ceilDiv(tokens, tokensOfPiece()));
    }

    private int tokensOfPiece() {
        return Math.max(1, ROWS / group);
    }

    void release() {
        q = null;
        kv = null;
        out = null;
        rowStarts = null;
        positionStarts = null;
        sequences = 0;
    }

    @Override
    public void run(int piece) {
        Scratch scratch = SCRATCH.get();
        scratch.head = piece % kv.kvHeads();
        int part = piece / kv.kvHeads();
        int perPiece = tokensOfPiece();
        if (sequences == 0) {
            int first = part * perPiece;
            int last = Math.min(first + perPiece, tokens) - 1;
            scratch.from = 0;
            scratch.to = causal ? firstPosition + last + 1 : kvLength;
            attend(scratch, first, last + 1);
            return;
        }
        int end = rowStarts[part + 1];
        scratch.from = positionStarts[part];
        scratch.to = scratch.from + end - rowStarts[part];
        for (int first = rowStarts[part]; first < end; first += perPiece) {
            attend(scratch, first, Math.min(end, first + perPiece));
        }
    }

    private void attend(Scratch scratch, int first, int end) {
        scratch.first = first;
        scratch.rows = (end - first) * group;
        scratch.fit(scratch.rows, kv.headSize(), kv.valueStride());
        takeQueries(scratch);
        for (int at = scratch.from; at < scratch.to; at += STEP) {
            int positions = Math.min(STEP, scratch.to - at);
            scores(scratch, at, positions);
            weights(scratch, at, positions);
            addValues(scratch, at, positions);
        }
        giveResult(scratch);
    }

    private int headOffset(int head, int row) {
        return (head * group + row % group) * kv.headSize();
    }

    private void takeQueries(Scratch scratch) {
        int size = kv.headSize();
        int rows = scratch.rows;
        for (int row = 0; row < rows; row++) {
            int from = qo + (scratch.first + row / group) * qStride + headOffset(scratch.head, row);
            System.arraycopy(q, from, scratch.queries, row * size, size);
        }
        KERNELS.scale(scratch.queries, 0, scale, rows * size);
        Arrays.fill(scratch.sums, 0, rows * kv.valueStride(), 0);
        Arrays.fill(scratch.state, 0, rows, Float.NEGATIVE_INFINITY);
        Arrays.fill(scratch.state, rows, 2 * rows, 0);
    }

    private void scores(Scratch scratch, int from, int positions) {
        int size = kv.headSize();
        Arrays.fill(scratch.scores, 0, scratch.rows * STEP, 0);
        for (int p = 0; p < positions; p += KvLayer.BLOCK) {
            int at = kv.keyOffset(scratch.head, (from + p) / KvLayer.BLOCK);
            float[] keys = kv.keys32();
            if (keys == null) {
                keys = scratch.tile;
                KERNELS.widenF16(kv.keys16(), at, keys, 0, size * KvLayer.BLOCK);
                at = 0;
            }
            KERNELS.multiplyAdd(
                    keys,
                    at,
                    KvLayer.BLOCK,
                    KvLayer.BLOCK,
                    size,
                    scratch.queries,
                    0,
                    size,
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
        int stride = kv.valueStride();
        for (int row = 0; row < rows; row++) {
            int end = causal ? firstPosition + scratch.first + row / group + 1 : scratch.to;
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
        int stride = kv.valueStride();
        for (int p = 0; p < positions; p += KvLayer.BLOCK) {
            int n = Math.min(KvLayer.BLOCK, positions - p);
            int at = kv.valueOffset(scratch.head, from + p);
            float[] values = kv.values32();
            if (values == null) {
                values = scratch.tile;
                KERNELS.widenF16(kv.values16(), at, values, 0, n * stride);
                at = 0;
            }
            KERNELS.multiplyAdd(
                    values, at, stride, stride, n, scratch.scores, p, STEP, scratch.rows, scratch.sums, 0, stride);
        }
    }

    private void giveResult(Scratch scratch) {
        int size = kv.headSize();
        int stride = kv.valueStride();
        int rows = scratch.rows;
        for (int row = 0; row < rows; row++) {
            KERNELS.scale(scratch.sums, row * stride, 1 / scratch.state[rows + row], size);
            int to = oo + (scratch.first + row / group) * outStride + headOffset(scratch.head, row);
            System.arraycopy(scratch.sums, row * stride, out, to, size);
        }
    }
}
