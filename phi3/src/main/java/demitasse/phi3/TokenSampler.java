package demitasse.phi3;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Chooses tokens as {@link SamplingOptions} say; holds the state of one generation. */
final class TokenSampler {
    /** Dividing by less than this leaves nothing but the largest anyway, or infinities. */
    private static final float GREEDY_BELOW = 1e-6f;

    private final Candidates candidates;
    private final List<Sampler> chain;
    private final Penalties penalties;
    private final int penaltyWindow;
    private final Mt19937 random;

    TokenSampler(SamplingOptions options, int vocabulary) {
        candidates = new Candidates(vocabulary);
        boolean penalise = options.repeatPenalty() != 1 && options.repeatLastN() > 0;
        penaltyWindow = penalise ? options.repeatLastN() : 0;
        penalties = penalise ? new Penalties(vocabulary, penaltyWindow, options.repeatPenalty(), 0, 0) : null;
        boolean greedy = options.temperature() < GREEDY_BELOW;
        random = greedy ? null : new Mt19937(seed(options));
        chain = new ArrayList<>();
        if (penalise) {
            chain.add(penalties);
        }
        if (greedy) {
            // None of the others removes the largest.
            return;
        }
        if (options.topK() > 0) {
            chain.add(new Sampler.TopK(options.topK()));
        }
        if (options.topP() < 1) {
            chain.add(new Sampler.TopP(options.topP()));
        }
        if (options.minP() > 0) {
            chain.add(new Sampler.MinP(options.minP()));
        }
        chain.add(new Sampler.Temperature(options.temperature()));
    }

    /** llama.cpp's seeds have 32 bits. */
    private static int seed(SamplingOptions options) {
        return options.seed() < 0 ? ThreadLocalRandom.current().nextInt() : (int) options.seed();
    }

    /** The token after these logits of the whole vocabulary. */
    int next(float[] logits) {
        candidates.fill(logits);
        return choose();
    }

    /** The same, of the tokens of a mask, which is not empty. */
    int next(float[] logits, BitSet allowed) {
        candidates.fill(logits, allowed);
        return choose();
    }

    private int choose() {
        for (int i = 0; i < chain.size(); i++) {
            chain.get(i).apply(candidates);
        }
        return candidates.id(random == null ? candidates.best() : draw(candidates, random));
    }

    /** The index of a candidate, drawn by its probability; sorts no more of them than it needs. */
    static int draw(Candidates candidates, Mt19937 random) {
        candidates.sortUpTo(0);
        float largest = candidates.logit(0);
        double goal = random.nextDouble() * Sampler.total(candidates, largest);
        double sum = 0;
        int last = candidates.size() - 1;
        for (int i = 0; i < last; i++) {
            candidates.sortUpTo(i);
            sum += Sampler.term(candidates, i, largest);
            if (sum >= goal) {
                return i;
            }
        }
        return last;
    }

    /** Tells that a token was chosen. */
    void accept(int id) {
        if (penalties != null) {
            penalties.accept(id);
        }
    }

    /** Tells what stands before the generation: the penalties count it too, as in llama.cpp. */
    void acceptPrompt(int[] prompt) {
        for (int i = Math.max(0, prompt.length - penaltyWindow); i < prompt.length; i++) {
            accept(prompt[i]);
        }
    }
}
