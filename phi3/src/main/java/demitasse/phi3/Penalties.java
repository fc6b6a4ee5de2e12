package demitasse.phi3;

import java.util.Arrays;

/** Makes tokens less likely that are among the last ones: repeat (Keskar et al. 2019), frequency and presence. */
final class Penalties implements Sampler {
    private static final int NONE = -1;

    private final float repeat;
    private final float frequency;
    private final float presence;
    /** Ring of the last tokens. */
    private final int[] last;
    /** How often each token of the vocabulary is in the ring. */
    private final int[] counts;

    private int next;

    /**
     * @param lastN how many of the last tokens count
     * @param repeat divides positive logits and multiplies the others; 1 is off
     * @param frequency is taken off for each time that the token is there; 0 is off
     * @param presence is taken off once if it is there at all; 0 is off
     */
    Penalties(int vocabulary, int lastN, float repeat, float frequency, float presence) {
        this.repeat = repeat;
        this.frequency = frequency;
        this.presence = presence;
        this.last = new int[lastN];
        this.counts = new int[vocabulary];
        Arrays.fill(last, NONE);
    }

    /** Adds a token, and drops the oldest. */
    @Override
    public void accept(int id) {
        if (last.length == 0) {
            return;
        }
        if (last[next] != NONE) {
            counts[last[next]]--;
        }
        last[next] = id;
        counts[id]++;
        next = (next + 1) % last.length;
    }

    @Override
    public void apply(Candidates candidates) {
        for (int i = 0; i < candidates.size(); i++) {
            int count = counts[candidates.id(i)];
            if (count > 0) {
                float logit = candidates.logit(i);
                logit = logit <= 0 ? logit * repeat : logit / repeat;
                candidates.setLogit(i, logit - (count * frequency + presence));
            }
        }
    }
}
