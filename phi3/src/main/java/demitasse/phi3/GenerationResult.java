package demitasse.phi3;

/** @param cachedTokens tokens of the prompt that were found in the session's KV cache */
public record GenerationResult(
        String text,
        int promptTokens,
        int cachedTokens,
        int generatedTokens,
        FinishReason finishReason,
        double promptSeconds,
        double generationSeconds) {}
