package demitasse.phi3;

/**
 * How far a model is from a base. Probabilities are 0 to 1.
 *
 * @param chunks chunks so far
 * @param scored tokens scored in them
 * @param perplexity of the model
 * @param basePerplexity of the base, from its saved logits
 * @param correlation of the logarithms of the two
 * @param logRatio logarithm of the ratio of the two
 * @param ratio of the two
 * @param difference of the two
 * @param divergence Kullback-Leibler divergence from the base, mean over tokens
 * @param probabilityChange of the text's tokens: the model's less the base's
 * @param probabilityRms root of its mean square
 * @param sameTop share of tokens for which both find the same one the likeliest
 * @param divergences of the single tokens, in ascending order
 * @param probabilityChanges of the single tokens, in ascending order
 */
public record DivergenceResult(
        int chunks,
        int scored,
        Estimate perplexity,
        Estimate basePerplexity,
        double correlation,
        Estimate logRatio,
        Estimate ratio,
        Estimate difference,
        Estimate divergence,
        Estimate probabilityChange,
        Estimate probabilityRms,
        Estimate sameTop,
        float[] divergences,
        float[] probabilityChanges) {
    /** @param deviation standard error of the value */
    public record Estimate(double value, double deviation) {}

    /** Of ascending values, between two of them where it falls there; {@code fraction} 0 is the least one. */
    public static double percentile(float[] ascending, double fraction) {
        double at = Math.clamp(fraction, 0, 1) * (ascending.length - 1);
        int below = (int) at;
        double part = at - below;
        return (1 - part) * ascending[below] + part * ascending[Math.min(below + 1, ascending.length - 1)];
    }
}
