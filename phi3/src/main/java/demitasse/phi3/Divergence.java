package demitasse.phi3;

import demitasse.gguf.ModelLoadException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * How far a model's foresight is from another one's that was saved: Kullback-Leibler divergence and the statistics of
 * llama-perplexity's --kl-divergence. Source: tools/perplexity/perplexity.cpp, kl_divergence.
 */
public final class Divergence {
    /** Tokens that are less likely for the base than e to this do not count. */
    private static final float LEAST_LIKELY = -16;

    private final int vocabulary;
    private final LogProbabilities base;
    private final float[] divergences;
    private final float[] differences;
    private final DivergenceSums sums = new DivergenceSums();
    private int scored;

    private Divergence(int vocabulary, int most) {
        this.vocabulary = vocabulary;
        this.base = new LogProbabilities(vocabulary);
        this.divergences = new float[most];
        this.differences = new float[most];
    }

    /**
     * @param base what is compared with; its text is taken from there
     * @param chunks how many of its chunks
     * @param progress is given the result so far after each chunk
     * @throws ModelLoadException if the model has another vocabulary
     * @throws UncheckedIOException if reading fails
     */
    public static DivergenceResult of(
            LanguageModel model, SavedLogits base, int chunks, Consumer<DivergenceResult> progress)
            throws ModelLoadException {
        if (base.vocabulary() != model.vocabularySize()) {
            throw new ModelLoadException(
                    "vocabulary", base.vocabulary() + " tokens as in " + base.file(), model.vocabularySize() + "");
        }
        Divergence divergence = new Divergence(base.vocabulary(), base.ids().length);
        Perplexity.TokenScore score = (logits, offset, next) -> {
            try {
                base.next(divergence.base);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            divergence.add(logits, offset, next);
        };
        DivergenceResult[] result = {null};
        Perplexity.forEachToken(model, base.ids(), base.context(), chunks, score, chunk -> {
            result[0] = divergence.result(chunk);
            progress.accept(result[0]);
        });
        return result[0];
    }

    private void add(float[] logits, int offset, int next) {
        int top = 0;
        int baseTop = 0;
        float baseMost = base.of(0);
        for (int i = 1; i < vocabulary; i++) {
            if (logits[offset + i] > logits[offset + top]) {
                top = i;
            }
            if (base.of(i) > baseMost) {
                baseMost = base.of(i);
                baseTop = i;
            }
        }
        float most = logits[offset + top];
        float logSum = most + LogProbabilities.logSum(logits, offset, vocabulary, most);
        double divergence = 0;
        for (int i = 0; i < vocabulary; i++) {
            float logBase = base.of(i);
            if (logBase > LEAST_LIKELY) {
                divergence += (float) Math.exp(logBase) * (logBase - logits[offset + i] + logSum);
            }
        }
        float likelihood = logits[offset + next] - logSum;
        float difference = (float) Math.exp(likelihood) - (float) Math.exp(base.of(next));
        sums.add(-likelihood, -base.of(next), divergence, difference, top == baseTop);
        divergences[scored] = (float) divergence;
        differences[scored++] = difference;
    }

    private DivergenceResult result(int chunks) {
        float[] sortedDivergences = Arrays.copyOf(divergences, scored);
        float[] sortedDifferences = Arrays.copyOf(differences, scored);
        Arrays.sort(sortedDivergences);
        Arrays.sort(sortedDifferences);
        return sums.result(chunks, sortedDivergences, sortedDifferences);
    }
}
