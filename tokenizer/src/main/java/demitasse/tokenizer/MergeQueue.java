package demitasse.tokenizer;

import java.util.Arrays;

/**
 * Joins neighbouring symbols, always the pair with the smallest priority and of equals the leftmost, until no pair is
 * left: the algorithm that byte-pair encoding and SentencePiece share. With the heap a text of n symbols takes
 * O(n log n); a plain scan for the best pair would take O(n^2) on text without spaces. Reused from piece to piece.
 *
 * <p>An entry of the heap is (priority, left symbol). When it comes up it counts only if the pair that begins at that
 * symbol still has that priority: otherwise one of the two has been joined to something else in the meantime.
 */
final class MergeQueue {
    /** What {@link Pairs} answers for symbols that do not join. */
    static final long NONE = Long.MAX_VALUE;

    /** The vocabulary's opinion on a pair. */
    interface Pairs {
        /**
         * @param left position of the left symbol
         * @param right position of its right neighbour
         * @return {@link #pack} of priority and joined symbol, or {@link #NONE}
         */
        long pair(MergeQueue queue, int left, int right);
    }

    private int[] symbol = new int[64];
    private int[] start = new int[64];
    private int[] end = new int[64];
    private int[] next = new int[64];
    private int[] previous = new int[64];
    private long[] joined = new long[64];
    private int size;

    private long[] heap = new long[64];
    private int heapSize;

    static long pack(int priority, int symbol) {
        return (long) priority << 32 | symbol & 0xFFFFFFFFL;
    }

    void clear() {
        size = 0;
        heapSize = 0;
    }

    /** Appends a symbol that stands for {@code [start, end)} of the text. */
    void add(int value, int from, int to) {
        if (size == symbol.length) {
            int capacity = size * 2;
            symbol = Arrays.copyOf(symbol, capacity);
            start = Arrays.copyOf(start, capacity);
            end = Arrays.copyOf(end, capacity);
            next = Arrays.copyOf(next, capacity);
            previous = Arrays.copyOf(previous, capacity);
            joined = Arrays.copyOf(joined, capacity);
        }
        symbol[size] = value;
        start[size] = from;
        end[size] = to;
        next[size] = size + 1;
        previous[size] = size - 1;
        size++;
    }

    int symbol(int position) {
        return symbol[position];
    }

    int start(int position) {
        return start[position];
    }

    int end(int position) {
        return end[position];
    }

    /** The position after {@code position} that still holds a symbol, or {@link #size}; the first is 0. */
    int next(int position) {
        return next[position];
    }

    int size() {
        return size;
    }

    /** Joins until nothing joins any more. */
    void run(Pairs pairs) {
        for (int i = 0; i < size; i++) {
            consider(pairs, i);
        }
        while (heapSize > 0) {
            long entry = pop();
            int left = (int) entry;
            long pair = joined[left];
            if (pair == NONE || (pair ^ entry) >> 32 != 0) {
                continue;
            }
            int right = next[left];
            symbol[left] = (int) pair;
            end[left] = end[right];
            next[left] = next[right];
            joined[right] = NONE;
            if (next[left] < size) {
                previous[next[left]] = left;
            }
            consider(pairs, left);
            if (previous[left] >= 0) {
                consider(pairs, previous[left]);
            }
        }
    }

    private void consider(Pairs pairs, int left) {
        int right = next[left];
        long pair = right < size ? pairs.pair(this, left, right) : NONE;
        joined[left] = pair;
        if (pair != NONE) {
            push(pair & 0xFFFFFFFF00000000L | left);
        }
    }

    private void push(long entry) {
        if (heapSize == heap.length) {
            heap = Arrays.copyOf(heap, heapSize * 2);
        }
        int hole = heapSize++;
        while (hole > 0) {
            int parent = hole - 1 >>> 1;
            if (heap[parent] <= entry) {
                break;
            }
            heap[hole] = heap[parent];
            hole = parent;
        }
        heap[hole] = entry;
    }

    private long pop() {
        long top = heap[0];
        long last = heap[--heapSize];
        int hole = 0;
        for (int child = 1; child < heapSize; child = 2 * hole + 1) {
            if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= last) {
                break;
            }
            heap[hole] = heap[child];
            hole = child;
        }
        heap[hole] = last;
        return top;
    }
}
