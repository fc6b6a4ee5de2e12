package demitasse.phi3;

import demitasse.gguf.GgufFile;
import demitasse.gguf.Metadata;
import demitasse.gguf.ModelLoadException;
import demitasse.tensor.KvLayer;
import demitasse.tensor.KvType;
import demitasse.tensor.Rope;
import demitasse.tensor.Threads;
import demitasse.tokenizer.Tokenizer;
import demitasse.tokenizer.Tokenizers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A decoder model with its tokenizer and template. Weights are shared; each {@link Session} has its own context. Safe
 * for several threads: their sessions take turns, a batch of tokens each.
 */
public final class LanguageModel implements AutoCloseable {
    private static final String TOKENIZER_KEY = "tokenizer.ggml.model";
    /** A model without a tokenizer says so. */
    private static final String NO_TOKENIZER = "none";

    private static final String TEMPLATE_KEY = "tokenizer.chat_template";
    /** llama.cpp pads contexts to this before it chooses longrope's factors. */
    private static final int CONTEXT_PADDING = 256;
    /** Context of a session of its own when no limit is given: the cache of a full context may not fit. */
    private static final int OPEN_ENDED_CONTEXT = 4096;

    private static final double MEGABYTE = 1e6;
    private static final int WARM_UP_BATCH = 48;
    private static final int WARM_UP_TOKENS = 16;

    /** Published defaults of YaRN. */
    private static final float YARN_BETA_FAST = 32;

    private static final float YARN_BETA_SLOW = 1;

    private final GgufFile file;
    private final Threads threads;
    private final boolean exact;
    private final String name;
    private final DecoderConfig config;
    private final Tokenizer tokenizer;
    private final PromptEncoder encoder;
    private final ChatTemplate template;
    private final Decoder decoder;
    private final Rope shortRope;
    private final Rope longRope;
    /** Fair, so that sessions take turns. */
    private final ReentrantLock turn = new ReentrantLock(true);

    /** The vocabulary as each grammar in use sees it. */
    private final Map<Grammar, GrammarTrie> tries = new WeakHashMap<>();

    /** Made when a grammar is first used. */
    private GrammarVocabulary grammarVocabulary;

    private boolean closed;

    private LanguageModel(GgufFile file, Threads threads, boolean exact) throws IOException {
        this.file = file;
        this.threads = threads;
        this.exact = exact;
        Metadata metadata = file.metadata();
        Architecture architecture = Architecture.of(metadata);
        String fileName = file.path().getFileName().toString();
        name = metadata.string("general.name").orElse(fileName);
        tokenizer = metadata.requireString(TOKENIZER_KEY).equals(NO_TOKENIZER) ? null : Tokenizers.load(metadata);
        encoder = tokenizer == null ? null : new PromptEncoder(tokenizer);
        int vocabulary = tokenizer == null
                ? new Keys(metadata, architecture.id()).positive("vocab_size")
                : tokenizer.vocabulary().size();
        config = DecoderConfig.read(metadata, architecture, vocabulary);
        DecoderWeights weights = DecoderWeights.read(new WeightReader(file, exact, threads), config);
        decoder = new Decoder(config, weights, threads);
        shortRope = rope(weights.ropeShort());
        longRope = rope(weights.ropeLong());
        Optional<String> text = metadata.string(TEMPLATE_KEY);
        template = tokenizer == null || text.isEmpty()
                ? null
                : ChatTemplates.of(text.get(), tokenizer.vocabulary()).orElse(null);
    }

    public static LanguageModel load(Path file) throws IOException {
        return load(file, LoadOptions.defaults());
    }

    /**
     * @throws demitasse.gguf.GgufFormatException if the file is broken
     * @throws ModelLoadException if no model can be made from it
     */
    public static LanguageModel load(Path file, LoadOptions options) throws IOException {
        GgufFile gguf = GgufFile.open(file);
        Threads threads = new Threads(options.threads());
        boolean loaded = false;
        try {
            LanguageModel model = new LanguageModel(gguf, threads, options.exact());
            gguf.requireUnchanged();
            loaded = true;
            return model;
        } catch (InternalError e) {
            throw gguf.changed(e);
        } finally {
            if (!loaded) {
                threads.close();
                gguf.close();
            }
        }
    }

    /** {@code general.name}, or the file's name. */
    public String name() {
        return name;
    }

    public int vocabularySize() {
        return config.vocabulary();
    }

    /** The context that the model was trained for, in tokens. */
    public int trainedContext() {
        return config.context();
    }

    /** @throws IllegalStateException if the file has no tokenizer */
    public Tokenizer tokenizer() {
        if (tokenizer == null) {
            throw noTokenizer();
        }
        return tokenizer;
    }

    private IllegalStateException noTokenizer() {
        return new IllegalStateException(name + " has no tokenizer");
    }

    /** The file's chat template, if it is of a family that we know. */
    public Optional<ChatTemplate> chatTemplate() {
        return Optional.ofNullable(template);
    }

    /**
     * Renders a conversation for an answer. Where the template has no place for a system message, it is put before the
     * first message of the user, so that it is not lost.
     *
     * @throws IllegalStateException if the model has no template that we know
     */
    public Prompt chatPrompt(List<ChatMessage> messages) {
        if (template == null) {
            throw new IllegalStateException(name + " has no chat template that we know");
        }
        return template.render(SystemMessages.place(messages, template), true);
    }

    /**
     * Token ids of a prompt, with BOS where the model wants it.
     *
     * @throws IllegalStateException if the file has no tokenizer
     */
    public int[] encode(Prompt prompt) {
        if (encoder == null) {
            throw noTokenizer();
        }
        return encoder.encode(prompt);
    }

