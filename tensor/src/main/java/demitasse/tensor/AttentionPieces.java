package demitasse.tensor;

import java.util.Arrays;

/** The pieces of a job of {@link Attention}: some rows each, over a range of positions of one cache. */
final class AttentionPieces {
    private static final int FIELDS = 6;

    private KvCache[] caches;
    /** [piece][field]. */
    private int[] numbers;

    private int count;

    AttentionPieces(int expected) {
        caches = new KvCache[expected];
        numbers = new int[expected * FIELDS];
    }

    void clear() {
        Arrays.fill(caches, 0, count, null);
        count = 0;
    }

    int count() {
        return count;
    }

    void add(KvCache kv, int from, int seen, int step, int queryRow, int outRow, int rows) {
        if (count == caches.length) {
            caches = Arrays.copyOf(caches, 2 * count);
            numbers = Arrays.copyOf(numbers, 2 * count * FIELDS);
        }
        int at = count * FIELDS;
        numbers[at] = from;
        numbers[at + 1] = seen;
        numbers[at + 2] = step;
        numbers[at + 3] = queryRow;
        numbers[at + 4] = outRow;
        numbers[at + 5] = rows;
        caches[count++] = kv;
    }

    KvCache cache(int piece) {
        return caches[piece];
    }

    /** The first position that the rows see. */
    int from(int piece) {
        return numbers[piece * FIELDS];
    }

    /** One more than the last position that the first row sees. */
    int seen(int piece) {
        return numbers[piece * FIELDS + 1];
    }

    /** How many positions more each next row sees: 0 or 1. */
    int step(int piece) {
        return numbers[piece * FIELDS + 2];
    }

    int queryRow(int piece) {
        return numbers[piece * FIELDS + 3];
    }

    int outRow(int piece) {
        return numbers[piece * FIELDS + 4];
    }

    int rows(int piece) {
        return numbers[piece * FIELDS + 5];
    }
}
