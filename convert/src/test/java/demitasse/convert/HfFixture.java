package demitasse.convert;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Writes tiny Hugging Face folders with random weights. */
final class HfFixture {
    static final ObjectMapper JSON = new ObjectMapper();
    static final int EMBEDDING = 64;
    static final int HEADS = 4;
    static final int KV_HEADS = 2;
    static final int HEAD = EMBEDDING / HEADS;
    static final int HIDDEN = 96;
    static final int LAYERS = 2;
    static final int VOCABULARY = 300;
    static final int CONTEXT = 64;

    /** A tensor in PyTorch's order. */
    record Weights(long[] shape, float[] values) {}

    final Path folder;
    final ObjectNode config = JSON.createObjectNode();
    final Map<String, Weights> tensors = new LinkedHashMap<>();
    private final Random random = new Random(7);

    private HfFixture(Path folder, String architecture) throws IOException {
        this.folder = Files.createDirectories(folder);
        config.putArray("architectures").add(architecture);
        config.put("hidden_size", EMBEDDING)
                .put("num_attention_heads", HEADS)
                .put("num_hidden_layers", LAYERS)
                .put("intermediate_size", HIDDEN)
                .put("max_position_embeddings", CONTEXT)
                .put("vocab_size", VOCABULARY);
    }

    static HfFixture llama(Path folder) throws IOException {
        return separate(folder, "LlamaForCausalLM", false);
    }

    static HfFixture qwen2(Path folder) throws IOException {
        return separate(folder, "Qwen2ForCausalLM", true);
    }

    private static HfFixture separate(Path folder, String architecture, boolean bias) throws IOException {
        HfFixture model = new HfFixture(folder, architecture).decoder();
        for (int layer = 0; layer < LAYERS; layer++) {
            String prefix = "model.layers." + layer + ".";
            for (String part : List.of("q", "k", "v")) {
                int rows = (part.equals("q") ? HEADS : KV_HEADS) * HEAD;
                model.add(prefix + "self_attn." + part + "_proj.weight", rows, EMBEDDING);
                if (bias) {
                    model.add(prefix + "self_attn." + part + "_proj.bias", rows);
                }
            }
            model.add(prefix + "mlp.gate_proj.weight", HIDDEN, EMBEDDING);
            model.add(prefix + "mlp.up_proj.weight", HIDDEN, EMBEDDING);
        }
        return model;
    }

    static HfFixture phi3(Path folder) throws IOException {
        HfFixture model = new HfFixture(folder, "Phi3ForCausalLM").decoder();
        for (int layer = 0; layer < LAYERS; layer++) {
            String prefix = "model.layers." + layer + ".";
            model.add(prefix + "self_attn.qkv_proj.weight", (HEADS + 2 * KV_HEADS) * HEAD, EMBEDDING);
            model.add(prefix + "mlp.gate_up_proj.weight", 2 * HIDDEN, EMBEDDING);
        }
        return model;
    }

    private HfFixture decoder() {
        config.put("num_key_value_heads", KV_HEADS).put("hidden_act", "silu").put("rms_norm_eps", 1e-5);
        add("model.embed_tokens.weight", VOCABULARY, EMBEDDING);
        add("model.norm.weight", EMBEDDING);
        add("lm_head.weight", VOCABULARY, EMBEDDING);
        for (int layer = 0; layer < LAYERS; layer++) {
            String prefix = "model.layers." + layer + ".";
            add(prefix + "input_layernorm.weight", EMBEDDING);
            add(prefix + "post_attention_layernorm.weight", EMBEDDING);
            add(prefix + "self_attn.o_proj.weight", EMBEDDING, EMBEDDING);
            add(prefix + "mlp.down_proj.weight", EMBEDDING, HIDDEN);
        }
        return this;
    }

    static HfFixture bert(Path folder) throws IOException {
        HfFixture model = new HfFixture(folder, "BertModel");
        model.config.put("hidden_act", "gelu").put("layer_norm_eps", 1e-12).put("type_vocab_size", 2);
        model.add("bert.embeddings.word_embeddings.weight", VOCABULARY, EMBEDDING);
        model.add("bert.embeddings.position_embeddings.weight", CONTEXT, EMBEDDING);
        model.add("bert.embeddings.token_type_embeddings.weight", 2, EMBEDDING);
        model.add("bert.embeddings.LayerNorm.gamma", EMBEDDING);
        model.add("bert.embeddings.LayerNorm.beta", EMBEDDING);
        model.add("bert.pooler.dense.weight", EMBEDDING, EMBEDDING);
        model.add("bert.pooler.dense.bias", EMBEDDING);
        for (int layer = 0; layer < LAYERS; layer++) {
            String prefix = "bert.encoder.layer." + layer + ".";
            for (String part : List.of("self.query", "self.key", "self.value", "output.dense")) {
                model.linear(prefix + "attention." + part, EMBEDDING, EMBEDDING);
            }
            model.linear(prefix + "intermediate.dense", HIDDEN, EMBEDDING);
            model.linear(prefix + "output.dense", EMBEDDING, HIDDEN);
            for (String norm : List.of("attention.output", "output")) {
                model.add(prefix + norm + ".LayerNorm.weight", EMBEDDING);
                model.add(prefix + norm + ".LayerNorm.bias", EMBEDDING);
            }
        }
        return model;
    }

