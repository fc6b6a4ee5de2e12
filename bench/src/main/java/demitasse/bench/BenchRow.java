package demitasse.bench;

import java.time.Instant;
import java.util.List;

/**
 * One test of a model.
 *
 * @param time when it began
 * @param samples nanoseconds of each repetition, in order
 */
public record BenchRow(BenchModel model, int threads, BenchTest test, WarmUp warmUp, Instant time, List<Long> samples) {
    private static final double SECOND = 1e9;

    /** Tokens a second of each repetition. */
    List<Double> rates() {
        return samples.stream().map(nanos -> test.tokens() * SECOND / nanos).toList();
    }

    double mean() {
        return mean(rates());
    }

    double deviation() {
        return deviation(rates());
    }

    double meanNanos() {
        return mean(samples);
    }

    double deviationNanos() {
        return deviation(samples);
    }

    private static double mean(List<? extends Number> values) {
        return values.stream().mapToDouble(Number::doubleValue).average().orElse(0);
    }

    /** With n - 1 in the denominator; 0 for one value. */
    private static double deviation(List<? extends Number> values) {
        if (values.size() < 2) {
            return 0;
        }
        double mean = mean(values);
        double squares = values.stream()
                .mapToDouble(Number::doubleValue)
                .map(v -> (v - mean) * (v - mean))
                .sum();
        return Math.sqrt(squares / (values.size() - 1));
    }
}
