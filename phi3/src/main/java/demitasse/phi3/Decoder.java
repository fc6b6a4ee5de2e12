package demitasse.phi3;

import demitasse.tensor.Activations;
import demitasse.tensor.Attention;
import demitasse.tensor.Ops;
import demitasse.tensor.Threads;
import java.util.Arrays;

/**
 * The forward pass, the same for all architectures: embeddings, then in each block attention and a gated feed-forward
 * layer, each behind an RMS norm and added to the residual stream, then the output matrix. Papers: Llama (Touvron et
 * al. 2023), RoPE (Su et al. 2021), SwiGLU (Shazeer 2020), grouped queries (Ainslie et al. 2023).
 *
 * <p>A batch has rows of several sequences: matrices take them all at once, attention looks at whose they are. Holds
 * the scratch for one batch, so it serves one at a time; nothing is allocated for a single token.
 */
final class Decoder {
    /** Tokens computed together: enough to use each unpacked weight many times, small enough for the scratch. */
    static final int MAX_BATCH = 256;

    /** Scratch for the widest models is kept below this: fewer of their tokens go into a batch. */
    private static final long SCRATCH_BYTES = 128L << 20;

    private final DecoderConfig config;
    private final DecoderWeights weights;
    private final Threads threads;
    private final int mostRows;

    /** [token][embedding]: the residual stream. */
    private final float[] residual;
    /** [token][embedding]: what a layer adds to the residual stream. */
    private final float[] change;
    /** [token][qkvWidth]. */
    private final float[] qkv;
    /** [token][2 feedForward]: gate, then up. */
    private final float[] gateUp;

    private final Attention attention;
    private final Activations normed;
    private final Activations attended;
    private final Activations gated;
    /** Which of the batch's sequences a row is of. */
    private final Sequence[] sequences;

    // Made once, since a lambda that is made for each layer is garbage.
    private final Threads.Piece rotateAndStore = this::rotateAndStore;
    private final Threads.Piece gate = this::gate;
    /** Logits of several sequences, before they are given out. */
    private float[] logits = {};

    private int layer;
    /** The last layer's few rows of a short batch take the kernels of all layers: others need not be compiled by then. */
    private int shortRows;

    private InputObserver observer = (layer, input, activations) -> {};

    Decoder(DecoderConfig config, DecoderWeights weights, Threads threads) {
        this.config = config;
        this.weights = weights;
        this.threads = threads;
        this.mostRows = mostRows(config);
        this.residual = new float[mostRows * config.embedding()];
        this.change = new float[residual.length];
        this.qkv = new float[mostRows * config.qkvWidth()];
        this.gateUp = new float[mostRows * 2 * config.feedForward()];
        this.attention = new Attention(
                config.heads(), config.kvHeads(), config.headSize(), (float) (1 / Math.sqrt(config.headSize())));
        this.normed = new Activations(config.embedding(), mostRows);
        this.attended = new Activations(config.queryWidth(), mostRows);
        this.gated = new Activations(config.feedForward(), mostRows);
        this.sequences = new Sequence[mostRows];
    }

    private static int mostRows(DecoderConfig config) {
        // The forms that matrices make of their inputs are about as large as the inputs.
        long floats =
                4L * config.embedding() + 4L * config.feedForward() + 2L * config.queryWidth() + config.qkvWidth();
        return Math.clamp(SCRATCH_BYTES / (floats * Float.BYTES), BatchPlanner.SHORT, MAX_BATCH);
    }

    /** How many rows a batch may have: {@link BatchPlanner#SHORT} to {@link #MAX_BATCH}. */
    int mostRows() {
        return mostRows;
    }

    /** From now on told what each layer's matrices are multiplied with. */
    void observe(InputObserver observer) {
        this.observer = observer;
    }

    /**
     * Computes the next tokens of each of the batch's sequences, adds them to its cache, and writes the logits of the
     * last ones where the sequence wants them.
     *
     * @param batch 1 to {@link #mostRows} rows
     */
    void forward(Batch batch) {
        try {
            int rows = embed(batch);
            shortRows = rows <= BatchPlanner.SHORT ? rows : 0;
            int last = config.layers() - 1;
            for (layer = 0; layer <= last && rows > 0; layer++) {
                keysAndQueries(rows);
                observer.see(layer, InputObserver.Input.QKV, normed);
                if (layer == last) {
                    // Its output is needed only for the tokens whose logits are; its keys and values for all.
                    rows = keepWanted(batch);
                }
                if (rows > 0) {
                    attention(rows);
                    observer.see(layer, InputObserver.Input.ATTENTION_OUTPUT, attended);
                    feedForward(rows);
                    observer.see(layer, InputObserver.Input.GATE_UP, normed);
                    observer.see(layer, InputObserver.Input.DOWN, gated);
                }
            }
            if (rows > 0) {
                norm(weights.outputNorm(), rows);
                giveLogits(batch, rows);
            }
        } finally {
            attention.clear();
            Arrays.fill(sequences, 0, batch.rows(), null);
        }
    }

