package demitasse.tensor;

/** Scaled dot-product attention over a {@link KvLayer}. */
public final class Attention {
    private static final ThreadLocal<AttentionJob> JOBS = ThreadLocal.withInitial(AttentionJob::new);

    private Attention() {}

    /**
     * For each token and head: out = sum over the visible positions p of softmax(scale q . k[p]) v[p]. Heads share keys
     * and values in groups: head h uses key-value head h / (heads / kvHeads).
     *
     * @param q rows [head][head size] of each token, {@code qStride} apart
     * @param firstPosition position of the first token
     * @param kvLength positions that are stored
     * @param causal token t sees the positions 0 .. firstPosition + t; otherwise all see 0 .. kvLength - 1
     * @param out rows [head][head size] of each token, {@code outStride} apart; may be {@code q} itself
     */
    public static void run(
            float[] q,
            int qo,
            int qStride,
            int tokens,
            int firstPosition,
            int heads,
            KvLayer kv,
            int kvLength,
            float scale,
            boolean causal,
            float[] out,
            int oo,
            int outStride,
            Threads threads) {
        if (tokens < 1 || firstPosition < 0 || heads < 1 || heads % kv.kvHeads() != 0) {
            throw new IllegalArgumentException(
                    tokens + " tokens from " + firstPosition + ", " + heads + " heads on " + kv.kvHeads());
        }
        if (kvLength < 1 || kvLength > kv.capacity() || causal && firstPosition + tokens > kvLength) {
            throw new IllegalArgumentException(
                    "length " + kvLength + " of " + kv.capacity() + " for " + tokens + " tokens from " + firstPosition);
        }
        AttentionJob job = job(q, qo, qStride, heads, kv, scale, out, oo, outStride);
        job.tokens = tokens;
        job.firstPosition = firstPosition;
        job.kvLength = kvLength;
        job.causal = causal;
        run(job, threads);
    }

    /**
     * Attention inside each of several sequences that stand side by side, every token seeing its whole sequence: what
     * an encoder needs for a batch. Sequence s has the rows {@code rowStarts[s]} to {@code rowStarts[s + 1]} of q and
     * out, and as many positions of {@code kv} from {@code positionStarts[s]}, a multiple of {@link KvLayer#BLOCK}.
     *
     * @param rowStarts one more than there are sequences
     */
    public static void runSequences(
            float[] q,
            int qo,
            int qStride,
            int sequences,
            int[] rowStarts,
            int[] positionStarts,
            int heads,
            KvLayer kv,
            float scale,
            float[] out,
            int oo,
            int outStride,
            Threads threads) {
        if (sequences < 1 || heads < 1 || heads % kv.kvHeads() != 0) {
            throw new IllegalArgumentException(sequences + " sequences, " + heads + " heads on " + kv.kvHeads());
        }
        for (int s = 0; s < sequences; s++) {
            int length = rowStarts[s + 1] - rowStarts[s];
            int start = positionStarts[s];
            if (length < 1 || start < 0 || start % KvLayer.BLOCK != 0 || start + length > kv.capacity()) {
                throw new IllegalArgumentException(
                        "sequence " + s + ": " + length + " positions from " + start + " of " + kv.capacity());
            }
        }
        AttentionJob job = job(q, qo, qStride, heads, kv, scale, out, oo, outStride);
        job.causal = false;
        job.sequences = sequences;
        job.rowStarts = rowStarts;
        job.positionStarts = positionStarts;
        run(job, threads);
    }

    private static AttentionJob job(
            float[] q, int qo, int qStride, int heads, KvLayer kv, float scale, float[] out, int oo, int outStride) {
        AttentionJob job = JOBS.get();
        job.q = q;
        job.qo = qo;
        job.qStride = qStride;
        job.group = heads / kv.kvHeads();
        job.kv = kv;
        job.scale = scale;
        job.out = out;
        job.oo = oo;
        job.outStride = outStride;
        return job;
    }

    private static void run(AttentionJob job, Threads threads) {
        try {
            threads.run(job.pieces(), job);
        } finally {
            job.release();
        }
    }
}
