package demitasse.server;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.bertembed.Embedding;
import demitasse.phi3.ChatMessage;
import demitasse.phi3.SamplingOptions;
import demitasse.phi3.tools.Tools;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Ollama's chat, generation and embeddings, for programs that know nothing else. Source: its docs/api.md. */
final class OllamaEndpoints {
    static final String PREFIX = "/api/";

    record Embeddings(
            String model, List<float[]> embeddings, long totalDuration, long loadDuration, int promptEvalCount) {}

    record OneEmbedding(float[] embedding) {}

    private static final String NO_CONTEXT = "; send the conversation to /api/chat";

    private final ChatEngine engine;
    private final Vectors vectors;
    private final Lane lane;
    private final SamplingOptions sampling;
    private final Limits limits;
    private final Answers answers;

    /**
     * @param engine null without a chat model
     * @param vectors null without an embedding model
     * @param lane that of the embedding model
     */
    OllamaEndpoints(ChatEngine engine, Vectors vectors, Lane lane, SamplingOptions sampling, Limits limits) {
        this.engine = engine;
        this.vectors = vectors;
        this.lane = lane;
        this.sampling = sampling;
        this.limits = limits;
        this.answers = new Answers(engine, AnswerStream::lines);
    }

    void register(RoutesConfig routes) {
        routes.post("/api/chat", this::chat, Access.CUSTOMER);
        routes.post("/api/generate", this::generate, Access.CUSTOMER);
        routes.post("/api/embed", this::embed, Access.CUSTOMER);
        routes.post("/api/embeddings", this::embedOne, Access.CUSTOMER);
        new OllamaModels(engine, vectors, limits).register(routes);
    }

    private void chat(Context ctx) throws IOException {
        Fields fields = Fields.of(ctx, limits.bodyBytes());
        JsonNode messages = fields.node("messages");
        Tools tools = ToolRequest.read(fields);
        GenerationRequest request = request(fields);
        ChatModel model = Models.chat(engine, fields);
        if (messages.isMissingNode() || messages.isArray() && messages.isEmpty()) {
            Send.json(ctx, shape(true, fields, request, ToolAnswer.none()).loaded());
            return;
        }
        List<ChatMessage> conversation = ChatMessages.readOllama(messages);
        OllamaShape shape =
                shape(true, fields, request, ToolAnswer.supplier(tools, model).get());
        answers.send(ctx, List.of(model.encode(conversation, tools)), request, shape);
    }

    private void generate(Context ctx) throws IOException {
        Fields fields = Fields.of(ctx, limits.bodyBytes());
        fields.refuse("suffix", "");
        fields.refuse("images", ": the model reads text only");
        fields.refuse("template", ": the model's own is used; with 'raw' there is none");
        fields.refuse("context", NO_CONTEXT);
        String prompt = fields.text("prompt", "");
        String system = fields.text("system", "");
        boolean raw = fields.flag("raw", false);
        GenerationRequest request = request(fields);
        ChatModel model = Models.chat(engine, fields);
        OllamaShape shape = shape(false, fields, request, ToolAnswer.none());
        if (prompt.isEmpty()) {
            Send.json(ctx, shape.loaded());
            return;
        }
        int[] ids = raw ? model.encode(prompt) : model.encode(conversation(system, prompt));
        answers.send(ctx, List.of(ids), request, shape);
    }

    private static List<ChatMessage> conversation(String system, String prompt) {
        List<ChatMessage> messages = new ArrayList<>();
        if (!system.isEmpty()) {
            messages.add(new ChatMessage("system", system));
        }
        messages.add(new ChatMessage("user", prompt));
        return messages;
    }

    private GenerationRequest request(Fields fields) {
        fields.refuse("think", ": the model does not think aloud");
        return GenerationRequest.ollama(fields, limits, sampling);
    }

    private OllamaShape shape(boolean chat, Fields fields, GenerationRequest request, ToolAnswer answer) {
        return new OllamaShape(chat, fields.text("model", engine.model().name()), request.scored(), answer);
    }

    private void embed(Context ctx) throws IOException {
        long start = System.nanoTime();
        Fields fields = Fields.of(ctx, limits.bodyBytes());
        Models.checkVectors(vectors, fields);
        EmbeddingRequest request = EmbeddingRequest.read(fields, vectors, limits, true);
        List<Embedding.Result> results = request.isEmpty() ? List.of() : request.run(ctx, vectors, lane);
        boolean cut = results.stream().anyMatch(Embedding.Result::truncated);
        if (cut && !fields.flag("truncate", true)) {
            throw ApiException.invalid("input", "a text is longer than " + vectors.window() + " tokens");
        }
        Send.json(
                ctx,
                new Embeddings(
                        fields.text("model", vectors.name()),
                        results.stream().map(Embedding.Result::vector).toList(),
                        System.nanoTime() - start,
                        0,
                        results.stream().mapToInt(Embedding.Result::tokens).sum()));
    }

    /** What {@code /api/embed} was before it could do several. */
    private void embedOne(Context ctx) throws IOException {
        Fields fields = Fields.of(ctx, limits.bodyBytes());
        Models.checkVectors(vectors, fields);
        String prompt = fields.text("prompt", "");
        EmbeddingRequest request = new EmbeddingRequest(List.of(prompt), null);
        float[] vector = prompt.isEmpty()
                ? new float[0]
                : request.run(ctx, vectors, lane).getFirst().vector();
        Send.json(ctx, new OneEmbedding(vector));
    }
}
