package demitasse.tokenizer;

/** Text to token ids and back, as the GGUF file's own vocabulary says. Immutable, safe for several threads. */
public interface Tokenizer {
    Vocabulary vocabulary();

    /**
     * llama_tokenize.
     *
     * @param addSpecial add BOS, EOS, [CLS], [SEP] as the vocabulary asks for
     * @param parseSpecial recognise control tokens in the text; false for anything that a user typed
     */
    int[] encode(String text, boolean addSpecial, boolean parseSpecial);

    /**
     * llama_detokenize, as bytes, since a token sequence may end inside a character.
     *
     * @param removeSpecial leave out a BOS and EOS at the ends
     * @param unparseSpecial render control tokens as their text
     * @throws IndexOutOfBoundsException if an id is not one of the vocabulary's
     */
    byte[] decode(int[] ids, boolean removeSpecial, boolean unparseSpecial);

    /**
     * llama_token_to_piece: the bytes of one token; control tokens give nothing unless {@code special}.
     *
     * @throws IndexOutOfBoundsException if the id is not one of the vocabulary's
     */
    byte[] piece(int id, boolean special);
}
