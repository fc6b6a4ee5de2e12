package demitasse.phi3;

import java.util.List;

/** Receives a generation as it is made. */
@FunctionalInterface
public interface GenerationListener {
    /**
     * Called after each token, with the text that it completes (empty while a character or a possible stop text is
     * incomplete), and once before the first token after the prompt was read, with empty text.
     *
     * @return false to cancel
     */
    boolean onText(String text);

    /**
     * Called once, before the first {@link #onText}, when the prompt has been read.
     *
     * @param cachedTokens tokens of it that were found in the session's KV cache
     * @param seconds what reading it took
     */
    default void onPrompt(int cachedTokens, double seconds) {}

    /**
     * Called before {@link #onText} with the tokens whose text begins in the piece that follows, if
     * {@link GenerationOptions#scores} asks for them. The token that ended the generation is not told, nor are those of a
     * stop text.
     */
    default void onTokens(List<ScoredToken> tokens) {}
}
