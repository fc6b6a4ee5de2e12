package demitasse.phi3;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;

/** The models in this module's test resources. */
final class NanoModels {
    static final int THREADS = 2;

    private NanoModels() {}

    static Path folder() {
        try {
            URL url = Objects.requireNonNull(NanoModels.class.getResource("/nano"));
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Weights of Q4_K_M, without a tokenizer. */
    static LanguageModel qwen2(boolean exact) throws IOException {
        return load("qwen2.Q4_K_M.gguf", exact);
    }

    /** Two layers of F32 with a SentencePiece tokenizer of 24 tokens. */
    static LanguageModel withTokenizer() throws IOException {
        return load("llama-spm.gguf", false);
    }

    private static LanguageModel load(String name, boolean exact) throws IOException {
        return LanguageModel.load(folder().resolve(name), new LoadOptions(THREADS, exact));
    }
}
