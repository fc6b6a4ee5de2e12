package demitasse.cli;

import demitasse.bertembed.Embedding;
import demitasse.gguf.ModelLoadException;
import demitasse.phi3.LanguageModel;
import demitasse.phi3.LoadOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Loads models and adds the file's name to what the engine says of a key or tensor. */
final class Load {
    /** Set to "off", no packed weights are kept. */
    private static final String PANELS = "DEMITASSE_PANELS";

    private static final long LARGE_BYTES = 512L << 20;

    private Load() {}

    static LanguageModel language(Path file, LoadOptions options) throws IOException {
        try {
            return LanguageModel.load(file, withPanels(file, options));
        } catch (ModelLoadException e) {
            throw named(file, e);
        }
    }

    /** Packed weights of large models are kept, so that later starts are quick; small ones are packed in no time. */
    private static LoadOptions withPanels(Path file, LoadOptions options) throws IOException {
        boolean keep = !"off".equals(System.getenv(PANELS)) && Files.size(file) >= LARGE_BYTES;
        return keep ? options.withPanels(Places.cache().resolve("panels")) : options;
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
