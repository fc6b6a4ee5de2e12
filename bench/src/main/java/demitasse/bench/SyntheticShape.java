package demitasse.bench;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufValue;
import demitasse.gguf.GgufWriter;
import demitasse.phi3.FileType;
import demitasse.phi3.TensorMix;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The hyperparameters of a published decoder model, enough to write a file that loads as one.
 *
 * @param fused Phi-3's layout: Q, K and V in one tensor, gate and up in another
 * @param tied no output matrix: the embedding is used
 */
record SyntheticShape(
        String name,
        String architecture,
        boolean fused,
        boolean tied,
        int layers,
        int embedding,
        int feedForward,
        int heads,
        int kvHeads,
        int vocabulary,
        int context,
        float frequencyBase,
        float epsilon) {
    private static final int QUANTIZATION_VERSION = 2;

    /** Source: the models' config.json. The {@code nano} ones are made up, for tests. */
    private static final List<SyntheticShape> ALL = List.of(
            shape("phi-3-mini", "phi3", 32, 3072, 8192, 32, 32, 32064).with(4096, 10000f, 1e-5f),
            shape("llama-3.2-1b", "llama", 16, 2048, 8192, 32, 8, 128256).with(131072, 500000f, 1e-5f),
            shape("smollm2-135m", "llama", 30, 576, 1536, 9, 3, 49152).with(8192, 100000f, 1e-5f),
            shape("qwen2.5-0.5b", "qwen2", 24, 896, 4864, 14, 2, 151936).with(32768, 1000000f, 1e-6f),
            shape("nano", "phi3", 2, 256, 512, 4, 2, 512).with(512, 10000f, 1e-5f),
            shape("nano-llama", "llama", 2, 256, 512, 4, 2, 512).with(512, 10000f, 1e-5f),
            shape("nano-qwen", "qwen2", 2, 128, 256, 2, 1, 512).with(512, 10000f, 1e-6f));

    private static SyntheticShape shape(
            String name, String architecture, int layers, int width, int feedForward, int heads, int kv, int tokens) {
        boolean phi = architecture.equals("phi3");
        return new SyntheticShape(
                name, architecture, phi, !phi, layers, width, feedForward, heads, kv, tokens, 0, 0, 0);
    }

    private SyntheticShape with(int context, float frequencyBase, float epsilon) {
        return new SyntheticShape(
                name,
                architecture,
                fused,
                tied,
                layers,
                embedding,
                feedForward,
                heads,
                kvHeads,
                vocabulary,
                context,
                frequencyBase,
                epsilon);
    }

    static Optional<SyntheticShape> named(String name) {
        return ALL.stream().filter(shape -> shape.name.equals(name)).findFirst();
    }

    static List<String> names() {
        return ALL.stream().map(SyntheticShape::name).toList();
    }

    private int headSize() {
        return embedding / heads;
    }

    /** Qwen2 alone has biases on queries, keys and values. */
    private boolean hasBias() {
        return architecture.equals("qwen2");
    }

    /** Adds the keys that a loader asks for. */
    void putKeys(GgufWriter file, SyntheticMix mix) {
        String prefix = architecture + ".";
        file.put("general.architecture", GgufValue.string(architecture))
                .put("general.name", GgufValue.string("synthetic " + name + " " + mix.name()))
                .put("general.description", GgufValue.string("random weights, for timing only"))
                .put(prefix + "context_length", GgufValue.u32(context))
                .put(prefix + "embedding_length", GgufValue.u32(embedding))
                .put(prefix + "feed_forward_length", GgufValue.u32(feedForward))
                .put(prefix + "block_count", GgufValue.u32(layers))
                .put(prefix + "attention.head_count", GgufValue.u32(heads))
                .put(prefix + "attention.head_count_kv", GgufValue.u32(kvHeads))
                .put(prefix + "attention.layer_norm_rms_epsilon", GgufValue.f32(epsilon))
                .put(prefix + "rope.dimension_count", GgufValue.u32(headSize()))
                .put(prefix + "rope.freq_base", GgufValue.f32(frequencyBase))
                .put(prefix + "vocab_size", GgufValue.u32(vocabulary))
                .put("general.quantization_version", GgufValue.u32(QUANTIZATION_VERSION));
        FileType.named(mix.name()).ifPresent(type -> file.put("general.file_type", GgufValue.u32(type.id())));
        SyntheticVocabulary.putKeys(file, vocabulary);
    }

    /** Receives the tensors of a shape. */
    @FunctionalInterface
    interface TensorSink {
        void accept(String name, GgmlType type, long... shape);
    }

    /** Names the tensors in llama.cpp's order, with the types that {@code mix} gives them. */
    void tensors(SyntheticMix mix, TensorSink sink) {
        sink.accept("token_embd.weight", fit(mix.embedding(tied), embedding), embedding, vocabulary);
        for (int i = 0; i < layers; i++) {
            String block = String.format(Locale.ROOT, "blk.%d.", i);
            sink.accept(block + "attn_norm.weight", GgmlType.F32, embedding);
            attention(block, mix, i, sink);
            sink.accept(block + "attn_output.weight", fit(mix.plain(), embedding), embedding, embedding);
            sink.accept(block + "ffn_norm.weight", GgmlType.F32, embedding);
            GgmlType up = fit(mix.plain(), embedding);
            if (fused) {
                sink.accept(block + "ffn_up.weight", up, embedding, 2L * feedForward);
            } else {
                sink.accept(block + "ffn_gate.weight", up, embedding, feedForward);
                sink.accept(block + "ffn_up.weight", up, embedding, feedForward);
            }
            sink.accept(block + "ffn_down.weight", fit(mix.down(i, layers), feedForward), feedForward, embedding);
        }
        sink.accept("output_norm.weight", GgmlType.F32, embedding);
        if (!tied) {
            sink.accept("output.weight", fit(mix.output(), embedding), embedding, vocabulary);
        }
    }

    private void attention(String block, SyntheticMix mix, int layer, TensorSink sink) {
        long kvRows = (long) kvHeads * headSize();
        if (fused) {
            sink.accept(block + "attn_qkv.weight", fit(mix.qkv(), embedding), embedding, embedding + 2 * kvRows);
            return;
        }
        sink.accept(block + "attn_q.weight", fit(mix.plain(), embedding), embedding, embedding);
        sink.accept(block + "attn_k.weight", fit(mix.plain(), embedding), embedding, kvRows);
        sink.accept(block + "attn_v.weight", fit(mix.value(layer, layers), embedding), embedding, kvRows);
        if (hasBias()) {
            sink.accept(block + "attn_q.bias", GgmlType.F32, embedding);
            sink.accept(block + "attn_k.bias", GgmlType.F32, kvRows);
            sink.accept(block + "attn_v.bias", GgmlType.F32, kvRows);
        }
    }

    /** What llama-quantize takes for rows that are no multiple of 256. */
    private static GgmlType fit(GgmlType type, int columns) {
        return TensorMix.fit(type, columns);
    }
}
