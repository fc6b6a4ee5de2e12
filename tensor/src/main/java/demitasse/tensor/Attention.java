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
        AttentionJob job = JOBS.get();
        job.q = q;
        job.qo = qo;
        job.qStride = qStride;
        job.tokens = tokens;
        job.firstPosition = firstPosition;
        job.group = heads / kv.kvHeads();
        job.kv = kv;
        job.kvLength = kvLength;
        job.scale = scale;
        job.causal = causal;
        job.out = out;
        job.oo = oo;
        job.outStride = outStride;
        try {
            threads.run(job.pieces(), job);
        } finally {
            job.release();
        }
    }
}
