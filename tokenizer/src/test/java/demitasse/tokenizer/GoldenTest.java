package demitasse.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.gguf.GgufFile;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All that golden/tokenizer holds: what llama.cpp makes of the same vocabularies and texts. */
class GoldenTest {
    private static final Map<String, Tokenizer> LOADED = new ConcurrentHashMap<>();
    private static final String SEPARATOR = "\n__ggml_vocab_test__\n";

    private static Path file(String name) {
        return SharedData.require("golden/tokenizer").resolve(name);
    }

    private static Tokenizer load(String name) throws IOException {
        Tokenizer known = LOADED.get(name);
        if (known != null) {
            return known;
        }
        try (GgufFile gguf = GgufFile.open(file("ggml-vocab-" + name + ".gguf"))) {
            Tokenizer tokenizer = Tokenizers.load(gguf.metadata());
            LOADED.put(name, tokenizer);
            return tokenizer;
        }
    }

    private static int[] ints(JsonNode array) {
        return Stream.iterate(0, i -> i + 1)
                .limit(array.size())
                .mapToInt(i -> array.get(i).asInt())
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert-bge", "gpt-2", "llama-bpe", "llama-spm", "phi-3", "qwen2", "smollm"})
    void cases(String name) throws IOException {
        Tokenizer tokenizer = load(name);
        List<String> wrong = new ArrayList<>();
        List<JsonNode> cases = SharedData.jsonLines(file(name + ".cases.jsonl"));
        for (JsonNode c : cases) {
            checkCase(tokenizer, c, wrong);
        }
        assertEquals(List.of(), wrong.subList(0, Math.min(10, wrong.size())), name);
    }

    private static void checkCase(Tokenizer tokenizer, JsonNode c, List<String> wrong) {
        String text = c.get("text").asText();
        int[] ids = ints(c.get("ids"));
        int[] actual = tokenizer.encode(
                text, c.get("add_special").asBoolean(), c.get("parse_special").asBoolean());
        if (!Arrays.equals(ids, actual)) {
            wrong.add("ids of " + shortened(c.toString()) + " were " + shortened(Arrays.toString(actual)));
        }
        byte[] whole = expected(c, "detok", null);
        checkBytes(whole, tokenizer.decode(ids, false, true), "detok of ", c, wrong);
        checkBytes(expected(c, "detok_plain", whole), tokenizer.decode(ids, true, false), "plain of ", c, wrong);
    }

    private static void checkBytes(byte[] expected, byte[] actual, String what, JsonNode c, List<String> wrong) {
        if (!Arrays.equals(expected, actual)) {
            wrong.add(what + shortened(c.toString()) + " was " + shortened(new String(actual, StandardCharsets.UTF_8)));
        }
    }

    private static byte[] expected(JsonNode c, String key, byte[] otherwise) {
        if (c.has(key + "_hex")) {
            return HexFormat.of().parseHex(c.get(key + "_hex").asText());
        }
        return c.has(key) ? c.get(key).asText().getBytes(StandardCharsets.UTF_8) : otherwise;
    }

    private static String shortened(String text) {
        return text.length() > 400 ? text.substring(0, 400) + "..." : text;
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert-bge", "gpt-2", "llama-bpe", "llama-spm", "phi-3", "qwen2"})
    void pairsOfLlamaCpp(String name) throws IOException {
        Tokenizer tokenizer = load(name);
        String[] texts =
                Files.readString(file("ggml-vocab-" + name + ".gguf.inp")).split(SEPARATOR, -1);
        String[] lines =
                Files.readString(file("ggml-vocab-" + name + ".gguf.out")).split("\n");
        for (int i = 0; i < lines.length; i++) {
            int[] expected = Stream.of(lines[i].trim().split(" +"))
                    .filter(s -> !s.isEmpty())
                    .mapToInt(Integer::parseInt)
                    .toArray();
            assertArrayEquals(expected, tokenizer.encode(texts[i], false, false), texts[i]);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-2", "llama-bpe", "llama-spm", "phi-3", "qwen2", "smollm"})
    void streams(String name) throws IOException {
        Tokenizer tokenizer = load(name);
        for (JsonNode c : SharedData.jsonLines(file(name + ".stream.jsonl"))) {
            int[] ids = ints(c.get("ids"));
            assertArrayEquals(ids, tokenizer.encode(c.get("text").asText(), false, false));
            TextStream stream = TextStream.of(tokenizer, true);
            for (int i = 0; i < ids.length; i++) {
                String piece = HexFormat.of().formatHex(tokenizer.piece(ids[i], true));
                assertEquals(c.get("pieces_hex").get(i).asText(), piece);
                assertEquals(c.get("chunks").get(i).asText(), stream.next(ids[i]));
            }
            assertEquals("", stream.flush());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert-bge", "gpt-2", "llama-bpe", "llama-spm", "phi-3", "qwen2", "smollm"})
    void info(String name) throws IOException {
        Vocabulary vocabulary = load(name).vocabulary();
        JsonNode info = SharedData.json(file(name + ".info.json"));
        assertEquals(info.get("n_tokens").asInt(), vocabulary.size());
        assertEquals(info.get("bos").asInt(), vocabulary.bos());
        assertEquals(info.get("eos").asInt(), vocabulary.eos());
        assertEquals(info.get("add_bos").asBoolean(), vocabulary.addsBos());
        assertEquals(info.get("add_eos").asBoolean(), vocabulary.addsEos());
        List<Integer> ends = new ArrayList<>();
        for (int id = 0; id < vocabulary.size(); id++) {
            if (vocabulary.isEndOfGeneration(id)) {
                ends.add(id);
            }
        }
        assertEquals(info.get("eog").toString(), ends.toString().replace(" ", ""));
        checkSpecial(info.get("special"), (TokenTable) vocabulary);
    }

    private static void checkSpecial(JsonNode special, TokenTable tokens) {
        for (JsonNode token : special) {
            int id = token.get("id").asInt();
            assertEquals(token.get("text").asText(), tokens.text(id));
            assertEquals(id, tokens.id(tokens.text(id)));
            assertEquals(token.get("control").asBoolean(), tokens.has(id, Attribute.CONTROL), token.toString());
            assertEquals(token.get("user_defined").asBoolean(), tokens.has(id, Attribute.USER_DEFINED));
            assertEquals(token.get("unknown").asBoolean(), tokens.has(id, Attribute.UNKNOWN));
            assertEquals(token.get("lstrip").asBoolean(), tokens.has(id, Attribute.STRIP_LEFT));
            assertEquals(token.get("rstrip").asBoolean(), tokens.has(id, Attribute.STRIP_RIGHT));
        }
    }
}
