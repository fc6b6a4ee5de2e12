package demitasse.phi3;

import java.util.List;

/**
 * @param maxTokens the most tokens to generate; a negative number means until the context is full
 * @param stop texts before which generation stops; they are not part of the output
 */
public record GenerationOptions(int maxTokens, SamplingOptions sampling, List<String> stop) {
    public GenerationOptions {
        stop = List.copyOf(stop);
    }

    public static GenerationOptions greedy(int maxTokens) {
        return new GenerationOptions(maxTokens, SamplingOptions.GREEDY, List.of());
    }
}
