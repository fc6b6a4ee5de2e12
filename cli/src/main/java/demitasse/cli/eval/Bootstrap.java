package demitasse.cli.eval;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Percentile intervals by drawing items (queries, texts) with replacement. The seed is fixed: same data, same interval. */
final class Bootstrap {
    static final int RESAMPLES = 1000;
    static final long SEED = 7;

    private static final double TAIL = 0.025;

    /** A figure of some items, given by their indices, of which some may come several times; NaN without a value. */
    @FunctionalInterface
    interface Statistic {
        double of(int[] items);
    }

    /** @param low not a number if no resample has a value */
    record Interval(double value, double low, double high) {}

    private Bootstrap() {}

    static Interval of(int items, Statistic statistic) {
        double value = statistic.of(IntStream.range(0, items).toArray());
        SplittableRandom random = new SplittableRandom(SEED);
        int[] drawn = new int[items];
        double[] values = new double[RESAMPLES];
        int count = 0;
        for (int i = 0; i < RESAMPLES && items > 0; i++) {
            for (int j = 0; j < items; j++) {
                drawn[j] = random.nextInt(items);
            }
            double resampled = statistic.of(drawn);
            if (!Double.isNaN(resampled)) {
                values[count++] = resampled;
            }
        }
        if (count == 0) {
            return new Interval(value, Double.NaN, Double.NaN);
        }
        double[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        // The places that score_resolution.py takes.
        int high = Math.max(0, (int) ((1 - TAIL) * count) - 1);
        return new Interval(value, sorted[(int) (TAIL * count)], sorted[high]);
    }
}
