package demitasse.server;

import com.fasterxml.jackson.annotation.JsonProperty;
import demitasse.phi3.GenerationResult;

/** OpenAI's token counts. */
record Usage(int promptTokens, int completionTokens, int totalTokens, Details promptTokensDetails) {
    /** Prompt tokens that the session's cache already had. */
    record Details(int cachedTokens) {}

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
            int read = result.promptTokens() - result.cachedTokens();
            return new Timings(
                    result.cachedTokens(),
                    read,
                    result.promptSeconds() * 1e3,
                    rate(read, result.promptSeconds()),
                    result.generatedTokens(),
                    result.generationSeconds() * 1e3,
                    rate(result.generatedTokens(), result.generationSeconds()));
        }

        private static double rate(int tokens, double seconds) {
            return seconds > 0 ? tokens / seconds : 0;
        }
    }
}
