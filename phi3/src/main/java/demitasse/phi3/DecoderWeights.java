package demitasse.phi3;

import demitasse.gguf.ModelLoadException;
import demitasse.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;

/**
 * All weights of a model. Tensor names: llama.cpp's llama-arch.cpp.
 *
 * @param tokens [vocabulary][embedding]: the embeddings
 * @param output [vocabulary][embedding]: from the last state to logits; {@code tokens} itself where the file ties them
 * @param ropeLong longrope's divisors of the angles beyond the original context, or null
 * @param ropeShort those within it; Llama 3's rope_freqs stand in both
 */
record DecoderWeights(
        Matrix tokens, List<Block> blocks, float[] outputNorm, Matrix output, float[] ropeLong, float[] ropeShort) {

    static final String TOKENS = "token_embd.weight";
    static final String OUTPUT = "output.weight";

    /**
     * One layer.
     *
     * @param qkv rows of Q, then K, then V
     * @param qkvBias as long as these rows, or null
     * @param gateUp rows of the gate, then of up
     */
    record Block(
            float[] attentionNorm,
            StackedMatrix qkv,
            float[] qkvBias,
            Matrix attentionOutput,
            float[] feedForwardNorm,
            StackedMatrix gateUp,
            Matrix down) {}

    static DecoderWeights read(WeightReader reader, DecoderConfig config) throws ModelLoadException {
        int vocabulary = config.vocabulary();
        int embedding = config.embedding();
        boolean tied = !reader.has(OUTPUT);
        Matrix tokens =
                tied ? reader.matrix(TOKENS, vocabulary, embedding) : reader.table(TOKENS, vocabulary, embedding);
        // Grows as blocks are found: the number of blocks is what a key claims.
        List<Block> blocks = new ArrayList<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            blocks.add(block(reader, config, "blk." + layer + "."));
        }
        float[] outputNorm = reader.vector("output_norm.weight", embedding);
        Matrix output = tied ? tokens : reader.matrix(OUTPUT, vocabulary, embedding);
        int pairs = config.rope().dimensions() / 2;
        float[] ropeFreqs = reader.optionalVector("rope_freqs.weight", pairs);
        float[] ropeLong = reader.optionalVector("rope_factors_long.weight", pairs);
        float[] ropeShort = reader.optionalVector("rope_factors_short.weight", pairs);
        return new DecoderWeights(
                tokens,
                List.copyOf(blocks),
                outputNorm,
                output,
                ropeLong == null ? ropeFreqs : ropeLong,
                ropeShort == null ? ropeFreqs : ropeShort);
    }

    private static Block block(WeightReader reader, DecoderConfig config, String prefix) throws ModelLoadException {
        int embedding = config.embedding();
        return new Block(
                reader.vector(prefix + "attn_norm.weight", embedding),
                qkv(reader, config, prefix),
                qkvBias(reader, config, prefix),
                reader.matrix(prefix + "attn_output.weight", embedding, config.queryWidth()),
                reader.vector(prefix + "ffn_norm.weight", embedding),
                gateUp(reader, config, prefix),
                reader.matrix(prefix + "ffn_down.weight", embedding, config.feedForward()));
    }

    private static StackedMatrix qkv(WeightReader reader, DecoderConfig config, String prefix)
            throws ModelLoadException {
        int embedding = config.embedding();
        if (config.architecture().fusedQkv()) {
            return new StackedMatrix(List.of(reader.matrix(prefix + "attn_qkv.weight", config.qkvWidth(), embedding)));
        }
        return new StackedMatrix(List.of(
                reader.matrix(prefix + "attn_q.weight", config.queryWidth(), embedding),
                reader.matrix(prefix + "attn_k.weight", config.kvWidth(), embedding),
                reader.matrix(prefix + "attn_v.weight", config.kvWidth(), embedding)));
    }

    private static float[] qkvBias(WeightReader reader, DecoderConfig config, String prefix) throws ModelLoadException {
        Architecture.BiasRule rule = config.architecture().qkvBias();
        boolean present = reader.has(prefix + "attn_q.bias");
        if (rule == Architecture.BiasRule.NONE || rule == Architecture.BiasRule.OPTIONAL && !present) {
            return null;
        }
        float[] bias = new float[config.qkvWidth()];
        float[] q = reader.vector(prefix + "attn_q.bias", config.queryWidth());
        float[] k = reader.vector(prefix + "attn_k.bias", config.kvWidth());
        float[] v = reader.vector(prefix + "attn_v.bias", config.kvWidth());
        System.arraycopy(q, 0, bias, 0, q.length);
        System.arraycopy(k, 0, bias, q.length, k.length);
        System.arraycopy(v, 0, bias, q.length + k.length, v.length);
        return bias;
    }

    private static StackedMatrix gateUp(WeightReader reader, DecoderConfig config, String prefix)
            throws ModelLoadException {
        int embedding = config.embedding();
        int width = config.feedForward();
        if (config.architecture().fusedGateUp()) {
            return new StackedMatrix(List.of(reader.matrix(prefix + "ffn_up.weight", 2 * width, embedding)));
        }
        return new StackedMatrix(List.of(
                reader.matrix(prefix + "ffn_gate.weight", width, embedding),
                reader.matrix(prefix + "ffn_up.weight", width, embedding)));
    }
}
