package demitasse.cli;

import demitasse.bertembed.Embedding;
import demitasse.gguf.ModelLoadException;
import demitasse.phi3.LanguageModel;
import demitasse.phi3.LoadOptions;
import java.io.IOException;
import java.nio.file.Path;

/** Loads models and adds the file's name to what the engine says of a key or tensor. */
final class Load {
    private Load() {}

    static LanguageModel language(Path file, LoadOptions options) throws IOException {
        try {
            return LanguageModel.load(file, options);
        } catch (ModelLoadException e) {
            throw named(file, e);
        }
    }

    static Embedding embedding(Path file, int threads, boolean exact) throws IOException {
        try {
            return Embedding.load(file, threads, exact);
        } catch (ModelLoadException e) {
            throw named(file, e);
        }
    }

    /** As an IOException, so that {@code serve} can go on without a default model that is no good. */
    static IOException named(Path file, ModelLoadException e) {
        return new IOException(file + ": " + e.getMessage(), e);
    }
}
