package demitasse.server;

import demitasse.phi3.SamplerKind;
import demitasse.phi3.SamplingOptions;
import java.util.LinkedHashMap;
import java.util.Map;

/** How a completion is made, under llama.cpp's names. */
final class LlamaSettings {
    private LlamaSettings() {}

    /** @param probabilities how many likeliest tokens are told in each place */
    static Map<String, Object> of(SamplingOptions sampling, int maxTokens, boolean stream, int probabilities) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("n_predict", maxTokens);
        settings.put("max_tokens", maxTokens);
        settings.put("seed", sampling.seed());
        settings.put("temperature", sampling.temperature());
        settings.put("dynatemp_range", sampling.dynamicRange());
        settings.put("dynatemp_exponent", sampling.dynamicExponent());
        settings.put("top_k", sampling.topK());
        settings.put("top_p", sampling.topP());
        settings.put("min_p", sampling.minP());
        settings.put("top_n_sigma", sampling.topNSigma());
        settings.put("xtc_probability", sampling.xtc().probability());
        settings.put("xtc_threshold", sampling.xtc().threshold());
        settings.put("typical_p", sampling.typicalP());
        settings.put("repeat_last_n", sampling.repeatLastN());
        settings.put("repeat_penalty", sampling.repeatPenalty());
        settings.put("presence_penalty", sampling.presencePenalty());
        settings.put("frequency_penalty", sampling.frequencyPenalty());
        settings.put("dry_multiplier", sampling.dry().multiplier());
        settings.put("dry_base", sampling.dry().base());
        settings.put("dry_allowed_length", sampling.dry().allowedLength());
        settings.put("dry_penalty_last_n", sampling.dry().lastN());
        settings.put("mirostat", sampling.mirostat().version());
        settings.put("mirostat_tau", sampling.mirostat().target());
        settings.put("mirostat_eta", sampling.mirostat().rate());
        settings.put(
                "samplers", sampling.order().stream().map(SamplerKind::label).toList());
        settings.put("stream", stream);
        settings.put("n_probs", probabilities);
        return settings;
    }
}
