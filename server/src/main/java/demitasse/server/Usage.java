package demitasse.server;

import com.fasterxml.jackson.annotation.JsonProperty;
import demitasse.phi3.GenerationResult;
import java.util.List;

/** OpenAI's token counts. */
record Usage(int promptTokens, int completionTokens, int totalTokens, Details promptTokensDetails) {
    /** Prompt tokens that the session's cache already had. */
    record Details(int cachedTokens) {}

    /**
     * What several answers took together.
     *
     * @param answersPerPrompt neighbours have a prompt in common, which is counted once
     */
    static GenerationResult sum(List<GenerationResult> results, int answersPerPrompt) {
        int prompt = 0;
        int cached = 0;
        for (int i = 0; i < results.size(); i += answersPerPrompt) {
            prompt += results.get(i).promptTokens();
            cached += results.get(i).cachedTokens();
        }
        return new GenerationResult(
                "",
                prompt,
                cached,
                results.stream().mapToInt(GenerationResult::generatedTokens).sum(),
                results.stream().mapToInt(GenerationResult::draftedTokens).sum(),
                results.stream().mapToInt(GenerationResult::acceptedTokens).sum(),
                results.getFirst().finishReason(),
                results.getFirst().stopText(),
                results.stream().mapToDouble(GenerationResult::promptSeconds).sum(),
                results.stream()
                        .mapToDouble(GenerationResult::generationSeconds)
                        .sum());
    }

    static Usage of(GenerationResult result) {
        return new Usage(
                result.promptTokens(),
                result.generatedTokens(),
                result.promptTokens() + result.generatedTokens(),
                new Details(result.cachedTokens()));
    }

    /** llama.cpp's times of one generation, under its names. */
    record Timings(
            @JsonProperty("cache_n") int cached,
            @JsonProperty("prompt_n") int prompt,
            double promptMs,
            double promptPerSecond,
            @JsonProperty("predicted_n") int predicted,
            double predictedMs,
            double predictedPerSecond) {
        static Timings of(GenerationResult result) {
            return of(
                    result.cachedTokens(),
                    result.promptTokens() - result.cachedTokens(),
                    result.promptSeconds(),
                    result.generatedTokens(),
                    result.generationSeconds());
        }

        /** @param read tokens of the prompt that were not in the cache */
        static Timings of(int cached, int read, double promptSeconds, int predicted, double predictedSeconds) {
            return new Timings(
                    cached,
                    read,
                    promptSeconds * 1e3,
                    rate(read, promptSeconds),
                    predicted,
                    predictedSeconds * 1e3,
                    rate(predicted, predictedSeconds));
        }

        private static double rate(int tokens, double seconds) {
            return seconds > 0 ? tokens / seconds : 0;
        }
    }
}
