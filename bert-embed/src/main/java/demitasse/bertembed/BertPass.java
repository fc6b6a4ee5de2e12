package demitasse.bertembed;

import demitasse.tensor.Activations;
import demitasse.tensor.Ops;
import demitasse.tensor.TextAttention;
import demitasse.tensor.Threads;
import java.util.Arrays;
import java.util.List;

/**
 * BERT's forward pass over some texts: their tokens stand one after the other, so that each weight is read once for
 * all, and only attention looks at where a text ends. Its buffers are used again by each call, of one thread at a time.
 * Sources: arXiv 1810.04805; llama.cpp's llm_build_bert.
 */
final class BertPass {
    /** Up to here one thread sums and norms the tokens: handing the work over would take as long. */
    private static final int SERIAL_TOKENS = 24;

    private final BertConfig config;
    private final BertWeights weights;
    private final Threads threads;
    private final Activations state;
    private final Activations attended;
    private final Activations hidden;
    /** [token][query, key, value]. */
    private final float[] projected;
    /** [token][width]: what a block adds to the state. */
    private final float[] change;
    /** Of each thread. */
    private final TextAttention[] attention;

    private int tokens;

    /** @param capacity the most tokens of all texts of a call */
    BertPass(BertConfig config, BertWeights weights, int capacity, Threads threads) {
        this.config = config;
        this.weights = weights;
        this.threads = threads;
        int width = config.width();
        this.state = new Activations(width, capacity);
        this.attended = new Activations(width, capacity);
        this.hidden = new Activations(config.hidden(), capacity);
        this.projected = new float[capacity * 3 * width];
        this.change = new float[capacity * width];
        this.attention = new TextAttention[threads.count()];
        for (int i = 0; i < attention.length; i++) {
            attention[i] =
                    new TextAttention(config.heads(), config.headSize(), (float) (1 / Math.sqrt(config.headSize())));
        }
    }

    /**
     * Encodes some texts.
     *
     * @param out the pooled vector of each text, not normalised: [text][width], from {@code to} on
     * @param states receives the state of each token, from {@code first} on: [text][token][width]; null: not wanted
     */
    void encode(List<int[]> texts, float[] out, int to, float[][] states, int first) {
        lookUp(texts);
        for (BertWeights.Layer layer : weights.layers()) {
            attend(layer, texts);
            feedForward(layer);
        }
        int row = 0;
        for (int text = 0; text < texts.size(); text++) {
            int length = texts.get(text).length;
            pool(row, row + length, out, to + text * config.width());
            if (states != null) {
                int width = config.width();
                states[first + text] = Arrays.copyOfRange(state.values(), row * width, (row + length) * width);
            }
            row += length;
        }
    }

    private void lookUp(List<int[]> texts) {
        tokens = 0;
        for (int[] ids : texts) {
            for (int i = 0; i < ids.length; i++) {
                embed(ids[i], i, tokens++);
            }
        }
        state.ready(tokens);
    }

    private void embed(int id, int position, int row) {
        int width = config.width();
        float[] x = state.values();
        weights.tokens().dequantizeRow(id, x, row * width);
        Ops.add(x, row * width, weights.positions(), position * width, width);
        norm(weights.embeddingNorm(), x, row);
    }

    private void attend(BertWeights.Layer layer, List<int[]> texts) {
        int width = config.width();
        int offset = 0;
        for (BertWeights.Linear projection : layer.projections()) {
            multiply(projection, state, projected, offset, 3 * width);
            offset += projection.weight().rows();
        }
        int heads = config.heads();
        int first = 0;
        for (int[] ids : texts) {
            int row = first;
            threads.run(threads.apart(heads), (index, worker) -> {
                int head = threads.apart(index, heads);
                if (head < heads) {
                    attention[worker].run(projected, row, ids.length, head, attended.values());
                }
            });
            first += ids.length;
        }
        attended.ready(tokens);
        addToState(layer.output(), attended, layer.attentionNorm());
    }

    private void feedForward(BertWeights.Layer layer) {
        int size = config.hidden();
        multiply(layer.up(), state, hidden.values(), 0, size);
        hidden.ready(tokens);
        addToState(layer.down(), hidden, layer.outputNorm());
    }

    private void multiply(BertWeights.Linear linear, Activations x, float[] out, int offset, int stride) {
        linear.weight().multiply(x, linear.after(), out, offset, stride, threads);
    }

    /** state = norm(state + linear(x)). */
    private void addToState(BertWeights.Linear linear, Activations x, BertWeights.Norm norm) {
        int width = config.width();
        multiply(linear, x, change, 0, width);
        if (tokens <= SERIAL_TOKENS) {
            for (int row = 0; row < tokens; row++) {
                addAndNorm(norm, row);
            }
        } else {
            threads.run(tokens, (int row) -> addAndNorm(norm, row));
        }
        state.ready(tokens);
    }

    private void addAndNorm(BertWeights.Norm norm, int row) {
        int width = config.width();
        Ops.add(state.values(), row * width, change, row * width, width);
        norm(norm, state.values(), row);
    }

    private void norm(BertWeights.Norm norm, float[] x, int row) {
        int width = config.width();
        Ops.layerNorm(x, row * width, norm.weight(), norm.bias(), config.epsilon(), x, row * width, width);
    }

    /** Rows {@code first} to {@code end - 1} become one. */
    private void pool(int first, int end, float[] out, int to) {
        int width = config.width();
        float[] x = state.values();
        switch (config.pooling()) {
            case CLS -> System.arraycopy(x, first * width, out, to, width);
            case LAST -> System.arraycopy(x, (end - 1) * width, out, to, width);
            case MEAN -> {
                System.arraycopy(x, first * width, out, to, width);
                for (int row = first + 1; row < end; row++) {
                    Ops.add(out, to, x, row * width, width);
                }
                Ops.scale(out, to, 1f / (end - first), width);
            }
        }
    }
}
