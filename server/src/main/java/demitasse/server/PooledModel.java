package demitasse.server;

import demitasse.agent.TextGenerator;
import demitasse.gguf.ModelSummary;
import demitasse.phi3.ChatMessage;
import demitasse.phi3.FinishReason;
import demitasse.phi3.GenerationListener;
import demitasse.phi3.GenerationOptions;
import demitasse.phi3.GenerationResult;
import demitasse.phi3.LanguageModel;
import demitasse.phi3.Prompt;
import demitasse.phi3.ScoredToken;
import demitasse.phi3.Session;
import demitasse.phi3.jinja.ChatTemplateException;
import demitasse.phi3.tools.ToolForm;
import demitasse.phi3.tools.Tools;
import demitasse.tokenizer.Tokenizer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Our own engine with some contexts, so that the next turn of a conversation reads only what is new, and several
 * conversations go on at once. What their prompts have in common, as a system message, they share.
 */
final class PooledModel implements ChatModel {
    /** Tokens of a prompt that are read before we look whether anybody still wants the answer. */
    private static final int PIECE = 256;

    /** For the API, whose clients have no sessions with us. No session can have this id. */
    private static final String NOBODY = "";

    private static final GenerationOptions NOTHING = GenerationOptions.greedy(0);

    private final LanguageModel model;
    private final String name;
    private final int contextSize;
    private final SessionPool<Session> sessions;

    PooledModel(LanguageModel model, String name, int contextSize, int sessions) {
        this.model = model;
        this.name = name;
        this.contextSize = contextSize;
        this.sessions = new SessionPool<>(sessions, () -> model.newSession(contextSize));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int contextSize() {
        return contextSize;
    }

    @Override
    public int vocabularySize() {
        return model.vocabularySize();
    }

    @Override
    public int[] encode(List<ChatMessage> conversation, Tools tools) {
        return model.encode(prompt(conversation, tools));
    }

    @Override
    public String render(List<ChatMessage> conversation, Tools tools) {
        return prompt(conversation, tools).text();
    }

    private Prompt prompt(List<ChatMessage> conversation, Tools tools) {
        checkTemplate();
        try {
            return model.chatPrompt(conversation, tools);
        } catch (ChatTemplateException e) {
            if (e.raisedByTemplate() || tools.isEmpty() && conversation.stream().noneMatch(ChatMessage::usesTools)) {
                throw e;
            }
            throw ApiException.invalid("tools", "the model's template cannot show these tools: " + e.getMessage());
        }
    }

    @Override
    public ToolForm toolForm() {
        checkTemplate();
        return model.toolForm();
    }

    private void checkTemplate() {
        if (model.chatTemplate().isEmpty()) {
            throw ApiException.unsupported(
                    "messages", "model '" + name + "' has no chat template that we know; use /v1/completions");
        }
    }

    @Override
    public Tokenizer tokenizer() {
        return model.tokenizer();
    }

    @Override
    public ModelSummary summary() {
        return model.summary();
    }

    @Override
    public String template() {
        return model.templateText().orElse("");
    }

    @Override
    public int[] encode(String raw) {
        return model.encode(Prompt.raw(raw));
    }

    @Override
    public GenerationResult generate(
            int[] prompt, GenerationOptions options, GenerationListener listener, BooleanSupplier cancelled) {
        return use(prompt, slot -> {
            GenerationResult result = generate(slot, prompt, options, listener, cancelled);
            slot.extend(result.generatedTokens());
            return result;
        });
    }

    @Override
    public List<ScoredToken> score(int[] prompt, int likeliest, BooleanSupplier cancelled) {
        return use(prompt, slot -> slot.session().score(prompt, likeliest, cancelled));
    }

    /** A slot whose use has failed is not used again. */
    private <T> T use(int[] prompt, Function<SessionPool.Slot<Session>, T> job) {
        SessionPool.Slot<Session> slot = sessions.take(prompt, TextGenerator.SESSION.orElse(NOBODY));
        boolean usable = false;
        try {
            T result = job.apply(slot);
            usable = true;
            return result;
        } finally {
            if (usable) {
                sessions.giveBack(slot);
            } else {
                sessions.discard(slot);
            }
        }
    }

    /** Reads a long prompt piece by piece, so that it can be given up; a session goes on where the last piece ended. */
    private static GenerationResult generate(
            SessionPool.Slot<Session> slot,
            int[] prompt,
            GenerationOptions options,
            GenerationListener listener,
            BooleanSupplier cancelled) {
        GenerationResult read = null;
        double seconds = 0;
        // A piece must go beyond what the session may have, or the session would forget the rest of that.
        for (int end = slot.known() + PIECE; end < prompt.length; end += PIECE) {
            GenerationResult piece = slot.session().generate(Arrays.copyOf(prompt, end), NOTHING, text -> true);
            read = read == null ? piece : read;
            seconds += piece.promptSeconds();
            if (cancelled.getAsBoolean()) {
                return new GenerationResult(
                        "", prompt.length, read.cachedTokens(), 0, 0, 0, FinishReason.CANCELLED, "", seconds, 0);
            }
        }
        if (read == null) {
            return slot.session().generate(prompt, options, listener);
        }
        GenerationResult result =
                slot.session().generate(prompt, options, new AfterPieces(listener, read.cachedTokens(), seconds));
        return new GenerationResult(
                result.text(),
                result.promptTokens(),
                read.cachedTokens(),
                result.generatedTokens(),
                result.draftedTokens(),
                result.acceptedTokens(),
                result.finishReason(),
                result.stopText(),
                seconds + result.promptSeconds(),
                result.generationSeconds());
    }

    /** Tells of a prompt as a whole whose last piece is read with the answer. */
    private record AfterPieces(GenerationListener listener, int cachedTokens, double seconds)
            implements GenerationListener {
        @Override
        public void onPrompt(int cachedPiece, double pieceSeconds) {
            listener.onPrompt(cachedTokens, seconds + pieceSeconds);
        }

        @Override
        public void onTokens(List<ScoredToken> tokens) {
            listener.onTokens(tokens);
        }

        @Override
        public boolean onText(String text) {
            return listener.onText(text);
        }
    }

    @Override
    public void forget(String session) {
        sessions.forget(session);
    }

    @Override
    public void forgetUnused(Duration age) {
        sessions.forgetUnused(age);
    }

    @Override
    public long cacheBytes() {
        return model.cacheBytes();
    }

    @Override
    public int conversations() {
        return sessions.size();
    }

    @Override
    public void warmUp() {
        model.warmUp();
    }

    @Override
    public void close() {
        sessions.close();
    }
}
