package demitasse.phi3;

import demitasse.tensor.KvShape;
import demitasse.tensor.KvType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;

/** A queue with an engine and a clock of ours. */
final class BatchLab implements BatchQueue.Engine, BatchQueue.Clock {
    static final int VOCABULARY = 3;
    static final int CONTEXT = 4096;
    private static final int MOST_ROWS = 256;
    static final KvShape SHAPE = new KvShape(1, 1, 1, KvType.F32);
    /** A token that cannot be computed. */
    static final int POISON = 666;

    /** What a batch was made of. */
    record Seen(List<Sequence> sequences, List<Integer> counts, long nanos) {
        int rows() {
            return counts.stream().mapToInt(Integer::intValue).sum();
        }

        boolean has(Sequence sequence) {
            return sequences.contains(sequence);
        }
    }

    final List<Seen> seen = new ArrayList<>();
    final BatchQueue queue;
    /** Run inside each batch. */
    volatile Runnable during = () -> {};

    long batchNanos = 10_000_000;
    long rowNanos = 1_000_000;
    private final boolean patient;
    private volatile long now;
    volatile int waits;

    /**
     * @param pages memory
     * @param patient whether time stands still while somebody waits for a signal; otherwise every wait is in vain
     */
    BatchLab(int pages, boolean patient) {
        this(pages, patient, MOST_ROWS);
    }

    BatchLab(int pages, boolean patient, int mostRows) {
        this.patient = patient;
        this.queue = new BatchQueue(this, mostRows, VOCABULARY, new KvMemory(SHAPE, pages * SHAPE.pageBytes()), this);
    }

    Sequence open() {
        return queue.open(CONTEXT, null);
    }

    /** Appends tokens of value {@code id}; returns the logits, which are id and number of the last token. */
    float[] run(Sequence sequence, int id, int count) {
        int[] ids = new int[count];
        java.util.Arrays.fill(ids, id);
        float[] logits = new float[VOCABULARY];
        queue.run(sequence, ids, 0, count, false, logits);
        return logits;
    }

    @Override
    public void forward(Batch batch) {
        during.run();
        List<Sequence> sequences = new ArrayList<>();
        List<Integer> counts = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            Sequence s = batch.get(i);
            sequences.add(s);
            counts.add(s.count);
            if (s.cache.missingPages(s.filled, s.filled + s.count) > 0) {
                throw new AssertionError("no page for a token");
            }
            for (int t = 0; t < s.count; t++) {
                if (s.ids[s.filled + t] == POISON) {
                    throw new IllegalArgumentException("poison");
                }
            }
            for (int w = 0; w < s.wanted; w++) {
                int token = s.filled + s.count - s.wanted + w;
                s.logits[s.logitsOffset + w * VOCABULARY] = s.ids[token];
                s.logits[s.logitsOffset + w * VOCABULARY + 1] = token;
            }
        }
        long nanos = batchNanos + rowNanos * batch.rows();
        now += nanos;
        seen.add(new Seen(sequences, counts, nanos));
    }

    @Override
    public long nanos() {
        return now;
    }

    void pass(long nanos) {
        now += nanos;
    }

    @Override
    public void await(Condition condition, long nanos) throws InterruptedException {
        waits++;
        if (patient) {
            condition.await();
        } else {
            now += nanos;
        }
    }
}
