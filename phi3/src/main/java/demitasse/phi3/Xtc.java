package demitasse.phi3;

/** Now and then excludes the top choices: of those with enough probability only the least likely stays (p-e-w 2024). */
final class Xtc implements Sampler {
    /** Above it no two candidates can reach the threshold. */
    private static final float HIGHEST_THRESHOLD = 0.5f;

    private final float chance;
    private final float threshold;
    private final int minKeep;
    private final Mt19937 random;

    /**
     * @param chance how often, 0 to 1
     * @param threshold the probability of a top choice
     * @param minKeep nothing is excluded if fewer would stay
     */
    Xtc(float chance, float threshold, int minKeep, int seed) {
        this.chance = chance;
        this.threshold = threshold;
        this.minKeep = minKeep;
        this.random = new Mt19937(seed);
    }

    @Override
    public void apply(Candidates candidates) {
        if (chance <= 0 || threshold > HIGHEST_THRESHOLD || candidates.size() < 2 || random.nextFloat() > chance) {
            return;
        }
        float total = (float) candidates.total();
        int reaching = 0;
        while (reaching < candidates.size()) {
            candidates.sortUpTo(reaching);
            if (candidates.weight(reaching) / total < threshold) {
                break;
            }
            reaching++;
        }
        if (reaching > 1 && candidates.size() - (reaching - 1) >= minKeep) {
            candidates.dropFirst(reaching - 1);
        }
    }
}
