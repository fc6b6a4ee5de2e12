package demitasse.tokenizer;

/** Turns tokens into text one by one and never emits half a character. One per generation. */
public interface TextStream {
    /** The text that this token completes; empty while a character is incomplete. */
    String next(int id);

    /** What is left at the end; incomplete bytes become U+FFFD. */
    String flush();
}
