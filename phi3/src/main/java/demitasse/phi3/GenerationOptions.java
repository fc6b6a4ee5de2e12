package demitasse.phi3;

import demitasse.phi3.grammar.Grammar;
import java.util.List;

/**
 * How a generation goes.
 *
 * @param maxTokens the most tokens to generate; a negative number means until the context is full
 * @param stop texts before which generation stops; they are not part of the output
 * @param grammar what the output must look like, or null; it may still be cut off by the limit or a stop text
 */
public record GenerationOptions(int maxTokens, SamplingOptions sampling, List<String> stop, Grammar grammar) {
    public GenerationOptions {
        stop = List.copyOf(stop);
    }

    /** Without a grammar. */
    public GenerationOptions(int maxTokens, SamplingOptions sampling, List<String> stop) {
        this(maxTokens, sampling, stop, null);
    }

    public static GenerationOptions greedy(int maxTokens) {
        return new GenerationOptions(maxTokens, SamplingOptions.GREEDY, List.of());
    }
}
