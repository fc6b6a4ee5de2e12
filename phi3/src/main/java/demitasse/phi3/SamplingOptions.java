package demitasse.phi3;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the next token is chosen. Names, meanings and defaults are llama.cpp's; {@link #with()} changes single values.
 *
 * @param temperature 0 is greedy
 * @param topK 0 or less is off
 * @param topP 1 is off
 * @param minP 0 is off
 * @param repeatPenalty 1 is off
 * @param repeatLastN how many of the last tokens the penalties look at; -1 is all of the context
 * @param seed the lower 32 bits count; a negative one is replaced by a random one
 * @param frequencyPenalty taken off a logit for each time that the token was there; 0 is off
 * @param presencePenalty taken off a logit once if the token was there; 0 is off
 * @param typicalP 1 is off
 * @param topNSigma 0 or less is off
 * @param dynamicRange how far the temperature goes down and up with the model's sureness; 0 is off
 * @param dynamicExponent 1 is in proportion to the entropy
 * @param logitBias what to add to the logits of tokens, by their ids; minus infinity forbids one
 * @param order the samplers that are used, in this order; what is not in it is off
 */
public record SamplingOptions(
        float temperature,
        int topK,
        float topP,
        float minP,
        float repeatPenalty,
        int repeatLastN,
        long seed,
        float frequencyPenalty,
        float presencePenalty,
        float typicalP,
        float topNSigma,
        float dynamicRange,
        float dynamicExponent,
        Xtc xtc,
        Dry dry,
        Mirostat mirostat,
        Map<Integer, Float> logitBias,
        List<SamplerKind> order) {

    /**
     * Excludes top choices.
     *
     * @param probability how often; 0 is off
     * @param threshold the probability of a top choice; above 0.5 is off
     */
    public record Xtc(float probability, float threshold) {
        public static final Xtc OFF = new Xtc(0, 0.1f);

        public Xtc {
            require(probability >= 0 && probability <= 1, "xtc probability", "0 to 1", probability);
            require(threshold >= 0 && threshold <= 1, "xtc threshold", "0 to 1", threshold);
        }
    }

    /**
     * Makes the continuation of repeated sequences less likely, by {@code multiplier * base ^ (length - allowedLength)}.
     *
     * @param multiplier 0 is off
     * @param base less than 1 is off
     * @param lastN how many of the last tokens are searched; 0 is off, -1 is all of the context
     * @param breakers texts that a repeated sequence cannot go across
     */
    public record Dry(float multiplier, float base, int allowedLength, int lastN, List<String> breakers) {
        public static final Dry OFF = new Dry(0, 1.75f, 2, -1, List.of("\n", ":", "\"", "*"));

        public Dry {
            require(multiplier >= 0 && Float.isFinite(multiplier), "dry multiplier", "0 or more", multiplier);
            require(base >= 0 && Float.isFinite(base), "dry base", "0 or more", base);
            require(allowedLength >= 0, "dry allowed length", "0 or more", allowedLength);
            require(lastN >= -1, "dry last n", "-1 or more", lastN);
            breakers = List.copyOf(breakers);
            if (breakers.contains("")) {
                throw new IllegalArgumentException("dry sequence breaker: empty");
            }
        }

        boolean on() {
            return multiplier > 0 && base >= 1 && lastN != 0;
        }
    }

    /**
     * Keeps the surprise near a target. Only the logit bias and the temperature are used besides, as in llama.cpp.
     *
     * @param version 0 is off, 1 or 2
     * @param target surprise in bits, tau
     * @param rate of learning, eta
     */
    public record Mirostat(int version, float target, float rate) {
        public static final Mirostat OFF = new Mirostat(0, 5, 0.1f);

        public Mirostat {
            require(version >= 0 && version <= 2, "mirostat", "0, 1 or 2", version);
            require(target >= 0 && Float.isFinite(target), "mirostat entropy", "0 or more", target);
            require(rate >= 0 && Float.isFinite(rate), "mirostat learning rate", "0 or more", rate);
        }
    }

    /** llama.cpp's defaults. */
    public static final SamplingOptions DEFAULT = new SamplingOptions(0.8f, 40, 0.95f, 0.05f, 1f, 64, -1);

    public static final SamplingOptions GREEDY = new SamplingOptions(0f, 0, 1f, 0f, 1f, 64, 0);

    /** @throws IllegalArgumentException if a value is not a number or outside what it can mean */
    public SamplingOptions {
        require(temperature >= 0 && Float.isFinite(temperature), "temperature", "0 or more", temperature);
        require(topP >= 0 && topP <= 1, "top-p", "0 to 1", topP);
        require(minP >= 0 && minP <= 1, "min-p", "0 to 1", minP);
        require(repeatPenalty > 0 && Float.isFinite(repeatPenalty), "repeat penalty", "above 0", repeatPenalty);
        require(repeatLastN >= -1, "repeat last n", "-1 or more", repeatLastN);
        require(Float.isFinite(frequencyPenalty), "frequency penalty", "a number", frequencyPenalty);
        require(Float.isFinite(presencePenalty), "presence penalty", "a number", presencePenalty);
        require(typicalP >= 0 && typicalP <= 1, "typical", "0 to 1", typicalP);
        require(Float.isFinite(topNSigma), "top-n-sigma", "a number", topNSigma);
        require(dynamicRange >= 0 && Float.isFinite(dynamicRange), "dynatemp range", "0 or more", dynamicRange);
        require(
                dynamicExponent >= 0 && Float.isFinite(dynamicExponent),
                "dynatemp exponent",
                "0 or more",
                dynamicExponent);
        logitBias = Collections.unmodifiableMap(new TreeMap<>(logitBias));
        logitBias.forEach((id, bias) -> {
            require(id >= 0, "logit bias", "a token of 0 or more", id);
            require(bias < Float.POSITIVE_INFINITY, "logit bias", "a number", bias);
        });
        order = List.copyOf(order);
    }

    /** The usual samplers, the others off. */
    public SamplingOptions(
            float temperature, int topK, float topP, float minP, float repeatPenalty, int repeatLastN, long seed) {
        this(
                temperature,
                topK,
                topP,
                minP,
                repeatPenalty,
                repeatLastN,
                seed,
                0,
                0,
                1,
                -1,
                0,
                1,
                Xtc.OFF,
                Dry.OFF,
                Mirostat.OFF,
                Map.of(),
                SamplerKind.DEFAULT_ORDER);
    }

    /** Begins a change of these options. */
    public SamplingOptionsBuilder with() {
        return new SamplingOptionsBuilder(this);
    }

    boolean penalise() {
        return repeatLastN != 0 && (repeatPenalty != 1 || frequencyPenalty != 0 || presencePenalty != 0);
    }

    private static void require(boolean valid, String name, String expected, float actual) {
        if (!valid) {
            throw new IllegalArgumentException(name + ": " + expected + ", not " + actual);
        }
    }
}
