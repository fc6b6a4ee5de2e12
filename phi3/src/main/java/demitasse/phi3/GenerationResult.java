package demitasse.phi3;

/**
 * @param cachedTokens tokens of the prompt that were found in the session's KV cache
 * @param draftedTokens tokens that speculation guessed
 * @param acceptedTokens those that were right: so many of the generated tokens needed no batch of their own
 * @param stopText the one that ended the generation; empty if something else did
 */
public record GenerationResult(
        String text,
        int promptTokens,
        int cachedTokens,
        int generatedTokens,
        int draftedTokens,
        int acceptedTokens,
        FinishReason finishReason,
        String stopText,
        double promptSeconds,
        double generationSeconds) {}
