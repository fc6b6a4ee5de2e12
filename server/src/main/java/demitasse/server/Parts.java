package demitasse.server;

import demitasse.bertembed.Embedding;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What is behind the endpoints; each may be null. */
record Parts(Desk desk, ChatEngine chat, Vectors vectors) {
    private static final System.Logger LOG = System.getLogger(Parts.class.getName());
    private static final int WARM_UP_TEXTS = 20;

    static Parts of(DemitasseServer.Config config) {
        Desk desk = config.assistant() == null ? null : new AssistantDesk(config.assistant());
        ChatEngine chat = config.chat() == null ? null : config.chat().engine();
        Embedding embedding = config.embedding();
        if (embedding == null) {
            return new Parts(desk, chat, null);
        }
        String name = config.embeddingName() == null ? embedding.name() : config.embeddingName();
        return new Parts(desk, chat, Vectors.of(embedding, name));
    }

    /** What the API calls the chat model; null without one. */
    String chatName() {
        return chat == null ? null : chat.model().name();
    }

    /** What the API calls the embedding model; null without one. */
    String embeddingName() {
        return vectors == null ? null : vectors.name();
    }

    /** The first use of a model after the start of the JVM is many times slower than the next ones. */
    void warmUp(BooleanSupplier stopping) {
        try {
            for (int i = 0; vectors != null && i < WARM_UP_TEXTS && !stopping.getAsBoolean(); i++) {
                vectors.embed(List.of("How long does it take until my parcel arrives?"));
            }
            if (chat != null && !stopping.getAsBoolean()) {
                chat.model().warmUp();
            }
        } catch (RuntimeException e) {
            // Stopped meanwhile; or the first request will say better what is wrong.
            LOG.log(System.Logger.Level.DEBUG, "warming up ended with {0}", e.getClass());
        }
    }
}
