package demitasse.server;

import demitasse.bertembed.Embedding;
import demitasse.phi3.LanguageModel;
import demitasse.phi3.LoadOptions;
import demitasse.server.DemitasseServer.Config;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A server on a free port with models that are really run: a {@link TinyModel}, and the bundled sentence encoder. */
final class TinyServer implements AutoCloseable {
    static final String EMBEDDING = "minilm";

    private final LanguageModel model;
    private final ChatGenerator chat;
    private final Embedding embedding;
    private final DemitasseServer server;

    /** @param folder for the model's file */
    TinyServer(Path folder) throws IOException {
        this(folder, List.of());
    }

    /** @param more control tokens that the model has besides */
    TinyServer(Path folder, List<String> more) throws IOException {
        Path file = folder.resolve("tiny" + more.size() + ".gguf");
        TinyModel.write(file, more);
        model = LanguageModel.load(file, new LoadOptions(2, false));
        chat = new ChatGenerator(model);
        embedding = Embedding.load(SharedData.repository("models/all-MiniLM-L6-v2.Q8_0.gguf"), 2, false);
        server =
                DemitasseServer.start(Config.of(null).withPort(0).withChat(chat).withEmbedding(embedding, EMBEDDING));
    }

    String url() {
        return server.url();
    }

    @Override
    public void close() {
        server.close();
        chat.close();
        model.close();
        embedding.close();
    }
}
