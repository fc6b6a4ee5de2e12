package demitasse.bertembed;

import demitasse.tensor.Activations;
import demitasse.tensor.Attention;
import demitasse.tensor.KvCache;
import demitasse.tensor.KvShape;
import demitasse.tensor.KvType;
import demitasse.tensor.Matrix;
import demitasse.tensor.Ops;
import demitasse.tensor.Threads;
import java.util.List;

/**
 * BERT's forward pass over several texts at once: their tokens stand one after the other in one batch, so that each
 * weight is read once for all, and only attention looks at where a text ends. Not safe for several threads: its buffers
 * are used again by each call. Sources: arXiv 1810.04805; llama.cpp's llm_build_bert.
 */
final class BertEncoder {
    /**
     * Tokens of a batch. Enough that reading the weights costs little beside using them, and so few that a layer's
     * activations stay in the second cache.
     */
    static final int BATCH_TOKENS = 512;

    /** Tokens of one piece of the work that goes token by token. */
    private static final int CHUNK = 8;

    private final BertConfig config;
    private final BertWeights weights;
    private final Threads threads;
    private final int capacity;
    private final Activations state;
    private final Activations attended;
    private final Activations hidden;
    /** [token][query, key, value]. */
    private final float[] projected;
    /** [token][width]: what a block adds to the state. */
    private final float[] change;

    private final Attention attention;
    /** Of one layer at a time. */
    private final KvCache keysAndValues;
    /** First row of each text, and one more. */
    private final int[] rowStarts;
    /** Position in {@link #keysAndValues} of each row. */
    private final int[] kvPositions;

    private int texts;
    private int tokens;

    /** @param longest the most tokens that a text will have */
    BertEncoder(BertConfig config, BertWeights weights, int longest, Threads threads) {
        this.config = config;
        this.weights = weights;
        this.threads = threads;
        this.capacity = Math.max(BATCH_TOKENS, longest);
        int width = config.width();
        this.state = new Activations(width, capacity);
        this.attended = new Activations(width, capacity);
        this.hidden = new Activations(config.hidden(), capacity);
        this.projected = new float[capacity * 3 * width];
        this.change = new float[capacity * width];
        // Each text starts a block of keys; a batch of shortest texts would need most, so texts are limited too.
        int positions = capacity + mostTexts() * KvShape.BLOCK;
        this.keysAndValues = new KvCache(new KvShape(1, config.heads(), config.headSize(), KvType.F32), positions);
        keysAndValues.reserve(0, positions);
        this.attention = new Attention(
                config.heads(), config.heads(), config.headSize(), (float) (1 / Math.sqrt(config.headSize())));
        this.rowStarts = new int[mostTexts() + 1];
        this.kvPositions = new int[capacity];
    }

    private int mostTexts() {
        return capacity / KvShape.BLOCK * 4;
    }

    /** How many texts from {@code first} go into the next batch. */
    int batch(List<int[]> texts, int first) {
        int end = first;
        int sum = 0;
        while (end < texts.size() && end - first < mostTexts() && sum + texts.get(end).length <= capacity) {
            sum += texts.get(end).length;
            end++;
        }
        return end - first;
    }

    /**
     * Encodes one batch.
     *
     * @param batch token ids of each text, special tokens included, at least one each; within {@link #batch}
     * @param out the pooled vector of each text, not normalised: [text][width]
     */
    void encode(List<int[]> batch, float[] out) {
        lookUp(batch);
        for (BertWeights.Layer layer : weights.layers()) {
            attend(layer);
            feedForward(layer);
        }
        for (int text = 0; text < texts; text++) {
            pool(text, out, text * config.width());
        }
    }

    private void lookUp(List<int[]> batch) {
        texts = batch.size();
        tokens = 0;
        attention.clear();
        int position = 0;
        for (int text = 0; text < texts; text++) {
            int[] ids = batch.get(text);
            rowStarts[text] = tokens;
            attention.add(keysAndValues, position, position + ids.length, false, tokens, tokens, ids.length);
            for (int i = 0; i < ids.length; i++) {
                kvPositions[tokens] = position + i;
                embed(ids[i], i, tokens++);
            }
            position = Math.ceilDiv(position + ids.length, KvShape.BLOCK) * KvShape.BLOCK;
        }
        rowStarts[texts] = tokens;
        state.ready(tokens);
    }

    private void embed(int id, int position, int row) {
        int width = config.width();
        float[] x = state.values();
        weights.tokens().dequantizeRow(id, x, row * width);
        Ops.add(x, row * width, weights.positions(), position * width, width);
        norm(weights.embeddingNorm(), x, row);
    }

    private void attend(BertWeights.Layer layer) {
        int width = config.width();
        int stride = 3 * width;
        layer.query().weight().multiply(state, projected, 0, stride, threads);
        layer.key().weight().multiply(state, projected, width, stride, threads);
        layer.value().weight().multiply(state, projected, 2 * width, stride, threads);
        eachToken(row -> {
            int at = row * stride;
            Ops.add(projected, at, layer.query().bias(), 0, width);
            Ops.add(projected, at + width, layer.key().bias(), 0, width);
            Ops.add(projected, at + 2 * width, layer.value().bias(), 0, width);
            keysAndValues.store(0, kvPositions[row], projected, at + width, projected, at + 2 * width);
        });
        attention.run(0, projected, stride, attended.values(), width, threads);
        attended.ready(tokens);
        addToState(layer.output(), attended, layer.attentionNorm());
    }

    private void feedForward(BertWeights.Layer layer) {
        int size = config.hidden();
        Matrix up = layer.up().weight();
        up.multiply(state, hidden.values(), 0, size, threads);
        eachToken(row -> {
            Ops.add(hidden.values(), row * size, layer.up().bias(), 0, size);
            Ops.gelu(hidden.values(), row * size, size);
        });
        hidden.ready(tokens);
        addToState(layer.down(), hidden, layer.outputNorm());
    }

    /** state = norm(state + linear(x)). */
    private void addToState(BertWeights.Linear linear, Activations x, BertWeights.Norm norm) {
        int width = config.width();
        linear.weight().multiply(x, change, 0, width, threads);
        eachToken(row -> {
            float[] s = state.values();
            Ops.add(s, row * width, change, row * width, width);
            Ops.add(s, row * width, linear.bias(), 0, width);
            norm(norm, s, row);
        });
        state.ready(tokens);
    }

    private void norm(BertWeights.Norm norm, float[] x, int row) {
        int width = config.width();
        Ops.layerNorm(x, row * width, norm.weight(), norm.bias(), config.epsilon(), x, row * width, width);
    }

    private interface TokenWork {
        void run(int row);
    }

    private void eachToken(TokenWork work) {
        threads.run(Math.ceilDiv(tokens, CHUNK), (int piece) -> {
            int end = Math.min(tokens, (piece + 1) * CHUNK);
            for (int row = piece * CHUNK; row < end; row++) {
                work.run(row);
            }
        });
    }

    private void pool(int text, float[] out, int to) {
        int width = config.width();
        int first = rowStarts[text];
        int end = rowStarts[text + 1];
        float[] x = state.values();
        switch (config.pooling()) {
            case CLS -> System.arraycopy(x, first * width, out, to, width);
            case LAST -> System.arraycopy(x, (end - 1) * width, out, to, width);
            case MEAN -> {
                java.util.Arrays.fill(out, to, to + width, 0);
                for (int row = first; row < end; row++) {
                    Ops.add(out, to, x, row * width, width);
                }
                Ops.scale(out, to, 1f / (end - first), width);
            }
        }
    }
}
