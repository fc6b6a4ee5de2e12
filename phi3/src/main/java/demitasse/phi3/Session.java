package demitasse.phi3;

import demitasse.tensor.KvLayer;
import demitasse.tensor.KvType;
import demitasse.tensor.Rope;
import java.util.Arrays;

/**
 * One context of a model: its KV cache and the tokens in it. Not safe for use by several threads at once; sessions of
 * one model may be used by different threads, and then take turns, a batch of tokens each.
 */
public final class Session implements AutoCloseable {
    private final LanguageModel model;
    private final Rope rope;
    private final int contextSize;
    private final KvLayer[] cache;
    private final float[] logits;
    /** The tokens whose keys and values are in the cache: the first {@link #position}. */
    private final int[] ids;

    private int position;
    private boolean closed;

    Session(LanguageModel model, int contextSize, KvType type) {
        DecoderConfig config = model.config();
        this.model = model;
        this.contextSize = contextSize;
        this.rope = model.rope(contextSize);
        this.logits = new float[config.vocabulary()];
        this.ids = new int[contextSize];
        this.cache = new KvLayer[config.layers()];
        for (int layer = 0; layer < cache.length; layer++) {
            cache[layer] = new KvLayer(contextSize, config.kvHeads(), config.headSize(), type);
        }
    }

    /** Tokens in the cache. */
    public int position() {
        return position;
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
        if (position < 0 || position > this.position) {
            throw new IllegalArgumentException("position: 0 to " + this.position + ", not " + position);
        }
        this.position = position;
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
        return new Generation(this, model, options, listener).run(prompt);
    }

    /** Frees the cache; the session cannot be used any more. */
    @Override
    public void close() {
        closed = true;
        position = 0;
        Arrays.fill(cache, null);
    }

    /** Forgets what differs from {@code prompt}, but at least its last token; returns how many tokens are kept. */
    int keepCommonPrefix(int[] prompt) {
        int limit = Math.min(position, prompt.length - 1);
        int common = Arrays.mismatch(ids, 0, limit, prompt, 0, limit);
        rewind(common < 0 ? limit : common);
        return position;
    }

    /** {@link #evaluate} of the tokens from {@code from} on, which have been checked. */
    float[] evaluateRest(int[] ids, int from) {
        append(ids, from, ids.length - from, logits, false);
        return logits;
    }

    /** Logits after the one token {@code ids[0]}, unchecked: the token loop. */
    float[] evaluateNext(int[] ids) {
        append(ids, 0, 1, logits, false);
        return logits;
    }

    void check(int[] ids) {
        if (closed) {
            throw new IllegalStateException("the session is closed");
        }
        if (ids.length == 0) {
            throw new IllegalArgumentException("no tokens");
        }
        for (int id : ids) {
            if (id < 0 || id >= logits.length) {
                throw new IllegalArgumentException("token " + id + " is not in 0.." + (logits.length - 1));
            }
        }
    }

    private void checkRoom(int count) {
        if (count > contextSize - position) {
            throw new PromptTooLongException(position + count, contextSize);
        }
    }

    private void append(int[] more, int from, int count, float[] out, boolean all) {
        checkRoom(count);
        int outOffset = 0;
        for (int done = 0; done < count; ) {
            int batch = Math.min(model.batch(), count - done);
            boolean end = done + batch == count;
            int wanted = all ? batch : end ? 1 : 0;
            model.forward(more, from + done, batch, cache, rope, position, wanted, out, outOffset);
            System.arraycopy(more, from + done, ids, position, batch);
            position += batch;
            done += batch;
            outOffset += wanted * logits.length;
        }
    }
}