    private DecoderWeights.Block block() {
        return weights.blocks().get(layer);
    }

    /** Looks the tokens up, and says what each row's attention sees. */
    private int embed(Batch batch) {
        attention.clear();
        for (int i = 0; i < batch.size(); i++) {
            Sequence s = batch.get(i);
            for (int t = 0; t < s.count; t++) {
                int row = s.row + t;
                sequences[row] = s;
                weights.tokens().dequantizeRow(s.ids[s.filled + t], residual, row * config.embedding());
            }
            attention.add(s.cache, 0, s.filled + s.count, true, s.row, s.row, s.count);
        }
        return batch.rows();
    }

    /** Moves the rows whose logits are wanted together, and attention's with them; returns how many there are. */
    private int keepWanted(Batch batch) {
        int width = config.embedding();
        int rows = 0;
        attention.clear();
        for (int i = 0; i < batch.size(); i++) {
            Sequence s = batch.get(i);
            if (s.wanted > 0) {
                int first = s.row + s.count - s.wanted;
                attention.add(s.cache, 0, s.filled + s.count, true, first, rows, s.wanted);
                if (first > rows) {
                    System.arraycopy(residual, first * width, residual, rows * width, s.wanted * width);
                }
                rows += s.wanted;
            }
        }
        return rows;
    }

    /** residual -> qkv, with positions in queries and keys; keys and values go into the caches. */
    private void keysAndQueries(int rows) {
        norm(block().attentionNorm(), rows);
        block().qkv().multiply(normed, qkv, config.qkvWidth(), threads);
        eachRow(rows, rotateAndStore);
    }

    private void eachRow(int rows, Threads.Piece work) {
        if (rows == 1) {
            work.run(0);
        } else {
            threads.run(rows, work);
        }
    }

    private void rotateAndStore(int token) {
        Sequence sequence = sequences[token];
        int position = sequence.filled + token - sequence.row;
        int row = token * config.qkvWidth();
        float[] bias = block().qkvBias();
        if (bias != null) {
            Ops.add(qkv, row, bias, 0, config.qkvWidth());
        }
        // The keys follow the queries, so both are rotated as one run of heads.
        sequence.rope.apply(qkv, row, config.heads() + config.kvHeads(), config.headSize(), position);
        int keys = row + config.queryWidth();
        sequence.cache.store(layer, position, qkv, keys, qkv, keys + config.kvWidth());
    }

    /** qkv and the caches -> residual. */
    private void attention(int rows) {
        attention.run(layer, qkv, config.qkvWidth(), attended.values(), config.queryWidth(), threads);
        attended.ready(rows, like(rows));
        block().attentionOutput().multiply(attended, change, 0, config.embedding(), threads);
        Ops.add(residual, 0, change, 0, rows * config.embedding());
    }

    /** residual -> residual: down(silu(gate x) * up x). */
    private void feedForward(int rows) {
        norm(block().feedForwardNorm(), rows);
        block().gateUp().multiply(normed, gateUp, 2 * config.feedForward(), threads);
        eachRow(rows, gate);
        gated.ready(rows, like(rows));
        block().down().multiply(gated, change, 0, config.embedding(), threads);
        Ops.add(residual, 0, change, 0, rows * config.embedding());
    }

    private void gate(int token) {
        int width = config.feedForward();
        int row = token * 2 * width;
        Ops.swiglu(gateUp, row, gateUp, row + width, gated.values(), token * width, width);
    }

    /** residual -> normed. */
    private void norm(float[] weight, int rows) {
        int width = config.embedding();
        for (int t = 0; t < rows; t++) {
            Ops.rmsNorm(residual, t * width, weight, config.normEpsilon(), normed.values(), t * width, width);
        }
        normed.ready(rows, like(rows));
    }

    private int like(int rows) {
        return Math.max(rows, shortRows);
    }

    /** normed -> the logits of each sequence. */
    private void giveLogits(Batch batch, int rows) {
        int vocabulary = config.vocabulary();
        if (batch.size() == 1) {
            Sequence s = batch.get(0);
            weights.output().multiply(normed, s.logits, s.logitsOffset, vocabulary, threads);
            return;
        }
        if (logits.length < rows * vocabulary) {
            logits = new float[Math.multiplyExact(rows, vocabulary)];
        }
        weights.output().multiply(normed, logits, 0, vocabulary, threads);
        int row = 0;
        for (int i = 0; i < batch.size(); i++) {
            Sequence s = batch.get(i);
            if (s.wanted > 0) {
                System.arraycopy(logits, row * vocabulary, s.logits, s.logitsOffset, s.wanted * vocabulary);
                row += s.wanted;
            }
        }
    }
}
