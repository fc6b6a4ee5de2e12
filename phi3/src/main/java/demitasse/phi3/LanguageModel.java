package demitasse.phi3;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufFile;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.Metadata;
import demitasse.gguf.ModelLoadException;
import demitasse.gguf.ModelSummary;
import demitasse.phi3.grammar.Grammar;
import demitasse.phi3.grammar.GrammarException;
import demitasse.phi3.grammar.GrammarMasks;
import demitasse.phi3.grammar.GrammarVocabulary;
import demitasse.phi3.tools.ToolForm;
import demitasse.phi3.tools.Tools;
import demitasse.tensor.EarlyCompilation;
import demitasse.tensor.KvShape;
import demitasse.tensor.ModelParts;
import demitasse.tensor.PanelFile;
import demitasse.tensor.Rope;
import demitasse.tokenizer.Tokenizer;
import demitasse.tokenizer.Tokenizers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A decoder model with its tokenizer and template. Weights are shared; each {@link Session} has its own context. Safe
 * for several threads: their sessions are computed together, see {@link BatchQueue}.
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

    /** Part of the heap beside the weights that keys and values may take, if nothing else is said. */
    private static final double CACHE_PART = 0.75;

    /** What they may take in any case: the weights may not be in the heap. */
    private static final double CACHE_LEAST = 0.125;

    private static final int WARM_UP_BATCH = 48;
    private static final int WARM_UP_TOKENS = 16;
    /** As sessions beside each other have them: 2 and 4 have kernels of their own. */
    private static final int[] WARM_UP_FEW = {2, 4};

    /** Published defaults of YaRN. */
    private static final float YARN_BETA_FAST = 32;

    private static final float YARN_BETA_SLOW = 1;

    private final ModelParts parts;
    private final GgufFile file;
    /** Packed weights that are mapped, or null. */
    private final PanelFile panels;

    private final String name;
    private final DecoderConfig config;
    private final Tokenizer tokenizer;
    private final PromptEncoder encoder;
    private final ChatTemplate template;
    private final KvMemory memory;
    private final String templateText;
    /** Made when first asked for; made twice does no harm. */
    private volatile ToolPrompts toolPrompts;

    private final Decoder decoder;
    private final BatchQueue queue;
    private final Rope shortRope;
    private final Rope longRope;

    /** Made when a grammar is first used. */
    private GrammarVocabulary grammarVocabulary;

    private boolean closed;

    private LanguageModel(ModelParts parts, PanelFile panels, LoadOptions options) throws IOException {
        this.parts = parts;
        this.file = parts.file();
        this.panels = panels;
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
        DecoderWeights weights =
                DecoderWeights.read(new WeightReader(file, panels, options.exact(), parts.threads()), config);
        KvShape shape = new KvShape(
                config.layers(),
                config.kvHeads(),
                config.headSize(),
                options.cacheType().type());
        memory = new KvMemory(shape, options.cacheBytes() > 0 ? options.cacheBytes() : usualCacheBytes(file));
        decoder = new Decoder(config, weights, parts.threads());
        queue = new BatchQueue(this::forward, decoder.mostRows(), vocabulary, memory, BatchQueue.Clock.SYSTEM);
        shortRope = rope(weights.ropeShort());
        longRope = rope(weights.ropeLong());
        Optional<String> text = metadata.string(TEMPLATE_KEY);
        template = tokenizer == null || text.isEmpty()
                ? null
                : ChatTemplates.of(text.get(), tokenizer.vocabulary()).orElse(null);
        templateText = text.orElse(null);
    }

    private static long usualCacheBytes(GgufFile file) {
        long weights =
                file.tensors().values().stream().mapToLong(GgufTensor::bytes).sum();
        long heap = Runtime.getRuntime().maxMemory();
        return (long) Math.max(CACHE_LEAST * heap, CACHE_PART * (heap - weights));
    }

    public static LanguageModel load(Path file) throws IOException {
        return load(file, LoadOptions.defaults());
    }

    /**
     * @throws demitasse.gguf.GgufFormatException if the file is broken
     * @throws ModelLoadException if no model can be made from it
     */
    public static LanguageModel load(Path file, LoadOptions options) throws IOException {
        return ModelParts.load(file, options.threads(), options.exact(), parts -> {
            EarlyCompilation early = EarlyCompilation.start(types(parts.file(), options));
            PanelFile panels = options.exact() || options.panels() == null
                    ? null
                    : PackedWeights.open(parts.file(), options.panels(), parts.threads());
            LanguageModel model = null;
            try {
                model = new LanguageModel(parts, panels, options);
                early.await();
                return model;
            } finally {
                if (model == null && panels != null) {
                    panels.close();
                }
            }
        });
    }

    /** None where weights are not packed. */
    private static Set<GgmlType> types(GgufFile file, LoadOptions options) {
        return options.exact()
                ? Set.of()
                : file.tensors().values().stream().map(GgufTensor::type).collect(Collectors.toSet());
    }

    /** {@code general.name}, or the file's name. */
    public String name() {
        return name;
    }

    public int vocabularySize() {
        return config.vocabulary();
    }

    /** What the file says of itself. */
    public ModelSummary summary() {
        return ModelSummary.of(file);
    }

    /** The file's chat template as it stands there, known to us or not. */
    public Optional<String> templateText() {
        return Optional.ofNullable(templateText);
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
        return chatPrompt(messages, Tools.NONE);
    }

    /**
     * As {@link #chatPrompt(List)}, with tools that the model may or must use. If it must, the prompt ends with the
     * opening of a call in the model's {@link #toolForm}.
     */
    public Prompt chatPrompt(List<ChatMessage> messages, Tools tools) {
        if (template == null) {
            throw noTemplate();
        }
        return tools.isEmpty() && messages.stream().noneMatch(ChatMessage::usesTools)
                ? template.render(SystemMessages.place(messages, template), true)
                : toolPrompts().render(messages, tools);
    }

    /**
     * How the model writes calls of tools.
     *
     * @throws IllegalStateException if the model has no template that we know
     */
    public ToolForm toolForm() {
        return toolPrompts().form();
    }

    private ToolPrompts toolPrompts() {
        if (template == null) {
            throw noTemplate();
        }
        if (toolPrompts == null) {
            toolPrompts = ChatTemplates.tools(templateText, template, tokenizer.vocabulary());
        }
        return toolPrompts;
    }

    private IllegalStateException noTemplate() {
        return new IllegalStateException(name + " has no chat template that we know");
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
     * @throws IllegalArgumentException if it is not positive, or more than both the model's own context and what
     *     there is memory for
     */
    public Session newSession(int contextSize) {
        if (contextSize < 1) {
            throw new IllegalArgumentException("context size: at least 1, not " + contextSize);
        }
        if (contextSize > config.context()) {
            try {
                memory.check(contextSize);
            } catch (KvMemoryException e) {
                throw new IllegalArgumentException("context size " + contextSize + ": " + e.getMessage(), e);
            }
        }
        return new Session(this, queue, contextSize);
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
        try (Session session =
                newSession(WARM_UP_BATCH + IntStream.of(WARM_UP_FEW).sum() + WARM_UP_TOKENS)) {
            session.evaluate(ids);
            for (int few : WARM_UP_FEW) {
                session.evaluate(new int[few]);
            }
            for (int i = 0; i < WARM_UP_TOKENS; i++) {
                session.evaluate(one);
            }
        }
    }

    /** Waits for the batch that is being computed; sessions cannot be used any more. */
    @Override
    public void close() {
        queue.close(name + " is closed");
        synchronized (this) {
            if (!closed) {
                closed = true;
                parts.close();
                if (panels != null) {
                    panels.close();
                }
            }
        }
    }

    /** Memory that keys and values of all sessions take at the moment. */
    public long cacheBytes() {
        return queue.memoryUsed();
    }

    DecoderConfig config() {
        return config;
    }

    /** What a session with these rotations can be restored into. */
    SessionFile.Origin origin(Rope rope) {
        return new SessionFile.Origin(
                name, SessionFile.fingerprint(file), memory.shape(), rope != shortRope, config.vocabulary());
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
        return grammarVocabulary().masks(grammar);
    }

    private synchronized GrammarVocabulary grammarVocabulary() {
        if (grammarVocabulary == null) {
            grammarVocabulary = new GrammarVocabulary(tokenizer());
        }
        return grammarVocabulary;
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

    /**
     * {@link Decoder#forward}.
     *
     * @throws demitasse.gguf.ModelFileChangedException if pages of the file were missing
     */
    private void forward(Batch batch) {
        try {
            decoder.forward(batch);
            file.requireWhole();
        } catch (InternalError e) {
            throw file.changed(e);
        }
        if (panels != null) {
            panels.settle();
        }
    }

    /** From now on told what the matrices are multiplied with, in all sessions; call it before there are any. */
    void observe(InputObserver observer) {
        decoder.observe(observer);
    }
}
