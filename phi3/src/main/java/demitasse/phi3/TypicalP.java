package demitasse.phi3;

/**
 * Keeps the candidates whose surprise is nearest to the expected one until their probabilities exceed {@code p}
 * together (locally typical sampling, Meister et al. 2022). The likeliest need not be among them.
 *
 * @param minKeep so many are kept in any case
 */
record TypicalP(float p, int minKeep) implements Sampler {
    @Override
    public void apply(Candidates candidates) {
        float largest = candidates.logit(candidates.best());
        float total = (float) Sampler.total(candidates, largest);
        float entropy = DynamicTemperature.entropy(candidates);
        Candidates.Score strangeness =
                logit -> Math.abs((float) -Math.log((float) Math.exp(logit - largest) / total) - entropy);
        candidates.walkBy(strangeness);
        float sum = 0;
        int last = candidates.size() - 1;
        for (int step = 0; step < last; step++) {
            sum += Sampler.term(candidates, candidates.walked(step), largest) / total;
            if (sum > p && step >= minKeep - 1) {
                candidates.keepWalked(strangeness, step);
                return;
            }
        }
    }
}
