package demitasse.cli;

/** The {@code --threads} option's default. */
final class Threads {
    private Threads() {}

    /** @param asked 0 means all processors */
    static int orAll(int asked) {
        if (asked < 0) {
            throw new InputException("threads: at least 1, not " + asked);
        }
        return asked == 0 ? Runtime.getRuntime().availableProcessors() : asked;
    }
}
