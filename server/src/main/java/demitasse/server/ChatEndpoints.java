package demitasse.server;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.phi3.ChatMessage;
import demitasse.phi3.SamplingOptions;
import demitasse.phi3.tools.Tools;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
        boolean echo = fields.flag("echo", false);
        if (echo && request.scored()) {
            throw ApiException.unsupported("echo", "'echo' has no log-probabilities of the prompt");
        }
        if (!fields.has("prompt")) {
            throw ApiException.missing("prompt");
        }
        ChatModel model = Models.chat(engine, fields);
        request.checkTokens(model.vocabularySize());
        List<Object> prompts = prompts(fields.node("prompt"), model.vocabularySize());
        if (prompts.size() * request.choices() > MAX_ANSWERS) {
            throw ApiException.invalid("prompt", "at most " + MAX_ANSWERS + " answers at a time");
        }
        List<int[]> ids = prompts.stream()
                .map(prompt -> prompt instanceof int[] tokens ? tokens : model.encode((String) prompt))
                .toList();
        List<String> echoes = new ArrayList<>();
        for (Object prompt : prompts) {
            echoes.addAll(Collections.nCopies(request.choices(), echo ? text(prompt, model) : ""));
        }
        answers.send(ctx, ids, request, new TextShape(model.name(), request, echoes));
    }

    /** A text, tokens, or an array of texts or of tokens. */
    private static List<Object> prompts(JsonNode node, int vocabulary) {
        boolean one = node.isTextual() || node.path(0).isNumber();
        List<Object> prompts = new ArrayList<>();
        for (JsonNode prompt : one ? List.of(node) : Fields.items(node, "prompt")) {
            prompts.add(
                    prompt.isArray() ? Fields.tokens(prompt, "prompt", vocabulary) : Fields.asText(prompt, "prompt"));
            if (prompt.isArray() ? prompt.isEmpty() : prompt.textValue().isEmpty()) {
                throw ApiException.invalid("prompt", "'prompt' is empty");
            }
        }
        if (prompts.isEmpty()) {
            throw ApiException.invalid("prompt", "'prompt' must be a text, token ids, or an array of either");
        }
        return prompts;
    }

    private static String text(Object prompt, ChatModel model) {
        return prompt instanceof int[] tokens
                ? new String(model.tokenizer().decode(tokens, false, true), StandardCharsets.UTF_8)
                : (String) prompt;
    }
}
