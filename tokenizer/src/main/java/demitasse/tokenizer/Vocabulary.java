package demitasse.tokenizer;

/** The token table of a model. Token ids run from 0 to {@link #size} - 1; a special token that is absent is -1. */
public interface Vocabulary {
    int size();

    /** The token's text as it stands in the file (byte-level BPE: in GPT-2's byte alphabet). */
    String text(int id);

    /** The id of a token's exact text, or -1. */
    int id(String text);

    int bos();

    int eos();

    boolean addsBos();

    boolean addsEos();

    /** True for every token that ends a generation: EOS, EOT and the texts that llama.cpp counts among them. */
    boolean isEndOfGeneration(int id);

    /** True for control tokens, which a user's text must never produce. */
    boolean isControl(int id);
}
