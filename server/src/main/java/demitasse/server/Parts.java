package demitasse.server;

import demitasse.bertembed.Embedding;

/** What is behind the endpoints; each may be null. */
record Parts(Desk desk, ChatEngine chat, Vectors vectors) {
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
}
