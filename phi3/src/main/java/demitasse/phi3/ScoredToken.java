package demitasse.phi3;

import java.util.List;

/**
 * A generated token with what the model thought of it and of others in its place: by its own logits, before penalties,
 * biases, temperature, cuts and grammars, or after these where {@link GenerationOptions#sampled} says so; what they leave no
 * probability is not told then.
 *
 * @param likeliest as many as were asked for, the likeliest first; the chosen one may not be among them
 */
public record ScoredToken(Score chosen, List<Score> likeliest) {
    /**
     * @param bytes the token's text in UTF-8, which may be part of a character; a control token's is its name
     * @param logProbability natural logarithm
     */
    public record Score(int id, byte[] bytes, float logProbability) {}

    public ScoredToken {
        likeliest = List.copyOf(likeliest);
    }
}
