package demitasse.phi3;

import demitasse.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A decoder model with its tokenizer and template. Weights are shared; each {@link Session} has its own context. */
public final class LanguageModel implements AutoCloseable {
    private LanguageModel() {}

    public static LanguageModel load(Path file) throws IOException {
        return load(file, LoadOptions.defaults());
    }

    /**
     * @throws demitasse.gguf.GgufFormatException if the file is broken
     * @throws demitasse.gguf.ModelLoadException if no model can be made from it
     */
    public static LanguageModel load(Path file, LoadOptions options) throws IOException {
        throw new IOException("not yet");
    }

    /** {@code general.name}, or the file's name. */
    public String name() {
        throw new UnsupportedOperationException();
    }

    public int vocabularySize() {
        throw new UnsupportedOperationException();
    }

    /** The context that the model was trained for, in tokens. */
    public int trainedContext() {
        throw new UnsupportedOperationException();
    }

    public Tokenizer tokenizer() {
        throw new UnsupportedOperationException();
    }

    /** The file's chat template, if it is of a family that we know. */
    public Optional<ChatTemplate> chatTemplate() {
        throw new UnsupportedOperationException();
    }

    /** Token ids of a prompt, with BOS where the model wants it. */
    public int[] encode(Prompt prompt) {
        throw new UnsupportedOperationException();
    }

    /** @param contextSize tokens that the session can hold, prompt and answer together */
    public Session newSession(int contextSize) {
        throw new UnsupportedOperationException();
    }

    /** Completes a raw prompt in a session of its own. */
    public GenerationResult generate(String prompt, GenerationOptions options, GenerationListener listener) {
        throw new UnsupportedOperationException();
    }

    /** Answers a conversation in a session of its own. */
    public GenerationResult chat(List<ChatMessage> messages, GenerationOptions options, GenerationListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
