package demitasse.bench;

import java.util.Locale;

/**
 * One measured kernel.
 *
 * @param nanos a call
 * @param bytes that a call reads of weights, keys and values as they stand in a file, or of a row and writes
 * @param products multiplications of a call; 0 where they are not what counts
 */
record KernelRow(String kernel, String type, double nanos, long bytes, long products, Limit limit) {
    /** Which peak it is measured against. */
    enum Limit {
        MEMORY,
        CACHE,
        ARITHMETIC
    }

    private static final double PERCENT = 100;

    /** GB/s. */
    double bandwidth() {
        return bytes / nanos;
    }

    /** Billions of multiplications a second. */
    double arithmetic() {
        return products / nanos;
    }

    double percent(KernelPeaks peaks) {
        return PERCENT
                * switch (limit) {
                    case MEMORY -> bandwidth() / peaks.memory();
                    case CACHE -> bandwidth() / peaks.cache();
                    case ARITHMETIC -> arithmetic() / peaks.multiplyAdd();
                };
    }

    String line() {
        return String.format(
                Locale.ROOT, "%s %s: %.0f ns, %.1f GB/s, %.1f GMAC/s", kernel, type, nanos, bandwidth(), arithmetic());
    }
}
