package demitasse.phi3;

/** Cuts off all that is more surprising than the limit. */
final class MirostatTwo extends Mirostat {
    MirostatTwo(float target, float rate, int seed) {
        super(target, rate, seed);
    }

    @Override
    void cut(Candidates candidates) {
        float total = (float) candidates.total();
        int kept = 0;
        while (kept < candidates.size()) {
            candidates.sortUpTo(kept);
            if (-log2(candidates.weight(kept) / total) > limit()) {
                break;
            }
            kept++;
        }
        candidates.truncate(Math.max(1, kept));
    }
}
