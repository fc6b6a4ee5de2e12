package demitasse.phi3;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The tokens that may come next, with their logits. Samplers remove, sort and change them. Sorting is partial, since
 * vocabularies have up to 150,000 tokens and the choice is nearly always among the first few. Made once per
 * generation.
 */
final class Candidates {
    /** Selecting more than this share of the candidates by a heap is slower than sorting all. */
    private static final int SELECTION_SHARE = 32;

    /** Below so many candidates the library's sort beats ours. */
    private static final int FEW = 2048;

    private static final int RADIX_BITS = 11;
    private static final int RADIX = 1 << RADIX_BITS;

    /** Walks in descending order mostly end among so many candidates. */
    private static final int FIRST_SORTED = 64;

    /** When they do not, so many times as many are sorted. */
    private static final int GROWTH = 16;

    /** Steps of a walk after which {@link #keyAtMass} is quicker. */
    static final int LONG_WALK = 1024;

    /** Buckets for each power of e that a weight is below the largest. */
    private static final int BUCKETS_PER_NAT = 64;

    /** A key's value stands in its upper half. */
    private static final int VALUE_SHIFT = 32;

    /** What the candidates of a walk in another order than the logits' are sorted by. */
    @FunctionalInterface
    interface Score {
        /** 0 or more for the logit of a candidate. */
        float of(float logit);
    }

    private final int[] ids;
    private final float[] logits;
    /** Sort keys, see {@link #key}. */
    private final long[] keys;
    /** Scratch of the selection and of the sorting. */
    private final long[] scratch;

    /** By token, see {@link #weight}. */
    private final float[] weights;

    private final double[] masses = new double[RADIX];

    private final int[] bucketStarts = new int[RADIX];

    private int size;
    /** The first so many are the largest, in descending order. */
    private int sorted;
    /** So many steps of a walk are known. */
    private int walkReady;
    /** Whether the weights are those of the logits as they are. */
    private boolean weighed;

    Candidates(int capacity) {
        ids = new int[capacity];
        logits = new float[capacity];
        keys = new long[capacity];
        scratch = new long[capacity];
        weights = new float[capacity];
    }

    /** All tokens of the vocabulary. */
    void fill(float[] all) {
        size = all.length;
        sorted = 0;
        weighed = false;
        System.arraycopy(all, 0, logits, 0, size);
        for (int i = 0; i < size; i++) {
            ids[i] = i;
        }
    }

    /** The tokens of a mask. */
    void fill(float[] all, BitSet allowed) {
        size = 0;
        sorted = 0;
        weighed = false;
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
        weighed = false;
    }

    /** Makes a candidate impossible of which all larger ones stay as they are, or are forbidden too. */
    void forbid(int index) {
        logits[index] = Float.NEGATIVE_INFINITY;
        sorted = Math.min(sorted, index);
        weighed = false;
    }

    /** Divides all logits by a positive number, which keeps their order. */
    void divide(float divisor) {
        for (int i = 0; i < size; i++) {
            logits[i] /= divisor;
        }
        weighed &= divisor == 1;
    }

    /**
     * The candidate's e^(logit - largest), a float as in llama.cpp; {@link #total} must have been asked since logits
     * were changed. They are kept by token, so that sorting and cutting need no new exponentials.
     */
    float weight(int index) {
        return weights[ids[index]];
    }

    /** The sum of all weights. */
    double total() {
        if (!weighed) {
            float largest = logits[best()];
            for (int i = 0; i < size; i++) {
                weights[ids[i]] = (float) Math.exp(logits[i] - largest);
            }
            weighed = true;
        }
        double total = 0;
        for (int i = 0; i < size; i++) {
            total += weights[ids[i]];
        }
        return total;
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

    /** Removes the first {@code count}. */
    void dropFirst(int count) {
        size -= count;
        weighed = false;
        sorted = Math.max(0, sorted - count);
        System.arraycopy(ids, count, ids, 0, size);
        System.arraycopy(logits, count, logits, 0, size);
    }

    /** Where a token is; -1 if it was removed. */
    int indexOf(int id) {
        if (id < size && ids[id] == id) {
            return id;
        }
        for (int i = 0; i < size; i++) {
            if (ids[i] == id) {
                return i;
            }
        }
        return -1;
    }

    int countAtLeast(float least) {
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (!(logits[i] < least)) {
                count++;
            }
        }
        return count;
    }

