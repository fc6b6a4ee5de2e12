package demitasse.phi3;

/** One context of a model: KV cache and scratch. Not safe for use by several threads at once. */
public final class Session implements AutoCloseable {
    Session() {}

    /** Tokens in the cache. */
    public int position() {
        throw new UnsupportedOperationException();
    }

    public int contextSize() {
        throw new UnsupportedOperationException();
    }

    /** Forgets all tokens from {@code position} on. */
    public void rewind(int position) {
        throw new UnsupportedOperationException();
    }

    /**
     * Appends tokens and returns the logits after the last one: [vocabulary], valid until the next call.
     *
     * @throws PromptTooLongException if they do not fit
     */
    public float[] evaluate(int[] ids) {
        throw new UnsupportedOperationException();
    }

    /** Appends tokens and returns the logits after each: [ids.length][vocabulary], row-major. */
    public float[] evaluateAll(int[] ids) {
        throw new UnsupportedOperationException();
    }

    /**
     * Generates after {@code prompt}, keeping what the cache already has of it (the longest common prefix).
     *
     * @throws PromptTooLongException if the prompt leaves no room for a token
     */
    public GenerationResult generate(int[] prompt, GenerationOptions options, GenerationListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
