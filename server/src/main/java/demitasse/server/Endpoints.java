package demitasse.server;

import demitasse.phi3.SamplingOptions;
import demitasse.rag.KnowledgeBase;
import io.javalin.config.RoutesConfig;
import java.util.Objects;
import java.util.stream.Stream;

/** Puts the endpoint groups together. A new group gets a class of its own and a line here. */
record Endpoints(
        Parts parts,
        SamplingOptions sampling,
        Limits limits,
        Lane embeddings,
        Metrics metrics,
        Readiness readiness,
        Operations upkeep) {
    void register(RoutesConfig routes, Guard guard) {
        Faults.register(routes);
        guard.register(routes);
        operations(routes);
        openAi(routes);
        if (parts.desk() != null) {
            assistant(routes);
        }
    }

    /** What is watched, else the assistant's; null if there is neither. */
    private KnowledgeBase knowledge() {
        boolean own = upkeep.knowledge() != null
                || parts.desk() == null
                || parts.desk().backOffice() == null;
        return own ? upkeep.knowledge() : parts.desk().backOffice().knowledge();
    }

    private void operations(RoutesConfig routes) {
        var health =
                new OperationsEndpoints.Health("ok", parts.desk() != null, parts.chatName(), parts.embeddingName());
        new OperationsEndpoints(health, metrics, readiness).register(routes);
        new ReloadEndpoint(knowledge(), metrics).register(routes);
        new Gauges(metrics.registry()).add(parts, upkeep, readiness);
        PageEndpoints.registerDescription(routes);
    }

    private void openAi(RoutesConfig routes) {
        ChatEngine chat = parts.chat();
        if (chat != null) {
            metrics.queue("chat", chat.lane()::waiting, chat.lane()::running);
            chat.observe(metrics::generation);
        }
        metrics.queue("embeddings", embeddings::waiting, embeddings::running);
        new Models(Stream.of(parts.chatName(), parts.embeddingName())
                        .filter(Objects::nonNull)
                        .toList())
                .register(routes);
        new ChatEndpoints(chat, sampling, limits).register(routes);
        new EmbeddingEndpoints(parts.vectors(), embeddings, limits).register(routes);
        new LlamaEndpoints(chat, sampling, limits).register(routes);
        new LlamaCompletions(chat, sampling, limits).register(routes);
        new OllamaEndpoints(chat, parts.vectors(), embeddings, sampling, limits).register(routes);
    }

    private void assistant(RoutesConfig routes) {
        Gate gate = new Gate(limits.assistants(), limits.queue());
        metrics.queue("assistant", gate::waiting, gate::running);
        new PageEndpoints().register(routes);
        new AssistEndpoints(parts.desk(), gate, metrics, limits).register(routes);
        new SessionEndpoints(parts.desk()).register(routes);
        new HandoffEndpoints(parts.desk(), limits).register(routes);
        new SuggestEndpoint(parts.desk(), limits).register(routes);
        new CannedEndpoints(parts.desk().cannedReplies(), limits).register(routes);
        backOffice(routes, parts.desk());
    }

    private void backOffice(RoutesConfig routes, Desk desk) {
        new KnowledgeEndpoints(desk, limits).register(routes);
        new ImportEndpoint(desk).register(routes);
        new QuestionEndpoints(desk, limits).register(routes);
        new AnalyticsEndpoints(desk).register(routes);
    }
}
