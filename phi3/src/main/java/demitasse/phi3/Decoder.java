package demitasse.phi3;

import demitasse.tensor.Activations;
import demitasse.tensor.Attention;
import demitasse.tensor.KvLayer;
import demitasse.tensor.Ops;
import demitasse.tensor.Rope;
import demitasse.tensor.Threads;

/**
 * The forward pass, the same for all architectures: embeddings, then in each block attention and a gated feed-forward
 * layer, each behind an RMS norm and added to the residual stream, then the output matrix. Papers: Llama (Touvron et
 * al. 2023), RoPE (Su et al. 2021), SwiGLU (Shazeer 2020), grouped queries (Ainslie et al. 2023).
 *
 * <p>Holds the scratch for one batch of tokens, so it serves one batch at a time; nothing is allocated for a single
 * token.
 */
final class Decoder {
    /** Tokens computed together: enough to use each unpacked weight many times, small enough for the scratch. */
    static final int MAX_BATCH = 256;

    /** Scratch for the widest models is kept below this: fewer of their tokens go into a batch. */
    private static final long SCRATCH_BYTES = 128L << 20;

    private final DecoderConfig config;
    private final DecoderWeights weights;
    private final Threads threads;
    private final int batch;

    /** [token][embedding]: the residual stream. */
    private final float[] residual;
    /** [token][embedding]: what a layer adds to the residual stream. */
    private final float[] change;
    /** [token][qkvWidth]. */
    private final float[] qkv;
    /** [token][2 feedForward]: gate, then up. */
    private final float[] gateUp;

    private final Activations normed;
    private final Activations attended;
    private final Activations gated;

    Decoder(DecoderConfig config, DecoderWeights weights, Threads threads) {
        this.config = config;
        this.weights = weights;
        this.threads = threads;
        this.batch = batch(config);
        this.residual = new float[batch * config.embedding()];
        this.change = new float[residual.length];
        this.qkv = new float[batch * config.qkvWidth()];
        this.gateUp = new float[batch * 2 * config.feedForward()];
        this.normed = new Activations(config.embedding(), batch);
        this.attended = new Activations(config.queryWidth(), batch);
        this.gated = new Activations(config.feedForward(), batch);
    }

    private static int batch(DecoderConfig config) {
        // The forms that matrices make of their inputs are about as large as the inputs.
        long floats =
                4L * config.embedding() + 4L * config.feedForward() + 2L * config.queryWidth() + config.qkvWidth();
        return Math.clamp(SCRATCH_BYTES / (floats * Float.BYTES), 1, MAX_BATCH);
    }

    /** How many tokens {@link #forward} takes at a time: at most {@link #MAX_BATCH}. */
    int batch() {
        return batch;
    }

    /**
     * Computes {@code tokens} tokens that follow the first {@code position} ones of the cache, and adds them to it.
     *
     * @param ids the tokens stand at {@code from} and after it
     * @param tokens 1 to {@link #batch}
     * @param wanted for how many of the last tokens logits are needed: 0 to {@code tokens}
     * @param logits [wanted][vocabulary] is written at {@code logitsOffset}
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
        for (int t = 0; t < tokens; t++) {
            weights.tokens().dequantizeRow(ids[from + t], residual, t * config.embedding());
        }
        int last = config.layers() - 1;
        for (int layer = 0; layer <= last; layer++) {
            DecoderWeights.Block block = weights.blocks().get(layer);
            // The last layer's output is needed only for the tokens whose logits are; its keys and values for all.
            int first = layer == last ? tokens - wanted : 0;
            keysAndQueries(block, cache[layer], rope, position, tokens);
            if (first < tokens) {
                attention(block, cache[layer], position, first, tokens);
                feedForward(block, first, tokens);
            }
        }
        if (wanted > 0) {
            norm(weights.outputNorm(), tokens - wanted, wanted);
            weights.output().multiply(normed, logits, logitsOffset, config.vocabulary(), threads);
        }
    }

    /** residual -> qkv, with positions in queries and keys; keys and values go into the cache. */
    private void keysAndQueries(DecoderWeights.Block block, KvLayer cache, Rope rope, int position, int tokens) {
        norm(block.attentionNorm(), 0, tokens);
        block.qkv().multiply(normed, qkv, config.qkvWidth(), threads);
        if (tokens == 1) {
            rotateAndStore(block, cache, rope, position, 0);
        } else {
            threads.run(tokens, t -> rotateAndStore(block, cache, rope, position, t));
        }
    }

    private void rotateAndStore(DecoderWeights.Block block, KvLayer cache, Rope rope, int position, int token) {
        int row = token * config.qkvWidth();
        if (block.qkvBias() != null) {
            Ops.add(qkv, row, block.qkvBias(), 0, config.qkvWidth());
        }
        // The keys follow the queries, so both are rotated as one run of heads.
        rope.apply(qkv, row, config.heads() + config.kvHeads(), config.headSize(), position + token);
        int keys = row + config.queryWidth();
        cache.store(position + token, qkv, keys, qkv, keys + config.kvWidth());
    }

    /** qkv and the cache -> residual, for the tokens from {@code first} on. */
    private void attention(DecoderWeights.Block block, KvLayer cache, int position, int first, int tokens) {
        int count = tokens - first;
        Attention.run(
                qkv,
                first * config.qkvWidth(),
                config.qkvWidth(),
                count,
                position + first,
                config.heads(),
                cache,
                position + tokens,
                (float) (1 / Math.sqrt(config.headSize())),
                true,
                attended.values(),
                0,
                config.queryWidth(),
                threads);
        attended.ready(count);
        block.attentionOutput().multiply(attended, change, 0, config.embedding(), threads);
        Ops.add(residual, first * config.embedding(), change, 0, count * config.embedding());
    }

    /** residual -> residual: down(silu(gate x) * up x), for the tokens from {@code first} on. */
    private void feedForward(DecoderWeights.Block block, int first, int tokens) {
        int count = tokens - first;
        norm(block.feedForwardNorm(), first, count);
        block.gateUp().multiply(normed, gateUp, 2 * config.feedForward(), threads);
        if (count == 1) {
            gate(0);
        } else {
            threads.run(count, this::gate);
        }
        gated.ready(count);
        block.down().multiply(gated, change, 0, config.embedding(), threads);
        Ops.add(residual, first * config.embedding(), change, 0, count * config.embedding());
    }

    private void gate(int token) {
        int width = config.feedForward();
        int row = token * 2 * width;
        Ops.swiglu(gateUp, row, gateUp, row + width, gated.values(), token * width, width);
    }

    /** residual, rows from {@code first} on -> normed, rows from 0 on. */
    private void norm(float[] weight, int first, int count) {
        int width = config.embedding();
        for (int t = 0; t < count; t++) {
            Ops.rmsNorm(residual, (first + t) * width, weight, config.normEpsilon(), normed.values(), t * width, width);
        }
        normed.ready(count);
    }
}