    private void linear(String name, int rows, int columns) {
        add(name + ".weight", rows, columns);
        add(name + ".bias", rows);
    }

    void add(String name, long... shape) {
        int n = 1;
        for (long size : shape) {
            n *= (int) size;
        }
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) (random.nextGaussian() * 0.2 + (shape.length == 1 ? 1 : 0));
        }
        tensors.put(name, new Weights(shape, values));
    }

    HfFixture text(String name, String text) throws IOException {
        Files.createDirectories(folder.resolve(name).getParent());
        Files.writeString(folder.resolve(name), text);
        return this;
    }

    /** Writes config.json and one file of weights. */
    HfFixture write() throws IOException {
        text("config.json", config.toString());
        safetensors(folder.resolve("model.safetensors"), tensors, false);
        return this;
    }

    /** Writes weights to a safetensors file, as F32 or BF16. */
    static void safetensors(Path file, Map<String, Weights> tensors, boolean bf16) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        header.putObject("__metadata__").put("format", "pt");
        int width = bf16 ? Short.BYTES : Float.BYTES;
        int bytes = tensors.values().stream().mapToInt(t -> t.values().length).sum() * width;
        ByteBuffer data = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        tensors.forEach((name, tensor) -> {
            ObjectNode entry = header.putObject(name).put("dtype", bf16 ? "BF16" : "F32");
            ArrayNode shape = entry.putArray("shape");
            for (long size : tensor.shape()) {
                shape.add(size);
            }
            int begin = data.position();
            for (float value : tensor.values()) {
                if (bf16) {
                    data.putShort((short) (Float.floatToRawIntBits(value) >> 16));
                } else {
                    data.putFloat(value);
                }
            }
            entry.putArray("data_offsets").add(begin).add(data.position());
        });
        Files.write(file, file(header.toString(), data.array()));
    }

    /** A safetensors file of a header and data. */
    static byte[] file(String header, byte[] data) {
        byte[] json = header.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .put(data)
                .array();
    }

    /** A byte-level tokenizer.json with two merges and two added tokens, cutting texts as Qwen2 does. */
    static ObjectNode bytePairTokenizer() {
        ObjectNode tokenizer = JSON.createObjectNode();
        ObjectNode model = tokenizer.putObject("model").put("type", "BPE").put("ignore_merges", false);
        ObjectNode vocabulary = model.putObject("vocab");
        int next = 0;
        for (int b = 0, id = 0; b < 256; b++, id++) {
            boolean printable = b >= '!' && b <= '~' || b >= 0xa1 && b <= 0xac || b >= 0xae;
            vocabulary.put(Character.toString(printable ? b : 256 + next++), id);
        }
        vocabulary.put("th", 256).put("the", 257);
        ArrayNode merges = model.putArray("merges");
        merges.addArray().add("t").add("h");
        merges.add("th e");
        ArrayNode added = tokenizer.putArray("added_tokens");
        added.addObject().put("id", 258).put("content", "<|end|>").put("special", true);
        added.addObject().put("id", 259).put("content", "<tool\u2581call>").put("special", false);
        ObjectNode pre = tokenizer.putObject("pre_tokenizer").put("type", "Sequence");
        ArrayNode steps = pre.putArray("pretokenizers");
        ObjectNode split = steps.addObject().put("type", "Split");
        split.putObject("pattern")
                .put(
                        "Regex",
                        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
                                + "| ?[^\\s\\p{L}\\p{N}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+");
        split.put("behavior", "Isolated").put("invert", false);
        steps.addObject()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("use_regex", false);
        return tokenizer;
    }

    HfFixture withBytePairs() throws IOException {
        text("tokenizer.json", bytePairTokenizer().toString());
        return text("tokenizer_config.json", "{\"eos_token\": {\"content\": \"<|end|>\"}, \"bos_token\": null}");
    }

    /** A tokenizer.model: three control pieces, the bytes, and a few words. */
    HfFixture withSentencePieces() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        List<byte[]> pieces = new ArrayList<>();
        pieces.add(piece("<unk>", 0, 2));
        pieces.add(piece("<s>", 0, 3));
        pieces.add(piece("</s>", 0, 3));
        for (int b = 0; b < 256; b++) {
            pieces.add(piece(String.format("<0x%02X>", b), 0, 6));
        }
        String[] words = {"\u2581t", "he", "\u2581the", "\u2581", "t", "h", "e"};
        for (int i = 0; i < words.length; i++) {
            pieces.add(piece(words[i], -i, 0));
        }
        for (byte[] piece : pieces) {
            out.writeByteArray(1, piece);
        }
        out.writeByteArray(2, new byte[] {3 << 3, 2}); // model_type BPE
        out.writeByteArray(3, new byte[] {3 << 3, 1}); // add_dummy_prefix
        out.flush();
        Files.write(folder.resolve("tokenizer.model"), bytes.toByteArray());
        return this;
    }

    /** @param type 0 leaves the field out */
    private static byte[] piece(String text, float score, int type) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeString(1, text);
        out.writeFloat(2, score);
        if (type != 0) {
            out.writeEnum(3, type);
        }
        out.flush();
        return bytes.toByteArray();
    }
}
