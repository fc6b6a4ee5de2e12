package demitasse.phi3;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The tokens that may come next, with their logits. Samplers remove, sort and change them. Sorting is partial, since
 * vocabularies have up to 150,000 tokens and the choice is nearly always among the first few. Made once per
 * generation.
 */
final class Candidates {
    /** Selecting more than this share of the candidates one by one is slower than sorting all. */
    private static final int SELECTION_SHARE = 8;

    /** Walks in descending order mostly end among so many candidates. */
    private static final int FIRST_SORTED = 64;

    /** When they do not, so many times as many are sorted. */
    private static final int GROWTH = 4;

    private final int[] ids;
    private final float[] logits;
    /** Sort keys, see {@link #key}. */
    private final long[] keys;
    /** Scratch of the selection. */
    private final long[] heap;

    private int size;
    /** The first so many are the largest, in descending order. */
    private int sorted;

    Candidates(int capacity) {
        ids = new int[capacity];
        logits = new float[capacity];
        keys = new long[capacity];
        heap = new long[capacity / SELECTION_SHARE];
    }

    /** All tokens of the vocabulary. */
    void fill(float[] all) {
        size = all.length;
        sorted = 0;
        System.arraycopy(all, 0, logits, 0, size);
        for (int i = 0; i < size; i++) {
            ids[i] = i;
        }
    }

    /** The tokens of a mask. */
    void fill(float[] all, BitSet allowed) {
        size = 0;
        sorted = 0;
        for (int id = allowed.nextSetBit(0); id >= 0 && id < all.length; id = allowed.nextSetBit(id + 1)) {
            ids[size] = id;
            logits[size++] = all[id];
        }
    }

    int size() {
        return size;
    }

    int id(int index) {
        return ids[index];
    }

    float logit(int index) {
        return logits[index];
    }

    /** Changes a logit; the order must be made again. */
    void setLogit(int index, float logit) {
        logits[index] = logit;
        sorted = 0;
    }

    /** Divides all logits by a positive number, which keeps their order. */
    void divide(float divisor) {
        for (int i = 0; i < size; i++) {
            logits[i] /= divisor;
        }
    }

    /** Index of the largest logit, of the smallest id among equals. */
    int best() {
        int best = 0;
        if (sorted == 0) {
            for (int i = 1; i < size; i++) {
                if (logits[i] > logits[best] || logits[i] == logits[best] && ids[i] < ids[best]) {
                    best = i;
                }
            }
        }
        return best;
    }

    /** Keeps the first {@code count}. */
    void truncate(int count) {
        size = count;
        sorted = Math.min(sorted, count);
    }

    /** Keeps those whose logit is at least {@code least}, in their order. */
    void keepAtLeast(float least) {
        int kept = 0;
        int keptSorted = 0;
        for (int i = 0; i < size; i++) {
            if (!(logits[i] < least)) {
                if (i < sorted) {
                    keptSorted++;
                }
                ids[kept] = ids[i];
                logits[kept++] = logits[i];
            }
        }
        size = kept;
        sorted = keptSorted;
    }

    /** Makes sure that the candidate at {@code index} is in its place, for going through them in descending order. */
    void sortUpTo(int index) {
        if (index >= sorted) {
            sort(Math.max(FIRST_SORTED, GROWTH * sorted));
        }
    }

    /** Brings the {@code count} largest to the front, in descending order; equal ones in the order of their ids. */
    void sort(int count) {
        count = Math.min(count, size);
        if (count <= sorted) {
            return;
        }
        for (int i = 0; i < size; i++) {
            keys[i] = key(logits[i], ids[i]);
        }
        if (count > size / SELECTION_SHARE) {
            count = size;
        } else {
            partition(smallestKey(count));
        }
        Arrays.sort(keys, 0, count);
        for (int i = 0; i < count; i++) {
            ids[i] = (int) keys[i];
            logits[i] = logit(keys[i]);
        }
        sorted = count;
    }

    /** The {@code count}th smallest of the keys: the root of a heap with the smallest ones seen so far. */
    private long smallestKey(int count) {
        System.arraycopy(keys, 0, heap, 0, count);
        for (int i = count / 2 - 1; i >= 0; i--) {
            sink(i, count);
        }
        for (int i = count; i < size; i++) {
            if (keys[i] < heap[0]) {
                heap[0] = keys[i];
                sink(0, count);
            }
        }
        return heap[0];
    }

    /** Moves a key down the heap of {@code count} keys, whose root is the largest, until it is in its place. */
    private void sink(int at, int count) {
        long key = heap[at];
        for (int child = 2 * at + 1; child < count; child = 2 * at + 1) {
            if (child + 1 < count && heap[child + 1] > heap[child]) {
                child++;
            }
            if (heap[child] <= key) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = key;
    }

    /** Brings the keys up to {@code limit} to the front of the keys, and all other candidates to the end. */
    private void partition(long limit) {
        int end = size;
        for (int i = size - 1; i >= 0; i--) {
            if (keys[i] > limit) {
                end--;
                ids[end] = (int) keys[i];
                logits[end] = logit(keys[i]);
            }
        }
        int front = 0;
        for (int i = 0; i < size; i++) {
            if (keys[i] <= limit) {
                keys[front++] = keys[i];
            }
        }
    }

    /** Ascending keys are descending logits, then ascending ids. */
    private static long key(float logit, int id) {
        int bits = Float.floatToIntBits(logit);
        int ascending = bits ^ (bits >> 31 & Integer.MAX_VALUE);
        return (long) ~ascending << 32 | id;
    }

    private static float logit(long key) {
        int ascending = ~(int) (key >> 32);
        return Float.intBitsToFloat(ascending ^ (ascending >> 31 & Integer.MAX_VALUE));
    }
}
