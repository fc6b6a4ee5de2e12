package demitasse.phi3;

/** One step on the way from logits to a token. Rules: llama.cpp's src/llama-sampler.cpp. */
interface Sampler {
    void apply(Candidates candidates);

    /** Tells that a token was chosen, or stood in the prompt. */
    default void accept(int id) {}

    /** Keeps the {@code k} largest. */
    record TopK(int k) implements Sampler {
        @Override
        public void apply(Candidates candidates) {
            candidates.sort(k);
            candidates.truncate(Math.min(k, candidates.size()));
        }
    }

    /**
     * Keeps the likeliest candidates until their probabilities reach {@code p} together (Holtzman et al. 2019).
     *
     * @param minKeep so many are kept in any case
     */
    record TopP(float p, int minKeep) implements Sampler {
        @Override
        public void apply(Candidates candidates) {
            float total = (float) candidates.total();
            float sum = 0;
            int kept = 0;
            // Floats, since a cut among equal candidates depends on the rounding; further down that is lost in noise.
            while (kept < candidates.size() && (sum < p || kept < minKeep)) {
                if (candidates.tooFar(kept) && kept >= minKeep) {
                    candidates.keepUpTo(candidates.keyAtMass(p * (double) total));
                    return;
                }
                candidates.sortUpTo(kept);
                sum += candidates.weight(kept++) / total;
            }
            candidates.truncate(Math.max(1, kept));
        }
    }

    /**
     * Keeps the candidates that are at least {@code p} times as likely as the likeliest (Nguyen et al. 2024).
     *
     * @param minKeep so many are kept in any case
     */
    record MinP(float p, int minKeep) implements Sampler {
        @Override
        public void apply(Candidates candidates) {
            float least = candidates.logit(candidates.best()) + (float) Math.log(p);
            if (minKeep > 1 && candidates.countAtLeast(least) < minKeep) {
                candidates.sort(minKeep);
                candidates.truncate(Math.min(minKeep, candidates.size()));
            } else {
                candidates.keepAtLeast(least);
            }
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
