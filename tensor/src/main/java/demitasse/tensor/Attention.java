package demitasse.tensor;

/**
 * Scaled dot-product attention of a batch made of segments: each is some rows of one sequence, over that sequence's
 * {@link KvCache}. Say which with {@link #clear} and {@link #add}, then call {@link #run} for each layer. Made once and
 * used again, so that a token costs no allocation. Not safe for use by several threads at once.
 *
 * <p>A row's result does not depend on the other rows: it is summed in one order, whatever stands beside it.
 */
public final class Attention {
    /** Rows (tokens x heads that share a key-value head) of a piece, about. */
    private static final int ROWS = 48;

    private static final int FEW = 8;

    private final int heads;
    private final AttentionJob job;

    /**
     * Heads share keys and values in groups: head h uses key-value head h / (heads / kvHeads).
     *
     * @param scale of the scores
     */
    public Attention(int heads, int kvHeads, int headSize, float scale) {
        if (heads < 1 || kvHeads < 1 || heads % kvHeads != 0 || headSize < 1) {
            throw new IllegalArgumentException(heads + " heads on " + kvHeads + ", head size " + headSize);
        }
        this.heads = heads;
        this.job = new AttentionJob(kvHeads, headSize, heads / kvHeads, scale, new AttentionPieces(FEW));
    }

    /** Forgets all segments, and the caches in them. */
    public void clear() {
        job.pieces.clear();
    }

    /**
     * Adds a segment. Its rows see the positions {@code from} to {@code to - 1} of the cache; where it is causal, they
     * stand at the last of these, and each sees no further than its own.
     *
     * @param from a multiple of {@link KvShape#BLOCK}
     * @param queryRow row of q with the first query
     * @param outRow row of out for the first result; may be that of the query, where q and out are the same array
     */
    public void add(KvCache kv, int from, int to, boolean causal, int queryRow, int outRow, int rows) {
        KvShape shape = kv.shape();
        if (shape.kvHeads() * job.group != heads || shape.headSize() != job.headSize) {
            throw new IllegalArgumentException(heads + " heads of " + job.headSize + " on " + shape);
        }
        if (from < 0 || from % KvShape.BLOCK != 0 || to <= from || to > kv.capacity()) {
            throw new IllegalArgumentException("positions " + from + " to " + to + " of " + kv.capacity());
        }
        if (rows < 1 || causal && rows > to - from || queryRow < 0 || outRow < 0) {
            throw new IllegalArgumentException(
                    rows + " rows at " + queryRow + " and " + outRow + " for positions " + from + " to " + to);
        }
        int perPiece = Math.max(1, ROWS / job.group);
        for (int first = 0; first < rows; first += perPiece) {
            int count = Math.min(perPiece, rows - first);
            // How far the first row of the piece sees, and by how much more each next one.
            int seen = causal ? to - rows + first + 1 : to;
            job.pieces.add(kv, from, seen, causal ? 1 : 0, queryRow + first, outRow + first, count);
        }
    }

    /**
     * For each row and head of each segment: out = sum over the visible positions p of softmax(scale q . k[p]) v[p].
     *
     * @param q rows [head][head size], {@code qStride} apart
     * @param out rows [head][head size], {@code outStride} apart; may be {@code q} itself
     */
    public void run(int layer, float[] q, int qStride, float[] out, int outStride, Threads threads) {
        job.layer = layer;
        job.q = q;
        job.qStride = qStride;
        job.out = out;
        job.outStride = outStride;
        try {
            threads.run(job.pieces(), job);
        } finally {
            job.q = null;
            job.out = null;
        }
    }
}
