package demitasse.phi3;

/** One step on the way from logits to a token. Rules: llama.cpp's src/llama-sampler.cpp. */
interface Sampler {
    /** {@link #reach} mostly ends among so many candidates. */
    int FIRST_SORTED = 64;

    /** When it does not, it sorts so many times as many. */
    int GROWTH = 4;

    void apply(Candidates candidates);

    /** The sum of e^(logit - largest) over all candidates; brings the largest to the front. */
    static double total(Candidates candidates) {
        candidates.sort(1);
        float largest = candidates.logit(0);
        double total = 0;
        for (int i = 0; i < candidates.size(); i++) {
            total += term(candidates, i, largest);
        }
        return total;
    }

    /** A candidate's part of {@link #total}; llama.cpp's are floats too. */
    static float term(Candidates candidates, int index, float largest) {
        return (float) Math.exp(candidates.logit(index) - largest);
    }

    /**
     * The index at which the probabilities of the candidates, in descending order, reach {@code share} of all; or the
     * last. Sorts no more of them than needed.
     */
    static int reach(Candidates candidates, double share) {
        double goal = share * total(candidates);
        float largest = candidates.logit(0);
        double sum = 0;
        int sorted = 1;
        for (int i = 0; i < candidates.size(); i++) {
            if (i == sorted) {
                sorted = Math.max(FIRST_SORTED, GROWTH * sorted);
                candidates.sort(sorted);
            }
            sum += term(candidates, i, largest);
            if (sum >= goal) {
                return i;
            }
        }
        return candidates.size() - 1;
    }

    /** Keeps the {@code k} largest. */
    record TopK(int k) implements Sampler {
        @Override
        public void apply(Candidates candidates) {
            candidates.sort(k);
            candidates.truncate(Math.min(k, candidates.size()));
        }
    }

    /** Keeps the likeliest candidates until their probabilities reach {@code p} together (Holtzman et al. 2019). */
    record TopP(float p) implements Sampler {
        @Override
        public void apply(Candidates candidates) {
            candidates.truncate(reach(candidates, p) + 1);
        }
    }

    /** Keeps the candidates that are at least {@code p} times as likely as the likeliest (Nguyen et al. 2024). */
    record MinP(float p) implements Sampler {
        @Override
        public void apply(Candidates candidates) {
            float least = candidates.logit(candidates.best()) + (float) Math.log(p);
            candidates.keepAtLeast(least);
        }
    }

    /** Divides logits by a temperature; at 0 or less only the largest stays possible. */
    record Temperature(float temperature) implements Sampler {
        @Override
        public void apply(Candidates candidates) {
            if (temperature > 0) {
                candidates.divide(temperature);
                return;
            }
            int best = candidates.best();
            for (int i = 0; i < candidates.size(); i++) {
                if (i != best) {
                    candidates.setLogit(i, Float.NEGATIVE_INFINITY);
                }
            }
        }
    }
}
