package demitasse.cli;

import picocli.CommandLine.Option;

/** On how many threads a command computes. */
final class ThreadsChoice {
    @Option(
            names = {"-t", "--threads"},
            paramLabel = "N",
            description = "Threads (default: all processors).")
    private int threads;

    int count() {
        return orAll(threads);
    }

    /** @param asked 0 means all processors */
    static int orAll(int asked) {
        if (asked < 0) {
            throw new InputException("threads: at least 1, not " + asked);
        }
        return asked == 0 ? Runtime.getRuntime().availableProcessors() : asked;
    }
}
