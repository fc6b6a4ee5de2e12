package demitasse.phi3;

/** Makes all logits impossible that are more than {@code n} standard deviations below the largest (Tang et al. 2024). */
record TopNSigma(float n) implements Sampler {
    @Override
    public void apply(Candidates candidates) {
        if (candidates.size() < 2) {
            return;
        }
        float least = candidates.logit(candidates.best()) - n * deviation(candidates);
        for (int i = 0; i < candidates.size(); i++) {
            if (candidates.logit(i) < least) {
                candidates.forbid(i);
            }
        }
    }

    /** Of the logits that are possible. */
    private static float deviation(Candidates candidates) {
        int possible = 0;
        double sum = 0;
        for (int i = 0; i < candidates.size(); i++) {
            if (candidates.logit(i) != Float.NEGATIVE_INFINITY) {
                sum += candidates.logit(i);
                possible++;
            }
        }
        double mean = sum / possible;
        double squares = 0;
        for (int i = 0; i < candidates.size(); i++) {
            if (candidates.logit(i) != Float.NEGATIVE_INFINITY) {
                double distance = candidates.logit(i) - mean;
                squares += distance * distance;
            }
        }
        return possible == 0 ? 0 : (float) Math.sqrt(squares / possible);
    }
}
