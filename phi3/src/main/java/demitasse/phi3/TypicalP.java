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
        float total = (float) candidates.total();
        // A candidate's surprise is ln(total) + largest - logit.
        float expected =
                DynamicTemperature.entropy(candidates) - (float) Math.log(total) - candidates.logit(candidates.best());
        Candidates.Score strangeness = logit -> Math.abs(logit + expected);
        candidates.walkBy(strangeness);
        float sum = 0;
        int last = candidates.size() - 1;
        for (int step = 0; step < last; step++) {
            sum += candidates.weight(candidates.walked(step)) / total;
            if (sum > p && step >= minKeep - 1) {
                candidates.keepWalked(strangeness, step);
                return;
            }
        }
    }
}
