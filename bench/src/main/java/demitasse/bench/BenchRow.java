package demitasse.bench;

import java.util.Arrays;
import java.util.List;

/**
 * One test of a model.
 *
 * @param size bytes of the model file
 * @param test as llama-bench names it: pp128, tg32
 * @param mean tokens a second
 * @param deviation the samples' standard deviation (n - 1 in the denominator); 0 for one sample
 * @param samples tokens a second of each repetition, in order
 */
public record BenchRow(
        String model, long size, int threads, String test, double mean, double deviation, List<Double> samples) {
    static BenchRow of(String model, long size, int threads, String test, double... rates) {
        double mean = Arrays.stream(rates).average().orElse(0);
        double squares = Arrays.stream(rates).map(r -> (r - mean) * (r - mean)).sum();
        double deviation = rates.length < 2 ? 0 : Math.sqrt(squares / (rates.length - 1));
        return new BenchRow(
                model,
                size,
                threads,
                test,
                mean,
                deviation,
                Arrays.stream(rates).boxed().toList());
    }
}
