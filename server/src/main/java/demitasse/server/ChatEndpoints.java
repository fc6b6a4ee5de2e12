package demitasse.server;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.phi3.ChatMessage;
import demitasse.phi3.GenerationResult;
import demitasse.phi3.SamplingOptions;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.ArrayList;
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
        routes.post("/v1/chat/completions", this::chat, Access.KEY);
        routes.post("/v1/completions", this::complete, Access.KEY);
    }

    private void chat(Context ctx) throws IOException {
        Fields fields = Fields.of(ctx, limits.bodyBytes());
        List<ChatMessage> messages = messages(fields.node("messages"));
        GenerationRequest request = GenerationRequest.read(fields, limits, sampling);
        ChatModel model = model(fields);
        request.checkTokens(model.vocabularySize());
        answer(ctx, model.encode(messages), request, AnswerShape.Chat.of(model.name()));
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

    private static List<ChatMessage> messages(JsonNode node) {
        if (node.isMissingNode()) {
            throw ApiException.missing("messages");
        }
        if (!node.isArray() || node.isEmpty()) {
            throw ApiException.invalid("messages", "'messages' must be an array of at least one message");
        }
        List<ChatMessage> messages = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            messages.add(message(node.get(i), "messages[" + i + "]"));
        }
        return messages;
    }

    private static ChatMessage message(JsonNode node, String at) {
        if (!node.isObject()) {
            throw ApiException.invalid(at, "'" + at + "' must be an object");
        }
        String role = Fields.asText(node.path("role"), at + ".role");
        String known = switch (role) {
            case "system", "developer" -> "system";
            case "user", "assistant", "tool" -> role;
            default ->
                throw ApiException.invalid(
                        at + ".role", "'" + at + ".role' must be system, developer, user, assistant or tool");
        };
        return new ChatMessage(known, content(node.path("content"), role, at + ".content"));
    }

    /** A string, or an array of text parts; an assistant's turn may have none. */
    private static String content(JsonNode node, String role, String at) {
        if (node.isArray()) {
            StringBuilder text = new StringBuilder();
            for (JsonNode part : node) {
                if (!part.path("type").asText().equals("text")) {
                    throw ApiException.unsupported(at, "'" + at + "' may have parts of type text only");
                }
                text.append(Fields.asText(part.path("text"), at));
            }
            return text.toString();
        }
        boolean none = node.isNull() || node.isMissingNode();
        return none && role.equals("assistant") ? "" : Fields.asText(node, at);
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
            GenerationResult result =
                    engine.generate(prompt, request.options(), new Chunks(events, shape)::accept, events::heartbeat);
            events.data(Json.text(shape.last(result.finishReason())));
            if (request.includeUsage()) {
                events.data(Json.text(shape.counts(result)));
            }
            events.data("[DONE]");
        } catch (ClientGoneException e) {
            throw e;
        } catch (RuntimeException e) {
            if (!events.begun()) {
                throw e;
            }
            events.data(Json.text(Faults.toError(e)));
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
                events.data(Json.text(shape.piece(text)));
            }
            return true;
        }
    }
}
