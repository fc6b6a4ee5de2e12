package demitasse.server;

import demitasse.agent.TextGenerator;
import demitasse.gguf.GgmlType;
import demitasse.gguf.ModelSummary;
import demitasse.phi3.ChatMessage;
import demitasse.phi3.FinishReason;
import demitasse.phi3.GenerationListener;
import demitasse.phi3.GenerationOptions;
import demitasse.phi3.GenerationResult;
import demitasse.phi3.ScoredToken;
import demitasse.phi3.tools.ToolForm;
import demitasse.phi3.tools.Tools;
import demitasse.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** A model that says the same words over and over; a token is a word. It can be made to wait before each. */
final class FakeModel implements ChatModel {
    static final int CONTEXT = 100;
    static final int VOCABULARY = 5;
    private static final String[] WORDS = {"one", " two", " ", "three", " äö"};

    /** Null: words come at once; else each takes a permit. */
    volatile Semaphore words;

    volatile CountDownLatch begun = new CountDownLatch(1);
    volatile CountDownLatch ended = new CountDownLatch(1);
    volatile GenerationOptions lastOptions;
    volatile List<ChatMessage> lastMessages;
    volatile FinishReason lastReason;
    volatile String lastSession;
    final Set<String> forgotten = ConcurrentHashMap.newKeySet();
    volatile Tools lastTools;
    /** Thrown after a word; null: nothing. */
    volatile Error lateFailure;
    /** Words said so far. */
    final AtomicInteger said = new AtomicInteger();
    /** What it says, and then ends; null for the words. */
    volatile List<String> script;
    /** What every generation ends with; null for none. */
    volatile RuntimeException failure;
    /** Thrown when it is to warm up. */
    volatile RuntimeException coldFailure;

    @Override
    public String name() {
        return "fake/chat";
    }

    @Override
    public int contextSize() {
        return CONTEXT;
    }

    @Override
    public int vocabularySize() {
        return VOCABULARY;
    }

    @Override
    public ToolForm toolForm() {
        return ToolForm.HERMES;
    }

    @Override
    public int[] encode(List<ChatMessage> conversation, Tools tools) {
        lastTools = tools;
        lastMessages = conversation;
        return new int
                [conversation.stream().mapToInt(m -> count(m.content()) + 1).sum()];
    }

    @Override
    public String render(List<ChatMessage> conversation, Tools tools) {
        return conversation.stream().map(ChatMessage::content).collect(Collectors.joining("|"));
    }

    /** Those of {@link TinyModel} are real. */
    @Override
    public Tokenizer tokenizer() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ModelSummary summary() {
        return new ModelSummary(
                "llama", 134_515_008, 98_000_000, GgmlType.Q4_1, Map.of("llama.context_length", CONTEXT));
    }

    @Override
    public String template() {
        return "{{ messages }}";
    }

    @Override
    public int[] encode(String raw) {
        return new int[count(raw)];
    }

    private static int count(String text) {
        return text.isBlank() ? 0 : text.split(" ").length;
    }

    @Override
    public GenerationResult generate(
            int[] prompt, GenerationOptions options, GenerationListener listener, BooleanSupplier cancelled) {
        lastOptions = options;
        lastSession = TextGenerator.SESSION.orElse("");
        begun.countDown();
        if (failure != null) {
            throw failure;
        }
        StringBuilder text = new StringBuilder();
        int tokens = 0;
        boolean more = listener.onText("");
        while (more && tokens < options.maxTokens()) {
            Semaphore turn = words;
            if (turn != null) {
                turn.acquireUninterruptibly();
            }
            List<String> said = script;
            if (said != null && tokens == said.size()) {
                break;
            }
            String word = said != null ? said.get(tokens++) : WORDS[tokens++ % WORDS.length];
            text.append(word);
            if (options.scores() >= 0) {
                listener.onTokens(List.of(scored(tokens - 1, word, options.scores())));
            }
            this.said.incrementAndGet();
            more = listener.onText(word);
            if (lateFailure != null) {
                throw lateFailure;
            }
        }
        boolean ended = script != null && tokens == script.size();
        lastReason = !more ? FinishReason.CANCELLED : ended ? FinishReason.STOP : FinishReason.LENGTH;
        this.ended.countDown();
        return new GenerationResult(text.toString(), prompt.length, 2, tokens, 0, 0, lastReason, "", 0.01, 0.1);
    }

    private static ScoredToken scored(int id, String word, int top) {
        var score = new ScoredToken.Score(id, word.getBytes(StandardCharsets.UTF_8), -0.5f);
        var other = new ScoredToken.Score(id + 1, new byte[] {(byte) 0xC3}, Float.NEGATIVE_INFINITY);
        return new ScoredToken(score, List.of(score, other).subList(0, Math.min(2, top)));
    }

    @Override
    public List<ScoredToken> score(int[] prompt, int likeliest, BooleanSupplier cancelled) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void forget(String session) {
        forgotten.add(session);
    }

    @Override
    public void forgetUnused(Duration age) {}

    @Override
    public void warmUp() {
        if (coldFailure != null) {
            throw coldFailure;
        }
    }

    @Override
    public void close() {}
}
