package demitasse.phi3;

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
}
