package demitasse.phi3;

/** A prompt that does not fit into the session's context. */
public final class PromptTooLongException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PromptTooLongException(int tokens, int contextSize) {
        super("the prompt has " + tokens + " tokens; the context holds " + contextSize + ", the answer included");
    }
}