    /** Keeps those whose logit is at least {@code least}, in their order. */
    void keepAtLeast(float least) {
        int kept = 0;
        int keptSorted = 0;
        for (int i = 0; i < size; i++) {
            if (!(logits[i] < least)) {
                keptSorted += i < sorted ? 1 : 0;
                ids[kept] = ids[i];
                logits[kept++] = logits[i];
            }
        }
        size = kept;
        sorted = keptSorted;
    }

    /** Whether a walk in descending order should end here and {@link #keyAtMass} tell the rest. */
    boolean tooFar(int step) {
        return step >= LONG_WALK && size >= FEW;
    }

    /**
     * The key of the candidate at which the weights, summed up in descending order, reach {@code mass}; without sorting
     * more than those that are about as likely. {@link #total} must have been asked.
     */
    long keyAtMass(double mass) {
        float largest = logits[best()];
        Arrays.fill(masses, 0);
        for (int i = 0; i < size; i++) {
            masses[bucket(i, largest)] += weight(i);
        }
        int bucket = 0;
        double sum = 0;
        while (bucket < RADIX - 1 && sum + masses[bucket] < mass) {
            sum += masses[bucket++];
        }
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (bucket(i, largest) == bucket) {
                keys[count++] = key(logits[i], ids[i]);
            }
        }
        Arrays.sort(keys, 0, count);
        int at = 0;
        while (at < count && (sum += weights[(int) keys[at]]) < mass) {
            at++;
        }
        return count == 0 ? Long.MAX_VALUE : keys[Math.min(at, count - 1)];
    }

    private int bucket(int index, float largest) {
        return Math.min(RADIX - 1, (int) ((largest - logits[index]) * BUCKETS_PER_NAT));
    }

    /** Keeps those up to the key of {@link #keyAtMass}, in their order. */
    void keepUpTo(long limit) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (key(logits[i], ids[i]) <= limit) {
                ids[kept] = ids[i];
                logits[kept++] = logits[i];
            }
        }
        size = kept;
        sorted = Math.min(sorted, kept);
    }

    /** Begins a walk through the candidates by ascending score; nothing else may happen between its steps. */
    void walkBy(Score score) {
        for (int i = 0; i < size; i++) {
            keys[i] = scoreKey(score, i);
        }
        walkReady = 0;
    }

    /** The index of the candidate with the {@code step}th lowest score; steps are taken in their order. */
    int walked(int step) {
        if (step >= walkReady) {
            walkReady = selectKeys(Math.max(FIRST_SORTED, GROWTH * walkReady));
        }
        return (int) keys[step];
    }

    /** Keeps the candidates of a walk up to this step, in the order that they were in. */
    void keepWalked(Score score, int lastStep) {
        long limit = keys[lastStep];
        int kept = 0;
        int keptSorted = 0;
        for (int i = 0; i < size; i++) {
            if (scoreKey(score, i) <= limit) {
                keptSorted += i < sorted ? 1 : 0;
                ids[kept] = ids[i];
                logits[kept++] = logits[i];
            }
        }
        size = kept;
        weighed = false;
        sorted = keptSorted;
    }

    private long scoreKey(Score score, int index) {
        return (long) Float.floatToIntBits(score.of(logits[index])) << VALUE_SHIFT | index;
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
        sorted = selectKeys(count);
        for (int i = 0; i < size; i++) {
            ids[i] = (int) keys[i];
            logits[i] = logit(keys[i]);
        }
    }

    /** Brings at least the {@code count} smallest keys to the front, in ascending order; tells how many. */
    private int selectKeys(int count) {
        if (count > size / SELECTION_SHARE || count >= size) {
            if (size < FEW) {
                Arrays.sort(keys, 0, size);
            } else {
                radixSort();
            }
            return size;
        }
        partition(smallestKey(count));
        Arrays.sort(keys, 0, count);
        return count;
    }

    /**
     * Sorts all keys by their values; the library takes several times as long for a vocabulary of 150,000. Equal values
     * stay in the order that they are in. That is the order of their ids, unless logits of a sorted list were changed.
     */
    private void radixSort() {
        long[] from = keys;
        long[] to = scratch;
        for (int shift = VALUE_SHIFT; shift < Long.SIZE; shift += RADIX_BITS) {
            radixPass(from, to, shift);
            long[] swap = from;
            from = to;
            to = swap;
        }
        if (from != keys) {
            System.arraycopy(from, 0, keys, 0, size);
        }
    }

    private void radixPass(long[] from, long[] to, int shift) {
        // The sign of a key is in the topmost digit: shifted arithmetically, negative ones begin in the middle.
        int flip = shift + RADIX_BITS >= Long.SIZE ? 1 << Long.SIZE - 1 - shift : 0;
        int mask = flip == 0 ? RADIX - 1 : 2 * flip - 1;
        Arrays.fill(bucketStarts, 0);
        for (int i = 0; i < size; i++) {
            bucketStarts[(int) (from[i] >>> shift) & mask ^ flip]++;
        }
        int start = 0;
        for (int bucket = 0; bucket < RADIX; bucket++) {
            int count = bucketStarts[bucket];
            bucketStarts[bucket] = start;
            start += count;
        }
        for (int i = 0; i < size; i++) {
            to[bucketStarts[(int) (from[i] >>> shift) & mask ^ flip]++] = from[i];
        }
    }

    /** The {@code count}th smallest of the keys: the root of a heap with the smallest ones seen so far. */
    private long smallestKey(int count) {
        System.arraycopy(keys, 0, scratch, 0, count);
        for (int i = count / 2 - 1; i >= 0; i--) {
            sink(i, count);
        }
        for (int i = count; i < size; i++) {
            if (keys[i] < scratch[0]) {
                scratch[0] = keys[i];
                sink(0, count);
            }
        }
        return scratch[0];
    }

    /** Moves a key down the heap of {@code count} keys, whose root is the largest, until it is in its place. */
    private void sink(int at, int count) {
        long key = scratch[at];
        for (int child = 2 * at + 1; child < count; child = 2 * at + 1) {
            if (child + 1 < count && scratch[child + 1] > scratch[child]) {
                child++;
            }
            if (scratch[child] <= key) {
                break;
            }
            scratch[at] = scratch[child];
            at = child;
        }
        scratch[at] = key;
    }

    /** Brings the keys up to {@code limit} before the others; both parts keep their order. */
    private void partition(long limit) {
        int front = 0;
        int rest = 0;
        for (int i = 0; i < size; i++) {
            if (keys[i] <= limit) {
                keys[front++] = keys[i];
            } else {
                scratch[rest++] = keys[i];
            }
        }
        System.arraycopy(scratch, 0, keys, front, rest);
    }

    /** Ascending keys are descending logits, then ascending ids. */
    private static long key(float logit, int id) {
        int bits = Float.floatToIntBits(logit);
        int ascending = bits ^ (bits >> 31 & Integer.MAX_VALUE);
        return (long) ~ascending << VALUE_SHIFT | id;
    }

    private static float logit(long key) {
        int ascending = ~(int) (key >> VALUE_SHIFT);
        return Float.intBitsToFloat(ascending ^ (ascending >> 31 & Integer.MAX_VALUE));
    }
}
