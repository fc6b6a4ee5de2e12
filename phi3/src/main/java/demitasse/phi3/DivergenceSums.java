package demitasse.phi3;

/** The sums from which the statistics of {@link Divergence} are made. */
final class DivergenceSums {
    /** Fewer tokens give no deviation. */
    private static final int FEW = 10;

    private final Sum loss = new Sum();
    private final Sum baseLoss = new Sum();
    private final Sum divergence = new Sum();
    private final Sum difference = new Sum();
    private final Sum squaredDifference = new Sum();
    private double products;
    private int sameTop;
    private int count;

    /** A mean and its standard error. */
    private final class Sum {
        private double sum;
        private double squares;

        void add(double value, double square) {
            sum += value;
            squares += square;
        }

        double mean() {
            return sum / count;
        }

        double deviation() {
            double variance = squares / count - mean() * mean();
            return variance > 0 && count > FEW ? Math.sqrt(variance / (count - 1)) : 0;
        }

        DivergenceResult.Estimate estimate() {
            return new DivergenceResult.Estimate(mean(), deviation());
        }

        /** Of e to the mean. */
        DivergenceResult.Estimate exponential() {
            return new DivergenceResult.Estimate(Math.exp(mean()), Math.exp(mean()) * deviation());
        }
    }

    /** Products of floats are rounded to floats before they are added, as llama.cpp does. */
    void add(float loss, float baseLoss, double divergence, float difference, boolean same) {
        count++;
        this.loss.add(loss, loss * loss);
        this.baseLoss.add(baseLoss, baseLoss * baseLoss);
        products += loss * baseLoss;
        this.divergence.add(divergence, divergence * divergence);
        float square = difference * difference;
        this.difference.add(difference, square);
        squaredDifference.add(square, (double) square * square);
        sameTop += same ? 1 : 0;
    }

    DivergenceResult result(int chunks, float[] divergences, float[] differences) {
        double covariance = count < FEW ? 0 : (products / count - loss.mean() * baseLoss.mean()) / (count - 1);
        DivergenceResult.Estimate value = loss.exponential();
        DivergenceResult.Estimate base = baseLoss.exponential();
        double logRatio = loss.mean() - baseLoss.mean();
        double logDeviation = root(loss.deviation(), baseLoss.deviation(), covariance);
        double ratio = Math.exp(logRatio);
        double rms = Math.sqrt(squaredDifference.mean());
        double same = (double) sameTop / count;
        return new DivergenceResult(
                chunks,
                count,
                value,
                base,
                covariance / (loss.deviation() * baseLoss.deviation()),
                new DivergenceResult.Estimate(logRatio, logDeviation),
                new DivergenceResult.Estimate(ratio, ratio * logDeviation),
                new DivergenceResult.Estimate(
                        value.value() - base.value(),
                        root(value.deviation(), base.deviation(), value.value() * base.value() * covariance)),
                divergence.estimate(),
                difference.estimate(),
                new DivergenceResult.Estimate(rms, rms == 0 ? 0 : squaredDifference.deviation() / 2 / rms),
                new DivergenceResult.Estimate(same, Math.sqrt(same * (1 - same) / (count - 1))),
                divergences,
                differences);
    }

    /** Deviation of a difference of two that go together. */
    private static double root(double a, double b, double covariance) {
        return Math.sqrt(Math.max(0, a * a + b * b - 2 * covariance));
    }
}
