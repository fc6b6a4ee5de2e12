package demitasse.tokenizer;

/** Turns tokens into text one by one and never emits half a character. One per generation. */
public interface TextStream {
    /** The text that this token completes; empty while a character is incomplete. */
    String next(int id);

    /** What is left at the end; incomplete bytes become U+FFFD. */
    String flush();

    /** A stream in which control tokens are silent. */
    static TextStream of(Tokenizer tokenizer) {
        return of(tokenizer, false);
    }

    /** @param special whether control tokens are rendered as their text */
    static TextStream of(Tokenizer tokenizer, boolean special) {
        return new PieceStream(tokenizer, special);
    }
}
