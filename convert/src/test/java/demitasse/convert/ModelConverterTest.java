package demitasse.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import demitasse.bertembed.Embedding;
import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufFile;
import demitasse.gguf.Metadata;
import demitasse.gguf.ModelLoadException;
import demitasse.phi3.GenerationOptions;
import demitasse.phi3.LanguageModel;
import demitasse.tensor.Blocks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ModelConverterTest {
    private static final int CHANGES = 150;
    /** Bytes from the start of a file that are changed: what stands behind them are weights. */
    private static final int HEADER = 4000;

    @TempDir
    private Path folder;

    private Path source;
    private Path out;

    @BeforeEach
    void places() {
        source = folder.resolve("tiny");
        out = folder.resolve("out.gguf");
    }

    private GgufFile convert(OutType type) throws IOException {
        return convert(new ModelConverter.Options(Optional.of(type), Optional.empty(), Optional.empty()));
    }

    private GgufFile convert(ModelConverter.Options options) throws IOException {
        try (ModelConverter converter = ModelConverter.open(source, options)) {
            List<Long> told = new ArrayList<>();
            converter.write(out, 1, (done, total) -> told.add(done));
            assertEquals(converter.bytes(), told.getLast());
        }
        return GgufFile.open(out);
    }

    private void generates() throws IOException {
        try (LanguageModel model = LanguageModel.load(out)) {
            List<String> said = new ArrayList<>();
            model.generate("the theme", GenerationOptions.greedy(4), said::add);
        }
    }

    private static float[] values(GgufFile file, String name) throws IOException {
        return Blocks.dequantize(file.requireTensor(name));
    }

    @ParameterizedTest
    @EnumSource(OutType.class)
    void llama(OutType type) throws IOException {
        HfFixture model = HfFixture.llama(source).withBytePairs().write();
        try (GgufFile file = convert(type)) {
            Metadata keys = file.metadata();
            assertEquals("llama", keys.requireString("general.architecture"));
            assertEquals("tiny", keys.requireString("general.name"));
            assertEquals(type.id(), keys.requireInteger("general.file_type"));
            assertEquals(HfFixture.KV_HEADS, keys.requireInteger("llama.attention.head_count_kv"));
            assertEquals(HfFixture.HEAD, keys.requireInteger("llama.rope.dimension_count"));
            assertEquals(10_000f, keys.requireReal("llama.rope.freq_base"));
            assertEquals(1e-5f, keys.requireReal("llama.attention.layer_norm_rms_epsilon"));
            assertEquals(
                    GgmlType.F32, file.requireTensor("blk.1.attn_norm.weight").type());
            // 96 columns are three blocks of Q8_0.
            assertEquals(
                    OutType.named(type.name()).orElseThrow().forRows(96),
                    file.requireTensor("blk.1.ffn_down.weight").type());
            if (type == OutType.F32) {
                checkRows(model, file, "q", HfFixture.HEADS);
                checkRows(model, file, "k", HfFixture.KV_HEADS);
                assertArrayEquals(
                        model.tensors
                                .get("model.layers.0.self_attn.v_proj.weight")
                                .values(),
                        values(file, "blk.0.attn_v.weight"));
            }
        }
        generates();
    }

    /** Elements i and i + d/2 of a head, which Hugging Face rotates together, have become neighbours. */
    private static void checkRows(HfFixture model, GgufFile file, String part, int heads) throws IOException {
        float[] before = model.tensors
                .get("model.layers.1.self_attn." + part + "_proj.weight")
                .values();
        float[] after = values(file, "blk.1.attn_" + part + ".weight");
        int columns = HfFixture.EMBEDDING;
        for (int head = 0; head < heads; head++) {
            for (int i = 0; i < HfFixture.HEAD / 2; i++) {
                for (int half = 0; half < 2; half++) {
                    int from = head * HfFixture.HEAD + half * (HfFixture.HEAD / 2) + i;
                    int to = head * HfFixture.HEAD + 2 * i + half;
                    for (int c = 0; c < columns; c++) {
                        assertEquals(before[from * columns + c], after[to * columns + c]);
                    }
                }
            }
        }
    }

    @Test
    void bytePairVocabulary() throws IOException {
        HfFixture.llama(source)
                .withBytePairs()
                .text("chat_template.jinja", "{{ messages }}")
                .write();
        try (GgufFile file = convert(OutType.F16)) {
            Metadata keys = file.metadata();
            assertEquals("gpt2", keys.requireString("tokenizer.ggml.model"));
            assertEquals("qwen2", keys.requireString("tokenizer.ggml.pre"));
            String[] tokens = keys.strings("tokenizer.ggml.tokens").orElseThrow();
            int[] types = keys.integers("tokenizer.ggml.token_type").orElseThrow();
            assertEquals(HfFixture.VOCABULARY, tokens.length);
            assertEquals("the", tokens[257]);
            assertEquals(TokenList.NORMAL, types[257]);
            assertEquals(TokenList.CONTROL, types[258]);
            assertEquals("<tool call>", tokens[259]);
            assertEquals(TokenList.USER_DEFINED, types[259]);
            assertEquals("[PAD299]", tokens[299]);
            assertEquals(TokenList.UNUSED, types[299]);
            assertArrayEquals(
                    new String[] {"t h", "th e"},
                    keys.strings("tokenizer.ggml.merges").orElseThrow());
            assertEquals(258, keys.requireInteger("tokenizer.ggml.eos_token_id"));
            assertFalse(keys.contains("tokenizer.ggml.bos_token_id"));
            assertEquals("{{ messages }}", keys.requireString("tokenizer.chat_template"));
        }
    }

    @Test
    void sentencePieces() throws IOException {
        HfFixture.llama(source)
                .withSentencePieces()
                .text("added_tokens.json", "{\"<|mine|>\": 270}")
                .text(
                        "tokenizer_config.json",
                        "{\"add_bos_token\": true, \"bos_token\": \"<s>\", \"added_tokens_decoder\":"
                                + " {\"271\": {\"content\": \"<|im_end|>\", \"special\": false}}}")
                .write();
        try (GgufFile file = convert(OutType.F16)) {
            Metadata keys = file.metadata();
            assertEquals("llama", keys.requireString("tokenizer.ggml.model"));
            int[] types = keys.integers("tokenizer.ggml.token_type").orElseThrow();
            float[] scores = keys.reals("tokenizer.ggml.scores").orElseThrow();
            assertEquals(TokenList.UNKNOWN, types[0]);
            assertEquals(TokenList.CONTROL, types[1]);
            assertEquals(TokenList.BYTE, types[3]);
            assertEquals(TokenList.NORMAL, types[261]);
            assertEquals(-2, scores[261]);
            assertEquals(TokenList.USER_DEFINED, types[270]);
            assertEquals(TokenList.CONTROL, types[271], "looks like a control token");
            assertEquals(-1000, scores[271]);
            assertEquals(-10000, scores[299]);
            assertEquals(1, keys.requireInteger("tokenizer.ggml.bos_token_id"));
            assertTrue(keys.bool("tokenizer.ggml.add_bos_token", false));
        }
        generates();
    }

    /** Llama 2's vocabulary where only tokenizer.json is there: earlier merges have higher scores. */
    @Test
    void bytesAsTokens() throws IOException {
        ObjectNode tokenizer = HfFixture.bytePairTokenizer();
        ObjectNode model = (ObjectNode) tokenizer.get("model");
        model.put("byte_fallback", true).put("unk_token", "<unk>");
        ObjectNode vocabulary = model.putObject("vocab").put("<unk>", 0);
        for (int b = 0; b < 256; b++) {
            vocabulary.put(String.format("<0x%02X>", b), 1 + b);
        }
        vocabulary
                .put("th", 260)
                .put("the", 261)
                .put("t", 262)
                .put("h", 263)
                .put("e", 264)
                .put("\u2581", 265);
        tokenizer.putObject("normalizer").put("type", "Prepend").put("prepend", "\u2581");
        tokenizer.putArray("added_tokens");
        HfFixture.llama(source).text("tokenizer.json", tokenizer.toString()).write();
        try (GgufFile file = convert(OutType.F16)) {
            float[] scores = file.metadata().reals("tokenizer.ggml.scores").orElseThrow();
            int[] types = file.metadata().integers("tokenizer.ggml.token_type").orElseThrow();
            assertTrue(scores[260] > scores[261] && scores[261] > scores[262]);
            assertEquals(TokenList.UNKNOWN, types[0]);
            assertEquals(TokenList.BYTE, types[256]);
            assertTrue(file.metadata().bool("tokenizer.ggml.add_space_prefix", false));
        }
    }

    @Test
    void ropeScaling() throws IOException {
        HfFixture model = HfFixture.llama(source).withBytePairs();
        model.tensors.remove("lm_head.weight");
        ObjectNode rope = model.config.put("rope_theta", 500_000).putObject("rope_scaling");
        rope.put("rope_type", "llama3")
                .put("factor", 8.0)
                .put("low_freq_factor", 1.0)
                .put("high_freq_factor", 4.0);
        rope.put("original_max_position_embeddings", 16);
        model.write();
        try (GgufFile file = convert(OutType.F32)) {
            float[] factors = values(file, "rope_freqs.weight");
            assertEquals(HfFixture.HEAD / 2, factors.length);
            assertEquals(8, factors[7], "slow rotations are slowed by the factor");
            for (int i = 1; i < factors.length; i++) {
                assertTrue(factors[i] >= factors[i - 1]);
            }
        }
        generates();
        rope.removeAll().put("type", "yarn").put("factor", 4).put("original_max_position_embeddings", 16);
        rope.put("beta_fast", 32);
        model.write();
        try (GgufFile file = convert(OutType.F32)) {
            assertEquals("yarn", file.metadata().requireString("llama.rope.scaling.type"));
            assertEquals(4f, file.metadata().requireReal("llama.rope.scaling.factor"));
            assertEquals(16, file.metadata().requireInteger("llama.rope.scaling.original_context_length"));
            assertEquals(32f, file.metadata().requireReal("llama.rope.scaling.yarn_beta_fast"));
        }
        generates();
    }

    @Test
    void phi3() throws IOException {
        HfFixture model = HfFixture.phi3(source).withSentencePieces();
        ObjectNode rope = model.config
                .put("sliding_window", 30)
                .put("original_max_position_embeddings", 16)
                .putObject("rope_scaling")
                .put("type", "longrope");
        for (int i = 0; i < HfFixture.HEAD / 2; i++) {
            rope.withArray("long_factor").add(i + 1);
            rope.withArray("short_factor").add(1.5);
        }
        model.write();
        try (GgufFile file = convert(OutType.Q8_0)) {
            Metadata keys = file.metadata();
            assertEquals(30, keys.requireInteger("phi3.attention.sliding_window"));
            assertEquals(16, keys.requireInteger("phi3.rope.scaling.original_context_length"));
            double factor = Math.sqrt(1 + Math.log(64 / 16.0) / Math.log(16));
            assertEquals((float) factor, keys.requireReal("phi3.rope.scaling.attn_factor"));
            assertEquals(8, values(file, "rope_factors_long.weight")[7]);
            assertEquals(1.5f, values(file, "rope_factors_short.weight")[7]);
            assertEquals(
                    GgmlType.Q8_0, file.requireTensor("blk.0.attn_qkv.weight").type());
        }
        generates();
    }

    @Test
    void qwen2InPartsAndBf16() throws IOException {
        HfFixture model = HfFixture.qwen2(source).withBytePairs();
        model.text("config.json", model.config.toString());
        ObjectNode index = HfFixture.JSON.createObjectNode();
        List<Map<String, HfFixture.Weights>> parts = List.of(new HashMap<>(), new HashMap<>());
        model.tensors.forEach((name, weights) -> {
            int part = name.hashCode() & 1;
            parts.get(part).put(name, weights);
            index.withObject("weight_map").put(name, "part" + part + ".safetensors");
        });
        for (int part = 0; part < 2; part++) {
            HfFixture.safetensors(source.resolve("part" + part + ".safetensors"), parts.get(part), true);
        }
        model.text("model.safetensors.index.json", index.toString());
        try (GgufFile file =
                convert(new ModelConverter.Options(Optional.empty(), Optional.of("mine"), Optional.of("gpt-2")))) {
            assertEquals("mine", file.metadata().requireString("general.name"));
            assertEquals("gpt-2", file.metadata().requireString("tokenizer.ggml.pre"));
            assertEquals(
                    GgmlType.BF16, file.requireTensor("blk.0.attn_q.weight").type(), "as the model is");
            assertEquals(GgmlType.F32, file.requireTensor("blk.0.attn_q.bias").type());
        }
        generates();
        index.withObject("weight_map").put("model.norm.weight", "../part0.safetensors");
        model.text("model.safetensors.index.json", index.toString());
        refuses("weight_map, model.norm.weight");
    }

    @Test
    void bert() throws IOException {
        StringBuilder words = new StringBuilder("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\n##me\n");
        for (int i = 7; i < HfFixture.VOCABULARY; i++) {
            words.append("word").append(i).append('\n');
        }
        HfFixture.bert(source)
                .text("vocab.txt", words.toString())
                .text(
                        "tokenizer_config.json",
                        "{\"do_lower_case\": true, \"cls_token\": \"[CLS]\", \"sep_token\":"
                                + " \"[SEP]\", \"unk_token\": \"[UNK]\", \"pad_token\": \"[PAD]\"}")
                .text(
                        "modules.json",
                        "[{\"type\": \"x.Transformer\", \"path\": \"\"}, {\"type\": \"x.Pooling\","
                                + " \"path\": \"1_Pooling\"}]")
                .text("1_Pooling/config.json", "{\"pooling_mode_cls_token\": true}")
                .write();
        try (GgufFile file = convert(OutType.F16)) {
            Metadata keys = file.metadata();
            assertFalse(keys.bool("bert.attention.causal", true));
            assertEquals(2, keys.requireInteger("bert.pooling_type"));
            assertEquals(2, keys.requireInteger("tokenizer.ggml.token_type_count"));
            assertEquals(2, keys.requireInteger("tokenizer.ggml.bos_token_id"));
            assertEquals(3, keys.requireInteger("tokenizer.ggml.seperator_token_id"));
            String[] tokens = keys.strings("tokenizer.ggml.tokens").orElseThrow();
            assertEquals("[CLS]", tokens[2]);
            assertEquals("\u2581the", tokens[5]);
            assertEquals("me", tokens[6]);
            assertEquals(
                    GgmlType.F32, file.requireTensor("position_embd.weight").type());
            assertEquals(GgmlType.F16, file.requireTensor("blk.1.ffn_up.weight").type());
            assertTrue(file.tensor("pooler.dense.weight").isEmpty());
        }
        try (Embedding encoder = Embedding.load(out)) {
            assertEquals(
                    HfFixture.EMBEDDING,
                    encoder.embed(List.of("theme")).getFirst().vector().length);
        }
    }

    @Test
    void refusesWhatItCannotConvert() throws IOException {
        HfFixture model = HfFixture.llama(source).withBytePairs().write();
        Files.delete(source.resolve("config.json"));
        refuses("config.json");
        for (Map.Entry<String, String> bad : Map.of(
                        "architectures", "[\"FalconForCausalLM\"]",
                        "quantization_config", "{\"quant_method\": \"gptq\"}",
                        "hidden_act", "\"relu\"",
                        "num_hidden_layers", "1",
                        "hidden_size", "\"64\"",
                        "num_attention_heads", "7",
                        "num_key_value_heads", "3",
                        "intermediate_size", "95",
                        "vocab_size", "299",
                        "rope_scaling", "{\"type\": \"dynamic\", \"factor\": 2}")
                .entrySet()) {
            ObjectNode config = model.config.deepCopy();
            config.set(bad.getKey(), HfFixture.JSON.readTree(bad.getValue()));
            model.text("config.json", config.toString());
            refuses("");
        }
        model.text(
                "config.json",
                model.config.toString().replace("\"vocab_size\":300", "\"vocab_size\":300,\"vocab_size\":3"));
        assertThrows(IOException.class, () -> convert(OutType.F16));
        assertFalse(Files.exists(out));
    }

    @Test
    void refusesTensorsThatDoNotFit() throws IOException {
        HfFixture model = HfFixture.llama(source).withBytePairs();
        HfFixture.Weights norm = model.tensors.remove("model.layers.1.input_layernorm.weight");
        model.write();
        refuses("model.layers.1.input_layernorm.weight");
        model.tensors.put("model.layers.1.input_layernorm.weight", norm);
        model.add("model.layers.1.mlp.experts.weight", 4);
        model.write();
        refuses("model.layers.1.mlp.experts.weight");
        model.tensors.remove("model.layers.1.mlp.experts.weight");
        model.tensors.get("model.norm.weight").values()[3] = Float.NaN;
        model.write();
        refuses("model.norm.weight");
        assertFalse(Files.exists(out));
    }

    @Test
    void refusesTokenizersThatAreNotKnown() throws IOException {
        HfFixture model = HfFixture.llama(source).write();
        refuses("tokenizer.json");
        ObjectNode tokenizer = HfFixture.bytePairTokenizer();
        ((ObjectNode) tokenizer.get("pre_tokenizer")).put("type", "Whitespace");
        model.text("tokenizer.json", tokenizer.toString());
        refuses("--pre");
        assertThrows(
                ModelLoadException.class,
                () -> convert(new ModelConverter.Options(Optional.empty(), Optional.empty(), Optional.of("no-such"))));
        tokenizer = HfFixture.bytePairTokenizer();
        ((ObjectNode) tokenizer.get("added_tokens").get(0)).put("id", 300);
        model.text("tokenizer.json", tokenizer.toString());
        refuses("<|end|>");
        Files.delete(source.resolve("tokenizer.json"));
        Files.write(source.resolve("tokenizer.model"), new byte[] {10, 100, 1});
        IOException e = assertThrows(IOException.class, () -> convert(OutType.F16));
        assertTrue(e.getMessage().contains("tokenizer.model: at byte"), e.getMessage());
    }

    private void refuses(String named) {
        ModelLoadException e = assertThrows(ModelLoadException.class, () -> convert(OutType.F16));
        assertTrue(e.getMessage().contains(named), e.getMessage());
    }

    /** Whatever a byte of a file becomes, the folder is converted or refused with a reason. */
    @ParameterizedTest
    @ValueSource(
            strings = {"config.json", "tokenizer.json", "tokenizer_config.json", "tokenizer.model", "model.safetensors"
            })
    void brokenFilesAreRefusedOrConverted(String name) throws IOException {
        HfFixture model = name.equals("tokenizer.model")
                ? HfFixture.phi3(source).withSentencePieces().write()
                : HfFixture.llama(source).withBytePairs().write();
        Path file = model.folder.resolve(name);
        byte[] good = Files.readAllBytes(file);
        Random random = new Random(11);
        var options = new ModelConverter.Options(Optional.empty(), Optional.empty(), Optional.empty());
        int refused = 0;
        for (int i = 0; i < CHANGES; i++) {
            byte[] bad = random.nextInt(5) == 0 ? Arrays.copyOf(good, 1 + random.nextInt(good.length)) : good.clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                bad[random.nextInt(Math.min(bad.length, HEADER))] = (byte) random.nextInt(256);
            }
            Files.write(file, bad);
            try (ModelConverter converter = ModelConverter.open(source, options)) {
                assertTrue(converter.bytes() > 0);
            } catch (IOException e) {
                assertFalse(e.getMessage().isEmpty());
                refused++;
            }
        }
        assertTrue(refused > CHANGES / 10, refused + " refused");
    }
}
