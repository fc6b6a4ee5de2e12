package demitasse.cli;

import demitasse.agent.AnswerMode;
import demitasse.agent.Assistant;
import demitasse.agent.Quota;
import demitasse.agent.Retention;
import demitasse.bertembed.Embedding;
import demitasse.phi3.LanguageModel;
import demitasse.phi3.LoadOptions;
import demitasse.rag.KnowledgeBase;
import demitasse.server.BertEmbedder;
import demitasse.server.ChatGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/** What a command has opened, closed together in the opposite order. Several threads may open. */
final class Engines implements AutoCloseable {
    private final Deque<AutoCloseable> open = new ConcurrentLinkedDeque<>();
    private final Embedding embedding;
    private final BertEmbedder embedder;

    /** @param embeddingFile the sentence encoder that every retrieval and classification rests on */
    Engines(Path embeddingFile) throws IOException {
        embedding = keep(Load.embedding(embeddingFile, ThreadsChoice.orAll(0), false));
        embedder = new BertEmbedder(embedding);
    }

    Embedding embedding() {
        return embedding;
    }

    BertEmbedder embedder() {
        return embedder;
    }

    /** @param database null: in memory */
    KnowledgeBase knowledge(Path database) {
        return keep(database == null ? KnowledgeBase.inMemory(embedder) : KnowledgeBase.open(database, embedder));
    }

    /** @param model a file, or a name of the catalog, which the API then calls it too */
    ChatGenerator chat(String model, ModelStore store) throws IOException {
        return chat(model, store, LoadOptions.defaults(), 0);
    }

    /** @param parallel generations at once; 0: the usual number */
    ChatGenerator chat(String model, ModelStore store, LoadOptions load, int parallel) throws IOException {
        Path file = ModelOption.resolve(model, store);
        LanguageModel loaded = keep(Load.language(file, load));
        boolean listed = Catalog.load().find(model).isPresent();
        ChatGenerator.Options usual = ChatGenerator.Options.defaults(loaded);
        return keep(new ChatGenerator(
                loaded, listed ? model : loaded.name(), parallel == 0 ? usual : usual.withParallel(parallel)));
    }

    /**
     * With nothing kept of customers but in memory.
     *
     * @param chat null: no generated answers
     * @param texts the shop's own phrases and rules; null: none
     */
    Assistant assistant(KnowledgeBase knowledge, ChatGenerator chat, AnswerMode answers, Path texts) {
        return assistant(knowledge, chat, answers, null, Retention.DEFAULT, Quota.DEFAULT, texts);
    }

    /**
     * @param database null: in memory
     * @param retention how long what customers write is kept
     * @param quota how much of it
     */
    Assistant assistant(
            KnowledgeBase knowledge,
            ChatGenerator chat,
            AnswerMode answers,
            Path database,
            Retention retention,
            Quota quota,
            Path texts) {
        return keep(Assistant.open(new Assistant.Config(
                knowledge, embedder, chat, answers, database, retention, quota, texts, Clock.systemUTC())));
    }

    <T extends AutoCloseable> T keep(T resource) {
        open.push(resource);
        return resource;
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                // The rest wants closing too; what was to be kept is in the databases already.
                System.getLogger(Engines.class.getName()).log(System.Logger.Level.WARNING, "closing", e);
            }
        }
    }
}
