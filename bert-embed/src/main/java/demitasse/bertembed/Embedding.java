package demitasse.bertembed;

import demitasse.gguf.GgufFile;
import demitasse.gguf.Metadata;
import demitasse.gguf.ModelLoadException;
import demitasse.gguf.ModelSummary;
import demitasse.tensor.ModelParts;
import demitasse.tensor.Ops;
import demitasse.tokenizer.Tokenizer;
import demitasse.tokenizer.Tokenizers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/** A BERT sentence encoder. Safe for use by several threads (calls take turns, a batch each). */
public final class Embedding implements AutoCloseable {
    /**
     * Longer texts are cut, special tokens included: the {@code max_seq_length} with which sentence-transformers
     * publishes all-MiniLM-L6-v2, though its position table has 512 rows. It is not in the GGUF file.
     */
    public static final int MAX_TOKENS = 256;

    /**
     * @param vector of length 1
     * @param tokens that were read, special tokens included
     * @param truncated true if the text was longer than the model's window and its end was not read
     * @param states the last layer's state of each token, special ones included: [tokens][dimensions]; null if not asked for
     */
    public record Result(float[] vector, int tokens, boolean truncated, float[] states) {}

    private final ModelParts parts;
    private final GgufFile file;
    private final String name;
    private final BertConfig config;
    private final Tokenizer tokenizer;
    private final BertEncoder encoder;
    private final int window;
    /** Fair, so that a short question is not kept waiting by a long list of documents. */
    private final ReentrantLock turn = new ReentrantLock(true);

    private boolean closed;

    private Embedding(ModelParts parts, boolean exact) throws IOException {
        this.parts = parts;
        this.file = parts.file();
        Metadata metadata = file.metadata();
        this.config = BertConfig.read(metadata);
        this.name =
                metadata.string("general.name").orElse(file.path().getFileName().toString());
        this.tokenizer = Tokenizers.load(metadata);
        this.window = Math.min(config.context(), MAX_TOKENS);
        BertWeights weights = BertWeights.read(file, config, window, exact, parts.threads());
        if (tokenizer.vocabulary().size() > weights.vocabulary()) {
            throw new ModelLoadException(
                    "tensor token_embd.weight",
                    tokenizer.vocabulary().size() + " rows, as tokenizer.ggml.tokens has",
                    weights.vocabulary() + " rows");
        }
        this.encoder = new BertEncoder(config, weights, window, parts.threads());
    }

    /** As {@link #load(Path, int, boolean)} on all processors, with the fast kernels. */
    public static Embedding load(Path file) throws IOException {
        return load(file, Runtime.getRuntime().availableProcessors(), false);
    }

    /**
     * Loads a GGUF file of architecture {@code bert}, which stays mapped until {@link #close}.
     *
     * @param exact float arithmetic on the weights as they are in the file: the reference
     * @throws demitasse.gguf.GgufFormatException if it is not a whole GGUF file
     * @throws ModelLoadException naming the key or tensor that is missing or wrong
     */
    public static Embedding load(Path file, int threads, boolean exact) throws IOException {
        return ModelParts.load(file, threads, exact, parts -> new Embedding(parts, exact));
    }

    public String name() {
        return name;
    }

    /** What the file says of itself. */
    public ModelSummary summary() {
        return ModelSummary.of(file);
    }

    public int dimensions() {
        return config.width();
    }

    /** Tokens have ids from 0 to one less. */
    public int vocabularySize() {
        return tokenizer.vocabulary().size();
    }

    /** The most tokens of a text that are read, special tokens included. */
    public int window() {
        return window;
    }

    /**
     * One result for each text, in order. Control tokens are not recognised in the texts. An empty text has a vector
     * too, that of the special tokens alone.
     *
     * @throws IllegalStateException after {@link #close}
     * @throws demitasse.gguf.ModelFileChangedException if pages of the file were missing
     */
    public List<Result> embed(List<String> texts) {
        return run(ids(texts), false);
    }

    /** As {@link #embed}, with the states of the tokens of which the vectors are made. */
    public List<Result> embedWithStates(List<String> texts) {
        return run(ids(texts), true);
    }

    private List<int[]> ids(List<String> texts) {
        return texts.stream().map(text -> tokenizer.encode(text, true, false)).toList();
    }

    /**
     * As {@link #embed}, of texts that are tokens of this model already; the special ones around them are added.
     *
     * @throws IndexOutOfBoundsException if a token is not of the vocabulary
     */
    public List<Result> embedTokens(List<int[]> texts) {
        int[] around = tokenizer.encode("", true, false);
        return run(texts.stream().map(ids -> between(around, ids)).toList(), false);
    }

    /** [CLS] first, [SEP] last. */
    private int[] between(int[] around, int[] ids) {
        for (int id : ids) {
            Objects.checkIndex(id, vocabularySize());
        }
        if (around.length < 2) {
            return ids;
        }
        int[] all = new int[ids.length + 2];
        System.arraycopy(ids, 0, all, 1, ids.length);
        all[0] = around[0];
        all[all.length - 1] = around[around.length - 1];
        return all;
    }

    /** @param texts with their special tokens */
    private List<Result> run(List<int[]> texts, boolean withStates) {
        List<int[]> ids = new ArrayList<>(texts.size());
        boolean[] truncated = new boolean[texts.size()];
        for (int[] all : texts) {
            truncated[ids.size()] = all.length > window;
            ids.add(all.length > window ? cut(all) : all);
        }
        List<Result> results = new ArrayList<>(texts.size());
        while (results.size() < ids.size()) {
            int first = results.size();
            int count = encoder.batch(ids, first);
            float[] pooled = new float[count * config.width()];
            float[][] states = new float[count][];
            encode(ids.subList(first, first + count), pooled, withStates ? states : null);
            for (int i = 0; i < count; i++) {
                int at = i * config.width();
                Ops.l2normalize(pooled, at, config.width());
                float[] vector = Arrays.copyOfRange(pooled, at, at + config.width());
                results.add(new Result(vector, ids.get(first + i).length, truncated[first + i], states[i]));
            }
        }
        return results;
    }

    /** Keeps the first tokens and the last one, [SEP]. */
    private int[] cut(int[] all) {
        int[] kept = Arrays.copyOf(all, window);
        kept[window - 1] = all[all.length - 1];
        return kept;
    }

    private void encode(List<int[]> batch, float[] pooled, float[][] states) {
        turn.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the model " + name + " is closed");
            }
            encoder.encode(batch, pooled, states);
            file.requireWhole();
        } catch (InternalError e) {
            throw file.changed(e);
        } finally {
            turn.unlock();
        }
    }

    /** Waits for the batch that runs, then ends the threads and unmaps the file. */
    @Override
    public void close() {
        turn.lock();
        try {
            if (!closed) {
                closed = true;
                parts.close();
            }
        } finally {
            turn.unlock();
        }
    }
}
