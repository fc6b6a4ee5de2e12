package demitasse.phi3;

import demitasse.tensor.KvCache;
import demitasse.tensor.Rope;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;

/**
 * The tokens of one session, their keys and values, and what the session wants of the next batches. All but what a
 * session reads of itself between its requests is guarded by the lock of the {@link BatchQueue}.
 */
final class Sequence {
    private static final int FIRST_IDS = 256;

    final KvCache cache;
    final Rope rope;
    /** Signalled when a request is done, or when this one's thread is to compute the next batch. */
    final Condition done;

    int[] ids;
    /** Tokens of the session. */
    int position;
    /** Tokens whose keys and values are in the cache; fewer than {@link #position} after they have been evicted. */
    int filled;

    /** Whether a request waits; it wants all up to {@link #target}, and logits from {@link #wantedFrom} on. */
    boolean waiting;

    int target;
    int wantedFrom;
    float[] logits;
    Throwable failure;
    private boolean closing;
    /** Whether it is being written or read, so that nobody may take its memory. */
    boolean pinned;

    /** In the batch that is being made or computed: tokens from {@link #filled} on, and the last rows' logits. */
    boolean inBatch;

    int count;
    int wanted;
    int logitsOffset;
    /** First row of the batch. */
    int row;

    /** The batch that served it last. */
    long served;
    /** When a request of it ended last, in nanoseconds of the queue's clock. */
    long lastUse;
    /** Whether more requests are expected: from the first one on, until the session rests. */
    boolean generating;
    /** Whether the next batch may wait a moment for it. */
    boolean awaited;
    /** Counts the sequences that began to generate: the oldest may take memory of the younger. */
    long age;

    Sequence(KvCache cache, Rope rope, Condition done) {
        this.cache = cache;
        this.rope = rope;
        this.done = done;
        this.ids = new int[Math.min(FIRST_IDS, cache.capacity())];
    }

    /** Tokens to be computed, with those that have been evicted. */
    int remaining() {
        return target - filled;
    }

    boolean wantsMany() {
        return target - wantedFrom > 1;
    }

    /** Makes a request of these tokens after those that are there. */
    void want(int[] more, int from, int tokens, boolean all, float[] out) {
        int end = position + tokens;
        fit(end);
        System.arraycopy(more, from, ids, position, tokens);
        target = end;
        wantedFrom = all ? position : end - 1;
        logits = out;
        failure = null;
        waiting = true;
    }

    private void fit(int length) {
        if (length > ids.length) {
            ids = Arrays.copyOf(ids, Math.min(cache.capacity(), Math.max(length, 2 * ids.length)));
        }
    }

    /** Has the first {@code tokens} of these tokens from now on, and {@code inCache} of them in the cache. */
    void adopt(int[] other, int tokens, int inCache) {
        fit(tokens);
        System.arraycopy(other, 0, ids, 0, tokens);
        position = tokens;
        filled = inCache;
    }

    /** Puts the next {@code tokens} of the request into a batch. */
    void take(int tokens, int vocabulary) {
        int first = Math.max(filled, wantedFrom);
        count = tokens;
        wanted = Math.max(0, filled + tokens - first);
        logitsOffset = (first - wantedFrom) * vocabulary;
        inBatch = true;
    }

    void computed() {
        inBatch = false;
        filled += count;
        if (filled == target) {
            position = target;
            end();
        }
    }

    void fail(Throwable cause) {
        inBatch = false;
        failure = cause;
        filled = Math.min(filled, position);
        end();
    }

    private void end() {
        waiting = false;
        logits = null;
        done.signal();
    }

    /** Forgets all tokens from {@code end} on. */
    void rewind(int end) {
        position = end;
        filled = Math.min(filled, end);
    }

    /** How many of the first {@code limit} tokens of {@code other} the cache has. */
    int common(int[] other, int limit) {
        int most = Math.min(filled, limit);
        int mismatch = Arrays.mismatch(ids, 0, most, other, 0, most);
        return mismatch < 0 ? most : mismatch;
    }

    void markClosing() {
        closing = true;
    }

    boolean closing() {
        return closing;
    }
}
