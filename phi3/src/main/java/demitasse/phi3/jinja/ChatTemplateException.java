package demitasse.phi3.jinja;

/**
 * A chat template that cannot be read, fails, asks for more than its share of work, or refuses the conversation itself
 * ({@code raise_exception}).
 */
public final class ChatTemplateException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean raised;

    private ChatTemplateException(String message, boolean raised) {
        super(message);
        this.raised = raised;
    }

    static ChatTemplateException failed(String message) {
        return new ChatTemplateException(message, false);
    }

    static ChatTemplateException raised(String message) {
        return new ChatTemplateException(message, true);
    }

    /** True if the template itself called {@code raise_exception}: the conversation is at fault, not the template. */
    public boolean raisedByTemplate() {
        return raised;
    }
}
