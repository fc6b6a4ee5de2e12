package demitasse.server;

import demitasse.phi3.SamplingOptions;
import demitasse.tokenizer.Tokenizer;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** llama.cpp's own completions, as llama-server had them before OpenAI's. Source: its tools/server/README.md. */
final class LlamaCompletions {
    private static final String COMPLETION = "/completion";
    private static final String INFILL = "/infill";
    /** Where errors have llama-server's form. */
    static final Set<String> PATHS = Set.of(COMPLETION, INFILL);

    private final ChatEngine engine;
    private final SamplingOptions sampling;
    private final Limits limits;
    private final Answers answers;

    /** @param engine null if the server has no chat model */
    LlamaCompletions(ChatEngine engine, SamplingOptions sampling, Limits limits) {
        this.engine = engine;
        this.sampling = sampling;
        this.limits = limits;
        this.answers = new Answers(engine, AnswerStream::llamaEvents);
    }

    void register(RoutesConfig routes) {
        routes.post(COMPLETION, this::complete, Access.CUSTOMER);
        routes.post(INFILL, this::infill, Access.CUSTOMER);
    }

    private void complete(Context ctx) throws IOException {
        Fields fields = Fields.of(ctx, limits.bodyBytes());
        ChatModel model = Models.chat(engine, fields);
        GenerationRequest request = LlamaRequest.read(fields, limits, sampling, model);
        send(ctx, fields, model, request, LlamaRequest.prompts(fields.node("prompt"), model.tokenizer()));
    }

    private void infill(Context ctx) throws IOException {
        Fields fields = Fields.of(ctx, limits.bodyBytes());
        ChatModel model = Models.chat(engine, fields);
        Tokenizer tokenizer = model.tokenizer();
        Infill infill = new Infill(tokenizer);
        GenerationRequest request = LlamaRequest.read(fields, limits, sampling, model);
        int most = request.options().maxTokens();
        send(ctx, fields, model, request, List.of(infill.prompt(fields, model.contextSize(), most)));
    }

    private void send(Context ctx, Fields fields, ChatModel model, GenerationRequest request, List<int[]> prompts) {
        answers.send(ctx, prompts, request, new LlamaShape(model, request, LlamaShape.Wanted.read(fields), prompts));
    }
}
