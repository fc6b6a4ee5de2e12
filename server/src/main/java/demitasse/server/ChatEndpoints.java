package demitasse.server;

import demitasse.phi3.ChatMessage;
import demitasse.phi3.SamplingOptions;
import demitasse.phi3.tools.Tools;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/** OpenAI's chat completions and completions. */
final class ChatEndpoints {
    /** Prompts of a request, times the answers to each. */
    private static final int MAX_ANSWERS = 32;

    private final ChatEngine engine;
    private final SamplingOptions sampling;
    private final Limits limits;
    private final Answers answers;

    /**
     * @param engine null if the server has no chat model
     * @param sampling what holds where a request says nothing
     */
    ChatEndpoints(ChatEngine engine, SamplingOptions sampling, Limits limits) {
        this.engine = engine;
        this.sampling = sampling;
        this.limits = limits;
        this.answers = new Answers(engine, AnswerStream::events);
    }

    void register(RoutesConfig routes) {
        routes.post("/v1/chat/completions", this::chat, Access.CUSTOMER);
        routes.post("/v1/completions", this::complete, Access.CUSTOMER);
    }

    private void chat(Context ctx) throws IOException {
        Fields fields = Fields.of(ctx, limits.bodyBytes());
        List<ChatMessage> messages = ChatMessages.read(fields.node("messages"));
        Tools tools = ToolRequest.read(fields);
        GenerationRequest request = GenerationRequest.chat(fields, limits, sampling);
        ChatModel model = Models.chat(engine, fields);
        request.checkTokens(model.vocabularySize());
        if (tools.required()) {
            request = request.withGrammar(ToolRequest.grammar(tools, model.toolForm()));
        }
        Supplier<ToolAnswer> answer = ToolAnswer.supplier(tools, model);
        List<int[]> prompts = List.of(model.encode(messages, tools));
        answers.send(ctx, prompts, request, new ChatShape(model.name(), request, answer));
    }

    private void complete(Context ctx) throws IOException {
        Fields fields = Fields.of(ctx, limits.bodyBytes());
        GenerationRequest request = GenerationRequest.text(fields, limits, sampling);
        ChatModel model = Models.chat(engine, fields);
        request.checkTokens(model.vocabularySize());
        TextPrompts prompts = new TextPrompts(fields, model);
        if (prompts.size() * request.choices() > MAX_ANSWERS) {
            throw ApiException.invalid("prompt", "at most " + MAX_ANSWERS + " answers at a time");
        }
        List<TextPrompts.Echo> echoes = echoes(ctx, prompts, request, fields.flag("echo", false)).stream()
                .flatMap(echo -> Collections.nCopies(request.choices(), echo).stream())
                .toList();
        answers.send(ctx, prompts.ids(), request, new TextShape(model.name(), request, echoes));
    }

    private List<TextPrompts.Echo> echoes(Context ctx, TextPrompts prompts, GenerationRequest request, boolean echo) {
        if (!echo) {
            return Collections.nCopies(prompts.size(), TextPrompts.Echo.NONE);
        }
        if (!request.scored()) {
            return prompts.echoes();
        }
        try (ClientWatch client = ClientWatch.on(ctx)) {
            return prompts.echoes(engine.score(prompts.ids(), request.options().scores(), client));
        }
    }
}
