package demitasse.phi3;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * One context of a model: its KV cache and the tokens in it. Not safe for use by several threads at once; sessions of
 * one model may be used by different threads, and then are computed together.
 *
 * <p>The cache grows with the text. Where sessions have more than the model's memory for caches, those that rest lose
 * theirs and compute it again when they are used; see {@link LoadOptions#cacheBytes}.
 */
public final class Session implements AutoCloseable {
    /** Tokens whose logits are held at a time: 20 MB with the largest vocabularies. */
    private static final int SCORED_AT_ONCE = 32;

    private final LanguageModel model;
    private final BatchQueue queue;
    private final Sequence sequence;
    private final int contextSize;
    private final float[] logits;

    private boolean closed;

    Session(LanguageModel model, BatchQueue queue, int contextSize) {
        this.model = model;
        this.queue = queue;
        this.contextSize = contextSize;
        this.logits = new float[model.vocabularySize()];
        this.sequence = queue.open(contextSize, model.rope(contextSize));
    }

    /** Tokens of this session. */
    public int position() {
        return sequence.position;
    }

    public int contextSize() {
        return contextSize;
    }

    /**
     * Forgets all tokens from {@code position} on.
     *
     * @throws IllegalArgumentException if there are fewer tokens than that
     */
    public void rewind(int position) {
        if (position < 0 || position > sequence.position) {
            throw new IllegalArgumentException("position: 0 to " + sequence.position + ", not " + position);
        }
        queue.rewind(sequence, position);
    }

    /**
     * Appends tokens and returns the logits after the last one: [vocabulary], valid until the next call.
     *
     * @throws PromptTooLongException if they do not fit; nothing has changed then
     * @throws IllegalArgumentException if there are none, or one is not of the vocabulary
     */
    public float[] evaluate(int[] ids) {
        check(ids);
        append(ids, 0, ids.length, logits, false);
        return logits;
    }

    /**
     * Appends tokens and returns the logits after each: [ids.length][vocabulary], row-major.
     *
     * @throws PromptTooLongException if they do not fit; nothing has changed then
     * @throws IllegalArgumentException if there are none, one is not of the vocabulary, or the logits do not fit into
     *     an array
     */
    public float[] evaluateAll(int[] ids) {
        check(ids);
        checkRoom(ids.length);
        int most = Integer.MAX_VALUE / logits.length - 1;
        if (ids.length > most) {
            throw new IllegalArgumentException("logits of at most " + most + " tokens at a time, not " + ids.length);
        }
        float[] all = new float[ids.length * logits.length];
        append(ids, 0, ids.length, all, true);
        return all;
    }

    /**
     * Generates after {@code prompt}, keeping what the cache already has of it (the longest common prefix). When the
     * context is full, generation ends with {@link FinishReason#LENGTH}.
     *
     * @throws PromptTooLongException if the prompt leaves no room for a token; nothing has changed then
     * @throws IllegalArgumentException if the prompt is empty, or a token is not of the vocabulary
     */
    public GenerationResult generate(int[] prompt, GenerationOptions options, GenerationListener listener) {
        try {
            return new Generation(this, model, options, listener).run(prompt);
        } finally {
            queue.rest(sequence);
        }
    }

    /**
     * Forgets what there is, appends these tokens, and tells what the model thought of each but the first, before which
     * nothing stands.
     *
     * @param likeliest so many of the likeliest tokens in each place are told too
     * @param cancelled asked after every {@value #SCORED_AT_ONCE} tokens; if it is true, the rest is left out
     * @throws PromptTooLongException if they do not fit; nothing has changed then
     * @throws IllegalArgumentException if there are none, or one is not of the vocabulary
     */
    public List<ScoredToken> score(int[] ids, int likeliest, BooleanSupplier cancelled) {
        check(ids);
        if (ids.length > contextSize) {
            throw new PromptTooLongException(ids.length, contextSize);
        }
        try {
            rewind(0);
            return scoreAll(ids, likeliest, cancelled);
        } finally {
            queue.rest(sequence);
        }
    }

    private List<ScoredToken> scoreAll(int[] ids, int likeliest, BooleanSupplier cancelled) {
        TokenScores scores = new TokenScores(model.hasTokenizer() ? model.tokenizer() : null, likeliest, logits.length);
        List<ScoredToken> scored = new ArrayList<>(ids.length);
        float[] rows = new float[Math.min(SCORED_AT_ONCE, ids.length) * logits.length];
        for (int from = 0; from < ids.length - 1 && !cancelled.getAsBoolean(); from += SCORED_AT_ONCE) {
            int count = Math.min(SCORED_AT_ONCE, ids.length - from);
            append(ids, from, count, rows, true);
            for (int row = 0; row < count && from + row < ids.length - 1; row++) {
                System.arraycopy(rows, row * logits.length, logits, 0, logits.length);
                scored.add(scores.scored(logits, ids[from + row + 1]));
            }
        }
        return scored;
    }

    /**
     * Writes tokens, keys and values into a file, whole or not at all.
     *
     * @throws IOException if it cannot be written; a file of that name is as it was
     */
    public void save(Path file) throws IOException {
        checkOpen();
        Sequence copy = queue.copy(sequence);
        try {
            new SessionFile(file, model.origin(sequence.rope)).write(copy.ids, copy.position, copy.cache, copy.filled);
        } finally {
            queue.close(copy);
        }
    }

    /**
     * Takes over what {@link #save} wrote from a session of the same model, with the same type of cache.
     *
     * @throws SessionFileException if the file is broken, or of something else
     * @throws KvMemoryException if there is no room
     * @throws IOException if it cannot be read; in any of these cases the session is as it was
     */
    public void restore(Path file) throws IOException {
        checkOpen();
        Sequence read = queue.open(contextSize, sequence.rope);
        try {
            SessionFile.Header header = new SessionFile(file, model.origin(sequence.rope))
                    .read(contextSize, known -> queue.reserve(read, known.filled()));
            queue.adopt(sequence, read, header.ids(), header.filled());
        } finally {
            queue.close(read);
        }
    }

    /** Frees the cache; the session cannot be used any more. */
    @Override
    public void close() {
        closed = true;
        queue.close(sequence);
    }

    /** Forgets what differs from {@code prompt}, but at least its last token; returns how many tokens are kept. */
    int keepCommonPrefix(int[] prompt) {
        return queue.keep(sequence, prompt);
    }

    /** {@link #evaluate} of the tokens from {@code from} on, which have been checked. */
    float[] evaluateRest(int[] ids, int from) {
        append(ids, from, ids.length - from, logits, false);
        return logits;
    }

    /** Appends the first {@code count} tokens, unchecked; logits after each into {@code out}: the token loop. */
    void evaluateEach(int[] ids, int count, float[] out) {
        append(ids, 0, count, out, true);
    }

    void check(int[] ids) {
        checkOpen();
        if (ids.length == 0) {
            throw new IllegalArgumentException("no tokens");
        }
        for (int id : ids) {
            if (id < 0 || id >= logits.length) {
                throw new IllegalArgumentException("token " + id + " is not in 0.." + (logits.length - 1));
            }
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the session is closed");
        }
    }

    private void checkRoom(int count) {
        if (count > contextSize - sequence.position) {
            throw new PromptTooLongException(sequence.position + count, contextSize);
        }
    }

    private void append(int[] more, int from, int count, float[] out, boolean all) {
        checkRoom(count);
        queue.run(sequence, more, from, count, all, out);
    }
}
