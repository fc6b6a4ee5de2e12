package demitasse.server;

import demitasse.phi3.ChatMessage;
import demitasse.phi3.GenerationResult;
import demitasse.phi3.SamplingOptions;
import demitasse.phi3.tools.Tools;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;

/** OpenAI's chat completions and completions. */
final class ChatEndpoints {
    private final ChatEngine engine;
    private final SamplingOptions sampling;
    private final Limits limits;

    /**
     * @param engine null if the server has no chat model
     * @param sampling what holds where a request says nothing
     */
    ChatEndpoints(ChatEngine engine, SamplingOptions sampling, Limits limits) {
        this.engine = engine;
        this.sampling = sampling;
        this.limits = limits;
    }

    void register(RoutesConfig routes) {
        routes.post("/v1/chat/completions", this::chat, Access.CUSTOMER);
        routes.post("/v1/completions", this::complete, Access.CUSTOMER);
    }

    private void chat(Context ctx) throws IOException {
        Fields fields = Fields.of(ctx, limits.bodyBytes());
        List<ChatMessage> messages = ChatMessages.read(fields.node("messages"));
        Tools tools = ToolRequest.read(fields);
        GenerationRequest request = GenerationRequest.read(fields, limits, sampling);
        ChatModel model = model(fields);
        request.checkTokens(model.vocabularySize());
        if (tools.required()) {
            request = request.withGrammar(ToolRequest.grammar(tools, model.toolForm()));
        }
        ToolAnswer answer = tools.isEmpty() ? ToolAnswer.none() : ToolAnswer.of(tools, model.toolForm());
        answer(ctx, model.encode(messages, tools), request, AnswerShape.Chat.of(model.name(), answer));
    }

    private void complete(Context ctx) throws IOException {
        Fields fields = Fields.of(ctx, limits.bodyBytes());
        List<String> prompts = fields.texts("prompt");
        if (prompts.size() != 1) {
            throw prompts.isEmpty()
                    ? ApiException.missing("prompt")
                    : ApiException.unsupported("prompt", "one prompt at a time");
        }
        if (prompts.getFirst().isEmpty()) {
            throw ApiException.invalid("prompt", "'prompt' is empty");
        }
        GenerationRequest request = GenerationRequest.read(fields, limits, sampling);
        ChatModel model = model(fields);
        request.checkTokens(model.vocabularySize());
        answer(ctx, model.encode(prompts.getFirst()), request, AnswerShape.Text.of(model.name()));
    }

    private ChatModel model(Fields fields) {
        if (engine == null) {
            throw ApiException.unavailable("this server runs without a chat model");
        }
        Models.check(fields, engine.model().name());
        return engine.model();
    }

    private void answer(Context ctx, int[] prompt, GenerationRequest request, AnswerShape shape) {
        if (request.stream()) {
            stream(ctx, prompt, request, shape);
        } else {
            Send.json(ctx, shape.whole(generate(ctx, prompt, request)));
        }
    }

    private GenerationResult generate(Context ctx, int[] prompt, GenerationRequest request) {
        try (ClientWatch client = ClientWatch.on(ctx)) {
            return engine.generate(prompt, request.options(), text -> !client.gone(), client::check);
        }
    }

    private void stream(Context ctx, int[] prompt, GenerationRequest request, AnswerShape shape) {
        EventStream events = new EventStream(ctx);
        try {
            GenerationResult result = generate(ctx, prompt, request, events, new Chunks(events, shape));
            shape.end(result.finishReason()).forEach(chunk -> events.data(Json.text(chunk)));
            if (request.includeUsage()) {
                events.data(Json.text(shape.counts(result)));
            }
            events.data("[DONE]");
        } catch (ClientGoneException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            if (!events.begun()) {
                throw e;
            }
            events.data(Json.text(Faults.toError(e)));
        }
    }

    /** Watches the client too: what is written to one that has left fails a token or a heartbeat too late. */
    private GenerationResult generate(
            Context ctx, int[] prompt, GenerationRequest request, EventStream events, Chunks chunks) {
        try (ClientWatch client = ClientWatch.on(ctx)) {
            return engine.generate(
                    prompt,
                    request.options(),
                    text -> {
                        client.check();
                        return chunks.accept(text);
                    },
                    () -> {
                        client.check();
                        events.heartbeat();
                    });
        }
    }

    /** Sends the opening chunk before the first text, as soon as the prompt has been read. */
    private static final class Chunks {
        private final EventStream events;
        private final AnswerShape shape;
        private boolean opened;

        Chunks(EventStream events, AnswerShape shape) {
            this.events = events;
            this.shape = shape;
        }

        boolean accept(String text) {
            if (!opened) {
                opened = true;
                Object first = shape.first();
                if (first != null) {
                    events.data(Json.text(first));
                }
            }
            if (!text.isEmpty()) {
                shape.pieces(text).forEach(chunk -> events.data(Json.text(chunk)));
            }
            return true;
        }
    }
}
