package demitasse.server;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.phi3.GenerationOptions;
import demitasse.phi3.SamplerKind;
import demitasse.phi3.SamplingOptions;
import demitasse.phi3.SamplingOptionsBuilder;
import demitasse.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * llama.cpp's own completions. What is about its slots and caches ({@code id_slot}, {@code cache_prompt},
 * {@code n_keep}) is ignored: ours give the same text whatever is in them. Source: its tools/server/README.md.
 */
final class LlamaRequest {
    private static final String BIAS = "logit_bias";
    private static final String SAMPLERS = "samplers";
    private static final int MOST_PROBABILITIES = 100;
    private static final int MOST_PROMPTS = 32;
    /** llama.cpp's "any" as it is without a sign. */
    private static final long RANDOM_SEED = 0xFFFF_FFFFL;

    private LlamaRequest() {}

    /** @throws ApiException 400 if a field is at fault */
    static GenerationRequest read(Fields fields, Limits limits, SamplingOptions usual, ChatModel model) {
        int probabilities = (int) fields.whole("n_probs", 0, 0, MOST_PROBABILITIES);
        boolean told = probabilities > 0 || fields.flag("return_tokens", false);
        long asked = fields.whole(fields.has("n_predict") ? "n_predict" : "max_tokens", limits.maxTokens(), -2);
        GenerationRequest request = new GenerationRequest(
                fields.flag("stream", false),
                true,
                1,
                new GenerationOptions(
                        (int) (asked >= 0 ? Math.min(asked, limits.maxTokens()) : limits.maxTokens()),
                        sampling(fields, usual, model),
                        GenerationRequest.stops(fields),
                        ResponseFormat.llamaCpp(fields),
                        true,
                        told ? probabilities : GenerationOptions.NO_SCORES,
                        fields.flag("post_sampling_probs", false)));
        request.checkTokens(model.vocabularySize());
        return request;
    }

    /** One prompt, or an array of prompts; each is a text, or an array of tokens between which texts may stand. */
    static List<int[]> prompts(JsonNode prompt, Tokenizer tokenizer) {
        List<int[]> prompts = new ArrayList<>();
        for (JsonNode one : isOne(prompt) ? List.of(prompt) : prompt) {
            int[] ids = MixedText.encode(one, "prompt", tokenizer, true, true);
            if (ids.length == 0) {
                throw ApiException.invalid("prompt", "'prompt' is empty");
            }
            prompts.add(ids);
        }
        if (prompts.isEmpty() || prompts.size() > MOST_PROMPTS) {
            throw ApiException.invalid("prompt", "'prompt' has 1 to " + MOST_PROMPTS + " prompts");
        }
        return prompts;
    }

    private static boolean isOne(JsonNode prompt) {
        return !prompt.isArray()
                || IntStream.range(0, prompt.size())
                        .anyMatch(i ->
                                !prompt.get(i).isTextual() && !prompt.get(i).isArray());
    }

    private static SamplingOptions sampling(Fields fields, SamplingOptions usual, ChatModel model) {
        SamplingOptionsBuilder sampling = GenerationRequest.common(fields, usual);
        if (fields.whole("seed", usual.seed(), Long.MIN_VALUE) == RANDOM_SEED) {
            sampling.seed(-1);
        }
        try {
            sampling.topNSigma(number(fields, "top_n_sigma", usual.topNSigma()))
                    .dynamicRange(number(fields, "dynatemp_range", usual.dynamicRange()))
                    .dynamicExponent(number(fields, "dynatemp_exponent", usual.dynamicExponent()))
                    .xtc(new SamplingOptions.Xtc(
                            number(fields, "xtc_probability", usual.xtc().probability()),
                            number(fields, "xtc_threshold", usual.xtc().threshold())))
                    .dry(dry(fields, usual.dry()))
                    .mirostat(new SamplingOptions.Mirostat(
                            (int) fields.whole("mirostat", usual.mirostat().version(), 0, 2),
                            number(fields, "mirostat_tau", usual.mirostat().target()),
                            number(fields, "mirostat_eta", usual.mirostat().rate())))
                    .logitBias(biases(fields, usual, model));
            if (fields.has(SAMPLERS)) {
                // llama.cpp also takes a text of their first letters, which no client is known to send.
                sampling.order(SamplerKind.order(String.join(";", list(fields, SAMPLERS))));
            }
            return sampling.build();
        } catch (IllegalArgumentException e) {
            throw ApiException.invalid(null, e.getMessage());
        }
    }

    /** An array of texts, which no text stands for; empty when absent. */
    static List<String> list(Fields fields, String name) {
        if (fields.has(name)) {
            Fields.items(fields.node(name), name);
        }
        return fields.texts(name);
    }

    private static float number(Fields fields, String name, float usual) {
        return (float) fields.number(name, usual, -Float.MAX_VALUE, Float.MAX_VALUE);
    }

    private static SamplingOptions.Dry dry(Fields fields, SamplingOptions.Dry usual) {
        return new SamplingOptions.Dry(
                number(fields, "dry_multiplier", usual.multiplier()),
                number(fields, "dry_base", usual.base()),
                (int) fields.whole("dry_allowed_length", usual.allowedLength(), 0, Integer.MAX_VALUE),
                (int) fields.whole("dry_penalty_last_n", usual.lastN(), -1, Integer.MAX_VALUE),
                fields.has("dry_sequence_breakers") ? fields.texts("dry_sequence_breakers") : usual.breakers());
    }

    private static Map<Integer, Float> biases(Fields fields, SamplingOptions usual, ChatModel model) {
        Map<Integer, Float> biases = fields.has(BIAS)
                ? LogitBiases.read(fields.node(BIAS), text -> model.tokenizer().encode(text, false, false))
                : usual.logitBias();
        if (!fields.flag("ignore_eos", false)) {
            return biases;
        }
        Map<Integer, Float> endless = new HashMap<>(biases);
        var vocabulary = model.tokenizer().vocabulary();
        IntStream.range(0, vocabulary.size())
                .filter(vocabulary::isEndOfGeneration)
                .forEach(id -> endless.put(id, Float.NEGATIVE_INFINITY));
        return endless;
    }
}
