package demitasse.server;

import demitasse.agent.AnswerMode;
import demitasse.agent.Assistant;
import demitasse.bertembed.Embedding;
import demitasse.phi3.LanguageModel;
import demitasse.rag.DocumentReader;
import demitasse.rag.KnowledgeBase;
import demitasse.server.DemitasseServer.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * The whole of Demitasse inside another program: models, knowledge base, assistant and server, opened and closed
 * together. Who wants to choose more than {@link Setup} offers puts the parts together and uses
 * {@link DemitasseServer}.
 */
public final class EmbeddedServer implements AutoCloseable {
    private static final String KNOWLEDGE = "knowledge.db";
    private static final String SESSIONS = "assistant.db";

    /**
     * @param encoder GGUF file of the sentence encoder; the assistant's heads were trained on all-MiniLM-L6-v2
     * @param documents a file or folder to answer from; null: what the data folder holds
     * @param chatModel GGUF file; null: answers are the documents' own sentences, and there are no chat completions
     * @param data folder for knowledge and sessions; null: in memory
     * @param server what else the server is to be, from the API key file to the limits
     */
    public record Setup(Path encoder, Path documents, Path chatModel, Path data, UnaryOperator<Config> server) {
        public Setup {
            Objects.requireNonNull(encoder, "encoder");
            Objects.requireNonNull(server, "server");
        }

        /** In memory, without a chat model, on a port that is free. */
        public static Setup of(Path encoder, Path documents) {
            return new Setup(encoder, documents, null, null, config -> config.withPort(0));
        }

        public Setup withChatModel(Path file) {
            return new Setup(encoder, documents, file, data, server);
        }

        public Setup withData(Path folder) {
            return new Setup(encoder, documents, chatModel, folder, server);
        }

        /** @param port 0: any that is free */
        public Setup withPort(int port) {
            return withServer(config -> config.withPort(port));
        }

        /** @param change is done after those that were asked for before */
        public Setup withServer(UnaryOperator<Config> change) {
            return new Setup(encoder, documents, chatModel, data, config -> change.apply(server.apply(config)));
        }
    }

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private DemitasseServer server;

    private EmbeddedServer() {}

    /**
     * Opens everything and starts listening.
     *
     * @throws IOException if a file cannot be read or is not what it should be, or the port is in use; nothing stays
     *     open then
     */
    public static EmbeddedServer start(Setup setup) throws IOException {
        EmbeddedServer embedded = new EmbeddedServer();
        boolean started = false;
        try {
            embedded.server = embedded.keep(DemitasseServer.start(setup.server().apply(embedded.config(setup))));
            started = true;
            return embedded;
        } finally {
            if (!started) {
                embedded.close();
            }
        }
    }

    private Config config(Setup setup) throws IOException {
        Path data = setup.data();
        if (data != null) {
            Files.createDirectories(data);
        }
        Embedding embedding = keep(Embedding.load(setup.encoder()));
        BertEmbedder embedder = new BertEmbedder(embedding);
        KnowledgeBase documents = keep(
                data == null
                        ? KnowledgeBase.inMemory(embedder)
                        : KnowledgeBase.open(data.resolve(KNOWLEDGE), embedder));
        if (setup.documents() != null) {
            documents.replaceAll(DocumentReader.read(setup.documents()));
        }
        ChatGenerator chat =
                setup.chatModel() == null ? null : keep(new ChatGenerator(keep(LanguageModel.load(setup.chatModel()))));
        Path sessions = data == null ? null : data.resolve(SESSIONS);
        Path texts = data == null ? null : Assistant.textsIn(data);
        Assistant assistant = keep(Assistant.open(
                new Assistant.Config(documents, embedder, chat, AnswerMode.AUTO, sessions).withTexts(texts)));
        return Config.of(assistant).withChat(chat).withEmbedding(embedding, embedding.name());
    }

    private <T extends AutoCloseable> T keep(T part) {
        open.push(part);
        return part;
    }

    /** Where the pages and the API are, as {@code http://127.0.0.1:8080}. */
    public String url() {
        return server.url();
    }

    public int port() {
        return server.port();
    }

    /** Finishes the requests that run, then closes everything, in the opposite order. May be called twice. */
    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                // The rest wants closing too; what was to be kept is in the databases already.
                System.getLogger(EmbeddedServer.class.getName()).log(System.Logger.Level.WARNING, "closing", e);
            }
        }
    }
}
