package demitasse.phi3;

/** Cuts off all that is more surprising than the limit. */
final class MirostatTwo extends Mirostat {
    MirostatTwo(float target, float rate, int seed) {
        super(target, rate, seed);
    }

    @Override
    void cut(Candidates candidates) {
        candidates.sortUpTo(0);
        float largest = candidates.logit(0);
        float total = (float) Sampler.total(candidates, largest);
        int kept = 0;
        while (kept < candidates.size()) {
            candidates.sortUpTo(kept);
            if (-log2(Sampler.term(candidates, kept, largest) / total) > limit()) {
                break;
            }
            kept++;
        }
        candidates.truncate(Math.max(1, kept));
    }
}
