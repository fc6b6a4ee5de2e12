package demitasse.tokenizer;

/** One tokenizer family at work on text between special tokens. Immutable. */
interface Segmenter {
    /**
     * Appends the tokens of a text.
     *
     * @param text well-formed UTF-16, not empty, no special tokens in it
     * @param afterSpecial whether it stands at the very start or after a special token
     */
    void segment(String text, boolean afterSpecial, IntList ids);

    /** The bytes of a token that is neither control, unknown nor user-defined. */
    byte[] bytes(int id);
}
