package demitasse.server;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.phi3.GenerationOptions;
import demitasse.phi3.SamplingOptions;
import demitasse.phi3.grammar.Grammar;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What chat and plain completions have in common: OpenAI's fields, and llama.cpp's top_k, min_p and repeat_penalty.
 *
 * @param includeUsage a stream ends with the counts
 */
record GenerationRequest(boolean stream, boolean includeUsage, GenerationOptions options) {
    private static final double MAX_TEMPERATURE = 2;
    private static final double MAX_PENALTY = 2;
    private static final String BIAS = "logit_bias";
    private static final int MAX_BIAS = 100;
    private static final int MAX_BIASES = 1_000;
    private static final int MAX_TOP_K = 1_000_000;
    private static final int MAX_STOPS = 16;
    private static final int MAX_STOP_CHARS = 1_000;

    /** @param usual what holds where the request says nothing */
    static GenerationRequest read(Fields fields, Limits limits, SamplingOptions usual) {
        refuseWhatWeCannot(fields);
        boolean stream = fields.flag("stream", false);
        boolean usage = fields.node("stream_options").path("include_usage").asBoolean(false);
        var options = new GenerationOptions(
                maxTokens(fields, limits),
                sampling(fields, usual),
                stops(fields),
                ResponseFormat.grammar(fields),
                true);
        return new GenerationRequest(stream, usage, options);
    }

    /** The same, with an answer of this grammar. */
    GenerationRequest withGrammar(Grammar grammar) {
        return new GenerationRequest(
                stream,
                includeUsage,
                new GenerationOptions(options.maxTokens(), options.sampling(), options.stop(), grammar));
    }

    /** A field that changes the answer is refused rather than ignored. */
    private static void refuseWhatWeCannot(Fields fields) {
        if (fields.whole("n", 1, 1) != 1) {
            throw ApiException.unsupported("n", "only n = 1 is supported");
        }
        JsonNode logprobs = fields.node("logprobs");
        refuse(logprobs.asBoolean(false) || logprobs.isNumber(), "logprobs");
    }

    private static void refuse(boolean asked, String field) {
        if (asked) {
            throw ApiException.unsupported(field, "'" + field + "' is not supported");
        }
    }

    private static int maxTokens(Fields fields, Limits limits) {
        String name = fields.has("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
        return (int) Math.min(fields.whole(name, limits.maxTokens(), 1), limits.maxTokens());
    }

    private static SamplingOptions sampling(Fields fields, SamplingOptions usual) {
        return usual.with()
                .temperature((float) fields.number("temperature", usual.temperature(), 0, MAX_TEMPERATURE))
                .topK((int) Math.min(fields.whole("top_k", usual.topK(), 0), MAX_TOP_K))
                .topP((float) fields.number("top_p", usual.topP(), 0, 1))
                .minP((float) fields.number("min_p", usual.minP(), 0, 1))
                .repeatPenalty((float) fields.number("repeat_penalty", usual.repeatPenalty(), 0.1, 10))
                .presencePenalty(penalty(fields, "presence_penalty", usual.presencePenalty()))
                .frequencyPenalty(penalty(fields, "frequency_penalty", usual.frequencyPenalty()))
                .logitBias(fields.has("logit_bias") ? logitBias(fields.node("logit_bias")) : usual.logitBias())
                .seed(fields.whole("seed", usual.seed(), Long.MIN_VALUE))
                .build();
    }

    private static float penalty(Fields fields, String name, float usual) {
        return (float) fields.number(name, usual, -MAX_PENALTY, MAX_PENALTY);
    }

    /** OpenAI's form: token ids as names, what to add to their logits as values. */
    private static Map<Integer, Float> logitBias(JsonNode node) {
        if (!node.isObject() || node.size() > MAX_BIASES) {
            throw ApiException.invalid(
                    BIAS, "'" + BIAS + "' must be an object of at most " + MAX_BIASES + " token ids and numbers");
        }
        Map<Integer, Float> biases = new HashMap<>();
        node.properties().forEach(entry -> {
            double bias = entry.getValue().isNumber() ? entry.getValue().doubleValue() : Double.NaN;
            if (!entry.getKey().matches("[0-9]{1,9}") || !(Math.abs(bias) <= MAX_BIAS)) {
                throw ApiException.invalid(
                        BIAS, "'" + BIAS + "' maps token ids to numbers from -" + MAX_BIAS + " to " + MAX_BIAS);
            }
            biases.put(Integer.valueOf(entry.getKey()), (float) bias);
        });
        return biases;
    }

    /** @throws ApiException 400 if a biased token is not one of so many */
    void checkTokens(int vocabulary) {
        options.sampling().logitBias().keySet().stream()
                .filter(id -> id >= vocabulary)
                .findFirst()
                .ifPresent(id -> {
                    throw ApiException.invalid(
                            BIAS, "'" + BIAS + "': token " + id + " of a vocabulary of " + vocabulary);
                });
    }

    private static List<String> stops(Fields fields) {
        List<String> stops = fields.texts("stop");
        if (stops.size() > MAX_STOPS) {
            throw ApiException.invalid("stop", "at most " + MAX_STOPS + " stop texts");
        }
        for (String stop : stops) {
            if (stop.isEmpty() || stop.length() > MAX_STOP_CHARS) {
                throw ApiException.invalid("stop", "a stop text has 1 to " + MAX_STOP_CHARS + " characters");
            }
        }
        return stops;
    }
}
