package demitasse.server;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.phi3.GenerationOptions;
import demitasse.phi3.SamplingOptions;
import java.util.List;

/**
 * What chat and plain completions have in common: OpenAI's fields, and llama.cpp's top_k, min_p and repeat_penalty.
 *
 * @param includeUsage a stream ends with the counts
 */
record GenerationRequest(boolean stream, boolean includeUsage, GenerationOptions options) {
    private static final double MAX_TEMPERATURE = 2;
    private static final double MAX_PENALTY = 2;
    private static final int MAX_TOP_K = 1_000_000;
    private static final int MAX_STOPS = 16;
    private static final int MAX_STOP_CHARS = 1_000;

    static GenerationRequest read(Fields fields, Limits limits) {
        refuseWhatWeCannot(fields);
        boolean stream = fields.flag("stream", false);
        boolean usage = fields.node("stream_options").path("include_usage").asBoolean(false);
        var options = new GenerationOptions(
                maxTokens(fields, limits), sampling(fields), stops(fields), ResponseFormat.grammar(fields));
        return new GenerationRequest(stream, usage, options);
    }

    /** A field that changes the answer is refused rather than ignored. */
    private static void refuseWhatWeCannot(Fields fields) {
        if (fields.whole("n", 1, 1) != 1) {
            throw ApiException.unsupported("n", "only n = 1 is supported");
        }
        boolean toolsOff = fields.node("tool_choice").asText().equals("none");
        refuse(fields.node("tools").size() > 0 && !toolsOff, "tools");
        refuse(fields.node("functions").size() > 0, "functions");
        refuse(fields.node("logit_bias").size() > 0, "logit_bias");
        JsonNode logprobs = fields.node("logprobs");
        refuse(logprobs.asBoolean(false) || logprobs.isNumber(), "logprobs");
        refuse(fields.number("presence_penalty", 0, -MAX_PENALTY, MAX_PENALTY) != 0, "presence_penalty");
        refuse(fields.number("frequency_penalty", 0, -MAX_PENALTY, MAX_PENALTY) != 0, "frequency_penalty");
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

    private static SamplingOptions sampling(Fields fields) {
        SamplingOptions usual = SamplingOptions.DEFAULT;
        return new SamplingOptions(
                (float) fields.number("temperature", usual.temperature(), 0, MAX_TEMPERATURE),
                (int) Math.min(fields.whole("top_k", usual.topK(), 0), MAX_TOP_K),
                (float) fields.number("top_p", usual.topP(), 0, 1),
                (float) fields.number("min_p", usual.minP(), 0, 1),
                (float) fields.number("repeat_penalty", usual.repeatPenalty(), 0.1, 10),
                usual.repeatLastN(),
                fields.whole("seed", usual.seed(), Long.MIN_VALUE));
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
