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
 * @param seed a negative one is replaced by a random one
 */
public record SamplingOptions(
        float temperature, int topK, float topP, float minP, float repeatPenalty, int repeatLastN, long seed) {
    /** llama.cpp's defaults. */
    public static final SamplingOptions DEFAULT = new SamplingOptions(0.8f, 40, 0.95f, 0.05f, 1f, 64, -1);

    public static final SamplingOptions GREEDY = new SamplingOptions(0f, 0, 1f, 0f, 1f, 64, 0);
}
