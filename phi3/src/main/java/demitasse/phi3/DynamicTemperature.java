package demitasse.phi3;

/**
 * A temperature between {@code middle - range} and {@code middle + range}, higher the less sure the model is: the
 * entropy of the candidates, as a share of the largest possible one, to the power of {@code exponent}.
 */
record DynamicTemperature(float middle, float range, float exponent) implements Sampler {
    @Override
    public void apply(Candidates candidates) {
        if (candidates.size() < 2) {
            return;
        }
        float least = Math.max(0, middle - range);
        float most = middle + range;
        float share = entropy(candidates) / (float) Math.log(candidates.size());
        new Sampler.Temperature(least + (most - least) * (float) Math.pow(share, exponent)).apply(candidates);
    }

    /** In nats: ln(sum of weights) - (sum of weight * ln(weight)) / (sum of weights). */
    static float entropy(Candidates candidates) {
        float largest = candidates.logit(candidates.best());
        double total = candidates.total();
        double sum = 0;
        for (int i = 0; i < candidates.size(); i++) {
            float weight = candidates.weight(i);
            if (weight > 0) {
                sum += weight * (double) (candidates.logit(i) - largest);
            }
        }
        return (float) (Math.log(total) - sum / total);
    }
}
