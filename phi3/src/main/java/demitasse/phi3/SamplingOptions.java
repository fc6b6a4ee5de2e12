package demitasse.phi3;

/**
 * How the next token is chosen, in llama.cpp's order: penalties, top-k, top-p, min-p, temperature.
 *
 * @param temperature 0 is greedy
 * @param topK 0 is off
 * @param topP 1 is off
 * @param minP 0 is off
 * @param repeatPenalty 1 is off
 * @param repeatLastN how many of the last tokens the penalty looks at
 * @param seed the lower 32 bits count; a negative one is replaced by a random one
 */
public record SamplingOptions(
        float temperature, int topK, float topP, float minP, float repeatPenalty, int repeatLastN, long seed) {
    /** llama.cpp's defaults. */
    public static final SamplingOptions DEFAULT = new SamplingOptions(0.8f, 40, 0.95f, 0.05f, 1f, 64, -1);

    public static final SamplingOptions GREEDY = new SamplingOptions(0f, 0, 1f, 0f, 1f, 64, 0);

    /** @throws IllegalArgumentException if a value is not a number or outside what it can mean */
    public SamplingOptions {
        require(temperature >= 0 && Float.isFinite(temperature), "temperature", "0 or more", temperature);
        require(topP >= 0 && topP <= 1, "top-p", "0 to 1", topP);
        require(minP >= 0 && minP <= 1, "min-p", "0 to 1", minP);
        require(repeatPenalty > 0 && Float.isFinite(repeatPenalty), "repeat penalty", "above 0", repeatPenalty);
        require(repeatLastN >= 0, "repeat last n", "0 or more", repeatLastN);
    }

    private static void require(boolean valid, String name, String expected, float actual) {
        if (!valid) {
            throw new IllegalArgumentException(name + ": " + expected + ", not " + actual);
        }
    }
}
