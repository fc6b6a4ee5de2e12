package demitasse.phi3;

import java.util.Arrays;

/** The parts of some sequences that are computed together, each some rows. Made once and used again. */
final class Batch {
    private Sequence[] sequences = new Sequence[4];
    private int size;
    private int rows;

    void clear() {
        Arrays.fill(sequences, 0, size, null);
        size = 0;
        rows = 0;
    }

    /** @param sequence that has {@link Sequence#take taken} its part */
    void add(Sequence sequence) {
        if (size == sequences.length) {
            sequences = Arrays.copyOf(sequences, 2 * size);
        }
        sequences[size++] = sequence;
        sequence.row = rows;
        rows += sequence.count;
    }

    int size() {
        return size;
    }

    Sequence get(int index) {
        return sequences[index];
    }

    int rows() {
        return rows;
    }
}
