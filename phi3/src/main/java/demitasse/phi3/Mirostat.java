package demitasse.phi3;

/**
 * Chooses tokens so that their average surprise stays near a target (Basu et al. 2021): cuts off what is more
 * surprising than a moving limit. The versions differ in how they cut. Takes the place of the final draw.
 */
abstract sealed class Mirostat permits MirostatOne, MirostatTwo {
    private static final float START = 2;
    private static final double LN_2 = Math.log(2);

    private final float target;
    private final float rate;
    private final Mt19937 random;
    private float limit;

    /**
     * @param target surprise in bits, llama.cpp's tau
     * @param rate how fast the limit follows, llama.cpp's eta
     */
    Mirostat(float target, float rate, int seed) {
        this.target = target;
        this.rate = rate;
        this.limit = START * target;
        this.random = new Mt19937(seed);
    }

    /** Removes what is too surprising; the rest is sorted. */
    abstract void cut(Candidates candidates);

    /** In bits, llama.cpp's mu. */
    final float limit() {
        return limit;
    }

    /** The index of the choice. */
    final int choose(Candidates candidates) {
        cut(candidates);
        // C++'s discrete_distribution takes no random number for a choice of one.
        int index = candidates.size() < 2 ? 0 : TokenSampler.draw(candidates, random);
        observe(candidates, index);
        return index;
    }

    /** Moves the limit by how far the surprise of the choice was from the target. */
    final void observe(Candidates candidates, int index) {
        float total = (float) candidates.total();
        float probability = candidates.weight(index) / total;
        float surprise = -log2(probability);
        limit -= rate * (surprise - target);
    }

    static float log2(float x) {
        return (float) (Math.log(x) / LN_2);
    }
}
