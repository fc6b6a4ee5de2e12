package demitasse.server;

import demitasse.agent.TextGenerator;
import demitasse.phi3.ChatMessage;
import demitasse.phi3.FinishReason;
import demitasse.phi3.GenerationListener;
import demitasse.phi3.GenerationOptions;
import demitasse.phi3.GenerationResult;
import demitasse.phi3.tools.ToolForm;
import demitasse.phi3.tools.Tools;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

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
    volatile Error failure;
    /** Words said so far. */
    final AtomicInteger said = new AtomicInteger();
    /** What it says, and then ends; null for the words. */
    volatile List<String> script;

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
        StringBuilder text = new StringBuilder();
        int tokens = 0;
        boolean more = listener.onText("");
        while (more && tokens < options.maxTokens()) {
            if (words != null) {
                words.acquireUninterruptibly();
            }
            List<String> said = script;
            if (said != null && tokens == said.size()) {
                break;
            }
            String word = said != null ? said.get(tokens++) : WORDS[tokens++ % WORDS.length];
            text.append(word);
            this.said.incrementAndGet();
            more = listener.onText(word);
            if (failure != null) {
                throw failure;
            }
        }
        boolean ended = script != null && tokens == script.size();
        lastReason = !more ? FinishReason.CANCELLED : ended ? FinishReason.STOP : FinishReason.LENGTH;
        this.ended.countDown();
        return new GenerationResult(text.toString(), prompt.length, 2, tokens, 0, 0, lastReason, 0.01, 0.1);
    }

    @Override
    public void forget(String session) {
        forgotten.add(session);
    }

    @Override
    public void forgetUnused(Duration age) {}

    @Override
    public void warmUp() {}

    @Override
    public void close() {}
}
