package demitasse.cli;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufValue;
import demitasse.gguf.GgufWriter;
import demitasse.phi3.LanguageModel;
import demitasse.phi3.LoadOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;

/** Models of random weights, some megabytes large, so that writing them takes a moment in which one can be killed. */
final class WriterFixture {
    private static final int WIDTH = 256;
    private static final int FEED_FORWARD = 1024;
    private static final int VOCABULARY = 4096;
    private static final int LAYERS = 4;
    private static final int HEADS = 4;
    private static final int CONTEXT = 64;

    private WriterFixture() {}

    /** A decoder without a tokenizer in F16, to be quantised. */
    static Path decoder(Path file) throws IOException {
        GgufWriter out = new GgufWriter()
                .put("general.architecture", GgufValue.string("llama"))
                .put("llama.context_length", GgufValue.u32(CONTEXT))
                .put("llama.embedding_length", GgufValue.u32(WIDTH))
                .put("llama.block_count", GgufValue.u32(LAYERS))
                .put("llama.feed_forward_length", GgufValue.u32(FEED_FORWARD))
                .put("llama.attention.head_count", GgufValue.u32(HEADS))
                .put("llama.attention.layer_norm_rms_epsilon", GgufValue.f32(1e-5f))
                .put("llama.vocab_size", GgufValue.u32(VOCABULARY))
                .put("tokenizer.ggml.model", GgufValue.string("none"));
        Random random = new Random(1);
        matrix(out, random, "token_embd.weight", WIDTH, VOCABULARY);
        ones(out, "output_norm.weight");
        for (int layer = 0; layer < LAYERS; layer++) {
            String prefix = "blk." + layer + ".";
            for (String name : new String[] {"attn_q", "attn_k", "attn_v", "attn_output"}) {
                matrix(out, random, prefix + name + ".weight", WIDTH, WIDTH);
            }
            matrix(out, random, prefix + "ffn_gate.weight", WIDTH, FEED_FORWARD);
            matrix(out, random, prefix + "ffn_up.weight", WIDTH, FEED_FORWARD);
            matrix(out, random, prefix + "ffn_down.weight", FEED_FORWARD, WIDTH);
            ones(out, prefix + "attn_norm.weight");
            ones(out, prefix + "ffn_norm.weight");
        }
        out.write(file);
        return file;
    }

    private static void matrix(GgufWriter out, Random random, String name, int columns, int rows) {
        ByteBuffer bytes = ByteBuffer.allocate(columns * rows * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            bytes.putShort(Float.floatToFloat16((float) random.nextGaussian() / 16));
        }
        out.tensor(name, GgmlType.F16, new long[] {columns, rows}, stream -> stream.write(bytes.array()));
    }

    private static void ones(GgufWriter out, String name) {
        ByteBuffer bytes = ByteBuffer.allocate(WIDTH * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            bytes.putFloat(1);
        }
        out.tensor(name, GgmlType.F32, new long[] {WIDTH}, stream -> stream.write(bytes.array()));
    }

    /** A Hugging Face folder with an encoder, to be converted. */
    static Path encoder(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("config.json"), """
                {"architectures": ["BertModel"], "hidden_size": %d, "num_attention_heads": %d,
                 "num_hidden_layers": %d, "intermediate_size": %d, "max_position_embeddings": %d,
                 "vocab_size": %d, "hidden_act": "gelu", "layer_norm_eps": 1e-12, "type_vocab_size": 2}
                """.formatted(WIDTH, HEADS, LAYERS, FEED_FORWARD, CONTEXT, VOCABULARY));
        StringBuilder words = new StringBuilder("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n");
        for (int i = 5; i < VOCABULARY; i++) {
            words.append("word").append(i).append('\n');
        }
        Files.writeString(folder.resolve("vocab.txt"), words);
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"do_lower_case\": true, \"cls_token\": \"[CLS]\", \"sep_token\": \"[SEP]\","
                        + " \"unk_token\": \"[UNK]\", \"pad_token\": \"[PAD]\"}");
        safetensors(folder.resolve("model.safetensors"), encoderShapes());
        return folder;
    }

    private static Map<String, int[]> encoderShapes() {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        BiConsumer<String, int[]> norm = (name, size) -> {
            shapes.put(name + ".weight", size);
            shapes.put(name + ".bias", size);
        };
        shapes.put("embeddings.word_embeddings.weight", new int[] {VOCABULARY, WIDTH});
        shapes.put("embeddings.position_embeddings.weight", new int[] {CONTEXT, WIDTH});
        shapes.put("embeddings.token_type_embeddings.weight", new int[] {2, WIDTH});
        norm.accept("embeddings.LayerNorm", new int[] {WIDTH});
        for (int layer = 0; layer < LAYERS; layer++) {
            String prefix = "encoder.layer." + layer + ".";
            for (String part : new String[] {"self.query", "self.key", "self.value", "output.dense"}) {
                linear(shapes, prefix + "attention." + part, WIDTH, WIDTH);
            }
            linear(shapes, prefix + "intermediate.dense", FEED_FORWARD, WIDTH);
            linear(shapes, prefix + "output.dense", WIDTH, FEED_FORWARD);
            norm.accept(prefix + "attention.output.LayerNorm", new int[] {WIDTH});
            norm.accept(prefix + "output.LayerNorm", new int[] {WIDTH});
        }
        return shapes;
    }

    private static void linear(Map<String, int[]> shapes, String name, int rows, int columns) {
        shapes.put(name + ".weight", new int[] {rows, columns});
        shapes.put(name + ".bias", new int[] {rows});
    }

    private static void safetensors(Path file, Map<String, int[]> shapes) throws IOException {
        StringBuilder header = new StringBuilder();
        int at = 0;
        for (Map.Entry<String, int[]> entry : shapes.entrySet()) {
            int[] shape = entry.getValue();
            int bytes = shape[0] * (shape.length > 1 ? shape[1] : 1) * Float.BYTES;
            header.append(header.isEmpty() ? "{" : ",")
                    .append("\"%s\":{\"dtype\":\"F32\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
                            .formatted(
                                    entry.getKey(),
                                    shape.length > 1 ? shape[0] + "," + shape[1] : Integer.toString(shape[0]),
                                    at,
                                    at + bytes));
            at += bytes;
        }
        byte[] json = header.append('}').toString().getBytes();
        ByteBuffer all = ByteBuffer.allocate(Long.BYTES + json.length + at).order(ByteOrder.LITTLE_ENDIAN);
        all.putLong(json.length).put(json);
        Random random = new Random(2);
        while (all.hasRemaining()) {
            all.putFloat((float) random.nextGaussian());
        }
        Files.write(file, all.array());
    }

    /** Loads a model once with a folder for its panels, and waits until they have their name. */
    public static void main(String[] args) throws IOException {
        LoadOptions options = LoadOptions.defaults().withPanels(Path.of(args[1]));
        LanguageModel.load(Path.of(args[0]), options).close();
    }
}
