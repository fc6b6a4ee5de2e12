package demitasse.phi3;

import demitasse.phi3.grammar.Grammar;
import java.util.List;

/**
 * How a generation goes.
 *
 * @param maxTokens the most tokens to generate; a negative number means until the context is full
 * @param stop texts before which generation stops; they are not part of the output
 * @param grammar what the output must look like, or null; it may still be cut off by the limit or a stop text
 * @param speculative guess tokens from what the prompt and the text have said before and check several at once: the
 *     output is the same, and sooner there where it repeats its prompt
 * @param scores the listener is told each token's log-probability and those of so many likeliest ones in its place;
 *     {@link #NO_SCORES}: it is not
 * @param sampled scores are those of what the samplers left, after all that they do; else the model's own
 */
public record GenerationOptions(
        int maxTokens,
        SamplingOptions sampling,
        List<String> stop,
        Grammar grammar,
        boolean speculative,
        int scores,
        boolean sampled) {
    public static final int NO_SCORES = -1;

    public GenerationOptions {
        stop = List.copyOf(stop);
    }

    /** With the model's own scores, if any. */
    public GenerationOptions(
            int maxTokens,
            SamplingOptions sampling,
            List<String> stop,
            Grammar grammar,
            boolean speculative,
            int scores) {
        this(maxTokens, sampling, stop, grammar, speculative, scores, false);
    }

    /** Without scores. */
    public GenerationOptions(
            int maxTokens, SamplingOptions sampling, List<String> stop, Grammar grammar, boolean speculative) {
        this(maxTokens, sampling, stop, grammar, speculative, NO_SCORES);
    }

    /** Without speculation. */
    public GenerationOptions(int maxTokens, SamplingOptions sampling, List<String> stop, Grammar grammar) {
        this(maxTokens, sampling, stop, grammar, false);
    }

    /** Without a grammar and speculation. */
    public GenerationOptions(int maxTokens, SamplingOptions sampling, List<String> stop) {
        this(maxTokens, sampling, stop, null);
    }

    public static GenerationOptions greedy(int maxTokens) {
        return new GenerationOptions(maxTokens, SamplingOptions.GREEDY, List.of());
    }

    public GenerationOptions withSpeculation(boolean on) {
        return new GenerationOptions(maxTokens, sampling, stop, grammar, on, scores, sampled);
    }

    public GenerationOptions withGrammar(Grammar wanted) {
        return new GenerationOptions(maxTokens, sampling, stop, wanted, speculative, scores, sampled);
    }

    public GenerationOptions withSampling(SamplingOptions wanted) {
        return new GenerationOptions(maxTokens, wanted, stop, grammar, speculative, scores, sampled);
    }

    /** @param likeliest 0 or more for each place */
    public GenerationOptions withScores(int likeliest) {
        return new GenerationOptions(maxTokens, sampling, stop, grammar, speculative, likeliest, sampled);
    }

    /** With the scores of what the samplers left. @param likeliest 0 or more for each place */
    public GenerationOptions withSampledScores(int likeliest) {
        return new GenerationOptions(maxTokens, sampling, stop, grammar, speculative, likeliest, true);
    }
}