    /**
     * @param contextSize tokens that the session can hold, prompt and answer together
     * @throws IllegalArgumentException if it is not positive, or its keys and values do not fit into the heap
     */
    public Session newSession(int contextSize) {
        if (contextSize < 1) {
            throw new IllegalArgumentException("context size: at least 1, not " + contextSize);
        }
        KvType type = exact ? KvType.F32 : KvType.F16;
        double bytes = (double) config.layers() * KvLayer.bytes(contextSize, config.kvHeads(), config.headSize(), type);
        if (bytes > Runtime.getRuntime().maxMemory()) {
            throw tooLarge(contextSize, bytes);
        }
        try {
            return new Session(this, contextSize, type);
        } catch (OutOfMemoryError e) {
            throw tooLarge(contextSize, bytes);
        }
    }

    private static IllegalArgumentException tooLarge(int contextSize, double bytes) {
        return new IllegalArgumentException(String.format(
                "context size %d: keys and values take %.0f MB, more than the heap of %.0f MB has room for",
                contextSize, bytes / MEGABYTE, Runtime.getRuntime().maxMemory() / MEGABYTE));
    }

    /** Completes a raw prompt in a session of its own. Control tokens in it are meant. */
    public GenerationResult generate(String prompt, GenerationOptions options, GenerationListener listener) {
        return generate(encode(Prompt.raw(prompt)), options, listener);
    }

    /**
     * Answers a conversation in a session of its own.
     *
     * @throws IllegalStateException if the model has no template that we know
     */
    public GenerationResult chat(List<ChatMessage> messages, GenerationOptions options, GenerationListener listener) {
        return generate(encode(chatPrompt(messages)), options, listener);
    }

    private GenerationResult generate(int[] prompt, GenerationOptions options, GenerationListener listener) {
        long wanted = options.maxTokens() < 0
                ? Math.max(OPEN_ENDED_CONTEXT, prompt.length + 1L)
                : prompt.length + Math.max(1L, options.maxTokens());
        try (Session session = newSession((int) Math.min(config.context(), wanted))) {
            return session.generate(prompt, options, listener);
        }
    }

    /**
     * Computes a few tokens and forgets them, so that the first real ones need not wait for the JIT compiler. Worth a
     * thread of its own after loading; takes some seconds of processor time.
     */
    public void warmUp() {
        int[] ids = new int[WARM_UP_BATCH];
        int[] one = new int[1];
        try (Session session = newSession(WARM_UP_BATCH + WARM_UP_TOKENS)) {
            session.evaluate(ids);
            for (int i = 0; i < WARM_UP_TOKENS; i++) {
                session.evaluate(one);
            }
        }
    }

    /** Waits for the batch that is being computed; sessions cannot be used any more. */
    @Override
    public void close() {
        turn.lock();
        try {
            if (!closed) {
                closed = true;
                threads.close();
                file.close();
            }
        } finally {
            turn.unlock();
        }
    }

    DecoderConfig config() {
        return config;
    }

    boolean hasTokenizer() {
        return tokenizer != null;
    }

    /**
     * A grammar for one generation.
     *
     * @throws IllegalStateException if the file has no tokenizer
     * @throws GrammarException if no text satisfies the grammar
     */
    GrammarMasks masks(Grammar grammar) {
        if (!grammar.satisfiable()) {
            throw new GrammarException("the grammar cannot be satisfied: it accepts no text");
        }
        synchronized (tries) {
            if (grammarVocabulary == null) {
                grammarVocabulary = new GrammarVocabulary(tokenizer());
            }
            GrammarTrie trie = tries.computeIfAbsent(grammar, key -> new GrammarTrie(key.table(), grammarVocabulary));
            return new GrammarMasks(grammar, tokenizer, grammarVocabulary, trie);
        }
    }

    boolean endsGeneration(int id) {
        return tokenizer != null && tokenizer.vocabulary().isEndOfGeneration(id);
    }

    /** The rotations for a context of this size: chosen once, whatever the length of the text in it. */
    Rope rope(int contextSize) {
        long padded = (contextSize + CONTEXT_PADDING - 1L) / CONTEXT_PADDING * CONTEXT_PADDING;
        return padded > config.rope().originalContext() ? longRope : shortRope;
    }

    private Rope rope(float[] factors) {
        RopeConfig rope = config.rope();
        String type = rope.scaling().equals(RopeConfig.LONGROPE) ? RopeConfig.LINEAR : rope.scaling();
        return new Rope(
                rope.dimensions(),
                config.architecture().ropePairs() == Architecture.RopePairs.HALVES,
                rope.base(),
                factors,
                new Rope.Scaling(
                        type,
                        rope.factor(),
                        rope.originalContext(),
                        rope.attentionFactor(),
                        YARN_BETA_FAST,
                        YARN_BETA_SLOW));
    }

    /** How many tokens {@link #forward} takes at a time. */
    int batch() {
        return decoder.batch();
    }

    /**
     * {@link Decoder#forward}, when it is this session's turn.
     *
     * @throws demitasse.gguf.ModelFileChangedException if pages of the file were missing
     */
    void forward(
            int[] ids,
            int from,
            int tokens,
            KvLayer[] cache,
            Rope rope,
            int position,
            int wanted,
            float[] logits,
            int logitsOffset) {
        turn.lock();
        try {
            if (closed) {
                throw new IllegalStateException(name + " is closed");
            }
            decoder.forward(ids, from, tokens, cache, rope, position, wanted, logits, logitsOffset);
            file.requireWhole();
        } catch (InternalError e) {
            throw file.changed(e);
        } finally {
            turn.unlock();
        }
    }
}
