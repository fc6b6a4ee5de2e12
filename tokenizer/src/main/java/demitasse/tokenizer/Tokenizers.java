package demitasse.tokenizer;

import demitasse.gguf.Metadata;
import demitasse.gguf.ModelLoadException;

/** Makes the tokenizer that a GGUF file asks for in {@code tokenizer.ggml.model} and {@code tokenizer.ggml.pre}. */
public final class Tokenizers {
    private Tokenizers() {}

    /** @throws ModelLoadException naming the key that is missing or wrong */
    public static Tokenizer load(Metadata metadata) throws ModelLoadException {
        throw new ModelLoadException(
                "key tokenizer.ggml.model",
                "gpt2, llama or bert",
                metadata.string("tokenizer.ggml.model").orElse("nothing"));
    }
}
