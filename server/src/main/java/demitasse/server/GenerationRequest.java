package demitasse.server;

import demitasse.phi3.GenerationOptions;
import demitasse.phi3.SamplingOptions;
import demitasse.phi3.SamplingOptionsBuilder;
import demitasse.phi3.grammar.Grammar;
import java.util.ArrayList;
import java.util.List;

/**
 * What requests for text have in common, whatever their dialect.
 *
 * @param includeUsage a stream ends with the counts
 * @param choices answers to each prompt
 */
record GenerationRequest(boolean stream, boolean includeUsage, int choices, GenerationOptions options) {
    private static final double MAX_TEMPERATURE = 2;
    private static final double MAX_PENALTY = 2;
    private static final String BIAS = "logit_bias";
    private static final int MAX_TOP_K = 1_000_000;
    private static final int MAX_STOPS = 16;
    private static final int MAX_STOP_CHARS = 1_000;
    private static final int MAX_CHOICES = 8;
    private static final int MAX_TOP = 20;
    private static final int NO_SCORES = GenerationOptions.NO_SCORES;

    /**
     * OpenAI's chat completions, with llama.cpp's further fields.
     *
     * @param usual what holds where the request says nothing
     */
    static GenerationRequest chat(Fields fields, Limits limits, SamplingOptions usual) {
        return openAi(fields, limits, usual, entryScores(fields), 1);
    }

    /** OpenAI's plain completions, with llama.cpp's further fields. */
    static GenerationRequest text(Fields fields, Limits limits, SamplingOptions usual) {
        if (!fields.text("suffix", "").isEmpty()) {
            throw ApiException.unsupported("suffix", "'suffix' is not supported");
        }
        GenerationRequest request =
                openAi(fields, limits, usual, (int) fields.whole("logprobs", NO_SCORES, 0, MAX_TOP), 0);
        if (fields.whole("best_of", request.choices(), 1) != request.choices()) {
            throw ApiException.unsupported(
                    "best_of", "'best_of' is not supported: all answers are given, as many as 'n'");
        }
        return request;
    }

    /** @param least tokens that an answer may be limited to; without any, a prompt is only scored */
    private static GenerationRequest openAi(
            Fields fields, Limits limits, SamplingOptions usual, int scores, int least) {
        String most = fields.has("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
        return new GenerationRequest(
                fields.flag("stream", false),
                fields.node("stream_options").path("include_usage").asBoolean(false),
                (int) fields.whole("n", 1, 1, MAX_CHOICES),
                new GenerationOptions(
                        (int) Math.min(fields.whole(most, limits.maxTokens(), least), limits.maxTokens()),
                        sampling(fields, usual),
                        stops(fields),
                        ResponseFormat.grammar(fields),
                        true,
                        scores));
    }

    /**
     * Ollama's. Of {@code options}, what is about loading a model is ignored: ours is loaded.
     *
     * @param usual what holds where the request says nothing
     */
    static GenerationRequest ollama(Fields fields, Limits limits, SamplingOptions usual) {
        Fields options = fields.object("options");
        long asked = options.whole("num_predict", limits.maxTokens(), -2);
        return new GenerationRequest(
                fields.flag("stream", true),
                true,
                1,
                new GenerationOptions(
                        (int) (asked > 0 ? Math.min(asked, limits.maxTokens()) : limits.maxTokens()),
                        sampling(options, usual),
                        stops(options),
                        ResponseFormat.ollama(fields),
                        true,
                        entryScores(fields)));
    }

    /** {@code logprobs} is a flag, {@code top_logprobs} a number. */
    private static int entryScores(Fields fields) {
        int top = (int) fields.whole("top_logprobs", 0, 0, MAX_TOP);
        if (fields.flag("logprobs", false)) {
            return top;
        }
        if (top > 0) {
            throw ApiException.invalid("top_logprobs", "'top_logprobs' needs 'logprobs': true");
        }
        return NO_SCORES;
    }

    /** Whether tokens are told with their log-probabilities. */
    boolean scored() {
        return options.scores() != NO_SCORES;
    }

    /** The same, with answers of this grammar. */
    GenerationRequest withGrammar(Grammar grammar) {
        return new GenerationRequest(stream, includeUsage, choices, options.withGrammar(grammar));
    }

    /** The answers to make, prompt by prompt. Those to one prompt differ although the request has a seed. */
    List<Job> jobs(List<int[]> prompts) {
        List<Job> jobs = new ArrayList<>();
        SamplingOptions sampling = options.sampling();
        for (int[] prompt : prompts) {
            for (int choice = 0; choice < choices; choice++) {
                long seed = sampling.seed() < 0 ? sampling.seed() : (sampling.seed() + choice) & Long.MAX_VALUE;
                jobs.add(new Job(
                        prompt, options.withSampling(sampling.with().seed(seed).build())));
            }
        }
        return jobs;
    }

    private static SamplingOptions sampling(Fields fields, SamplingOptions usual) {
        return common(fields, usual)
                .logitBias(fields.has(BIAS) ? LogitBiases.read(fields.node(BIAS), null) : usual.logitBias())
                .build();
    }

    /** What all dialects call by the same names. */
    static SamplingOptionsBuilder common(Fields fields, SamplingOptions usual) {
        return usual.with()
                .temperature((float) fields.number("temperature", usual.temperature(), 0, MAX_TEMPERATURE))
                .topK((int) Math.min(fields.whole("top_k", usual.topK(), 0), MAX_TOP_K))
                .topP((float) fields.number("top_p", usual.topP(), 0, 1))
                .minP((float) fields.number("min_p", usual.minP(), 0, 1))
                .typicalP((float) fields.number("typical_p", usual.typicalP(), 0, 1))
                .repeatPenalty((float) fields.number("repeat_penalty", usual.repeatPenalty(), 0.1, 10))
                .repeatLastN((int) Math.min(fields.whole("repeat_last_n", usual.repeatLastN(), -1), Integer.MAX_VALUE))
                .presencePenalty(penalty(fields, "presence_penalty", usual.presencePenalty()))
                .frequencyPenalty(penalty(fields, "frequency_penalty", usual.frequencyPenalty()))
                .seed(fields.whole("seed", usual.seed(), Long.MIN_VALUE));
    }

    private static float penalty(Fields fields, String name, float usual) {
        return (float) fields.number(name, usual, -MAX_PENALTY, MAX_PENALTY);
    }

    /** @throws ApiException 400 if a biased token is not one of so many */
    void checkTokens(int vocabulary) {
        LogitBiases.check(options.sampling().logitBias(), vocabulary);
    }

    static List<String> stops(Fields fields) {
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
