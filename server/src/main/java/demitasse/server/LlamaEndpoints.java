package demitasse.server;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.phi3.ChatMessage;
import demitasse.phi3.SamplingOptions;
import demitasse.phi3.tools.Tools;
import demitasse.tokenizer.Tokenizer;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What llama-server has beside OpenAI's: tokens, templates, properties, slots. Source: its tools/server/README.md. */
final class LlamaEndpoints {
    /** @param piece a text, or the bytes of one that is not whole */
    record TokenPiece(int id, Object piece) {}

    record TokenList(List<Object> tokens) {}

    record Content(String content) {}

    record PromptText(String prompt) {}

    /** @param nCtx tokens of a slot's context */
    record Settings(int nCtx, Map<String, Object> params) {}

    /**
     * @param modelPath the model's name: where it lies is nobody's business
     * @param modelAlias the same
     */
    record Properties(
            Settings defaultGenerationSettings,
            int totalSlots,
            String modelAlias,
            String modelPath,
            String chatTemplate,
            String bosToken,
            String eosToken,
            Map<String, Boolean> modalities,
            String buildInfo,
            boolean isSleeping) {}

    record NextToken(boolean hasNextToken, int nRemain, int nDecoded) {}

    /** No prompt and no text: they are customers'. */
    record Slot(int id, int nCtx, boolean speculative, boolean isProcessing, int nPromptTokens, NextToken nextToken) {}

    private final ChatEngine engine;
    private final SamplingOptions sampling;
    private final Limits limits;

    /** @param engine null if the server has no chat model */
    LlamaEndpoints(ChatEngine engine, SamplingOptions sampling, Limits limits) {
        this.engine = engine;
        this.sampling = sampling;
        this.limits = limits;
    }

    void register(RoutesConfig routes) {
        routes.post("/tokenize", this::tokenize, Access.CUSTOMER);
        routes.post("/detokenize", this::detokenize, Access.CUSTOMER);
        routes.post("/apply-template", this::applyTemplate, Access.CUSTOMER);
        routes.get("/props", this::properties, Access.CUSTOMER);
        routes.get("/slots", this::slots, Access.ADMIN);
    }

    private void tokenize(Context ctx) throws IOException {
        Fields fields = Fields.of(ctx, limits.bodyBytes());
        Tokenizer tokenizer = Models.chat(engine, fields).tokenizer();
        boolean addSpecial = fields.flag("add_special", false);
        boolean parseSpecial = fields.flag("parse_special", true);
        int[] ids = MixedText.encode(fields.node("content"), "content", tokenizer, addSpecial, parseSpecial);
        boolean pieces = fields.flag("with_pieces", false);
        List<Object> tokens = new ArrayList<>();
        for (int id : ids) {
            tokens.add(pieces ? new TokenPiece(id, piece(tokenizer.piece(id, true))) : (Object) id);
        }
        Send.json(ctx, new TokenList(tokens));
    }

    private static Object piece(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            List<Integer> numbers = new ArrayList<>();
            for (byte b : bytes) {
                numbers.add(Byte.toUnsignedInt(b));
            }
            return numbers;
        }
    }

    private void detokenize(Context ctx) throws IOException {
        Fields fields = Fields.of(ctx, limits.bodyBytes());
        Tokenizer tokenizer = Models.chat(engine, fields).tokenizer();
        JsonNode tokens = fields.node("tokens");
        if (!tokens.isArray()) {
            throw tokens.isMissingNode()
                    ? ApiException.missing("tokens")
                    : ApiException.invalid("tokens", "'tokens' must be an array of token ids");
        }
        int[] ids = Fields.tokens(tokens, "tokens", tokenizer.vocabulary().size());
        Send.json(ctx, new Content(MixedText.decode(ids, tokenizer)));
    }

    private void applyTemplate(Context ctx) throws IOException {
        Fields fields = Fields.of(ctx, limits.bodyBytes());
        List<ChatMessage> messages = ChatMessages.read(fields.node("messages"));
        Tools tools = ToolRequest.read(fields);
        Send.json(ctx, new PromptText(Models.chat(engine, fields).render(messages, tools)));
    }

    private void properties(Context ctx) {
        ChatModel model = model();
        Tokenizer tokenizer = model.tokenizer();
        Send.json(
                ctx,
                new Properties(
                        new Settings(model.contextSize(), LlamaSettings.of(sampling, limits.maxTokens(), false, 0)),
                        engine.lane().parallel(),
                        model.name(),
                        model.name(),
                        model.template(),
                        special(tokenizer, tokenizer.vocabulary().bos()),
                        special(tokenizer, tokenizer.vocabulary().eos()),
                        Map.of("vision", false, "audio", false),
                        "demitasse",
                        false));
    }

    private ChatModel model() {
        if (engine == null) {
            throw ApiException.unavailable("this server runs without a chat model");
        }
        return engine.model();
    }

    private static String special(Tokenizer tokenizer, int id) {
        return id < 0 ? "" : new String(tokenizer.piece(id, true), StandardCharsets.UTF_8);
    }

    private void slots(Context ctx) {
        ChatModel model = model();
        List<Generation.Progress> progress = engine.progress();
        List<Slot> slots = new ArrayList<>();
        for (int id = 0; id < engine.lane().parallel(); id++) {
            slots.add(slot(id, model.contextSize(), id < progress.size() ? progress.get(id) : null));
        }
        boolean full = slots.stream().allMatch(Slot::isProcessing);
        if (full && "1".equals(ctx.queryParam("fail_on_no_slot"))) {
            throw ApiException.unavailable("no slot available");
        }
        Send.json(ctx, slots);
    }

    private static Slot slot(int id, int context, Generation.Progress progress) {
        if (progress == null) {
            return new Slot(id, context, true, false, 0, new NextToken(false, 0, 0));
        }
        int remain = Math.max(0, progress.maxTokens() - progress.decoded());
        return new Slot(
                id, context, true, true, progress.promptTokens(), new NextToken(true, remain, progress.decoded()));
    }
}
