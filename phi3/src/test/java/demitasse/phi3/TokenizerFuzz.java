package demitasse.phi3;

import com.code_intelligence.jazzer.junit.FuzzTest;
import demitasse.gguf.GgufArray;
import demitasse.gguf.GgufFile;
import demitasse.gguf.GgufValue;
import demitasse.gguf.GgufValueType;
import demitasse.gguf.Metadata;
import demitasse.testkit.SharedData;
import demitasse.tokenizer.TextStream;
import demitasse.tokenizer.Tokenizer;
import demitasse.tokenizer.Tokenizers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any text into each vocabulary and out again. The first byte chooses the vocabulary: those of the test models, small
 * byte-level ones for several pre-tokenizers, and those of the reference data where it is at hand.
 */
final class TokenizerFuzz {
    private static final int EXECUTIONS = 1000;
    private static final String[] PRE_TOKENIZERS = {
        "gpt-2",
        "llama-bpe",
        "qwen2",
        "deepseek-llm",
        "deepseek-coder",
        "deepseek-v3",
        "falcon",
        "starcoder",
        "command-r",
        "tekken",
        "gpt-4o",
        "bloom",
        "chatglm-bpe",
        "default"
    };

    private static List<Tokenizer> tokenizers;

    static Stream<Arguments> seeds() {
        return Fuzz.seeds(
                "\u0000Hello, World's 123 4567 <s> </s>\n\n  \t x",
                "\u0001l\u2019\u00e9t\u00e9 \u4f60\u597d \ud83d\ude00\ud83d\udc4d\ud83c\udffd \u0915\u094d\u0937 e\u0301",
                "\u0003we've DON'T I'll <|im_start|>user<|im_end|>  \r\n\u00a0\u3000 0.5e-3 ??!! __init__",
                "\u0005\u0000\u007f\ufffd\ufeff\u200b\u202e \uffff " + "aA1 ".repeat(20),
                "\u0009\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35 \u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd \u1100\u1161");
    }

    @MethodSource("seeds")
    @FuzzTest(maxExecutions = EXECUTIONS)
    void bounded(byte[] data) throws IOException {
        tryOut(data);
    }

    @MethodSource("seeds")
    @Tag(Fuzz.LONG)
    @FuzzTest(maxDuration = Fuzz.LONG_DURATION)
    void longer(byte[] data) throws IOException {
        tryOut(data);
    }

    private static void tryOut(byte[] data) throws IOException {
        if (data.length < 2) {
            return;
        }
        List<Tokenizer> all = tokenizers();
        Tokenizer tokenizer = all.get((data[0] & 0xff) % all.size());
        boolean utf16 = (data[1] & 1) != 0;
        // UTF-16 may have lone surrogates, UTF-8 may not.
        String text = new String(data, 1, data.length - 1, utf16 ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_8);
        check(tokenizer, text, false);
        check(tokenizer, text, true);
        int[] ids = new int[data.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (data[i] & 0xff) * (i + 1) % tokenizer.vocabulary().size();
        }
        String decoded = new String(tokenizer.decode(ids, true, false), StandardCharsets.UTF_8);
        check(tokenizer, decoded, true);
    }

    private static void check(Tokenizer tokenizer, String text, boolean special) {
        int[] ids = tokenizer.encode(text, special, special);
        TextStream stream = TextStream.of(tokenizer);
        for (int id : ids) {
            if (id < 0 || id >= tokenizer.vocabulary().size()) {
                throw new AssertionError("token " + id);
            }
            stream.next(id);
        }
        stream.flush();
        tokenizer.decode(ids, special, special);
    }

    private static List<Tokenizer> tokenizers() throws IOException {
        if (tokenizers == null) {
            List<Tokenizer> made = new ArrayList<>();
            made.add(of(NanoModels.folder().resolve("llama-spm.gguf")));
            made.add(of(SharedData.root().resolve("models/all-MiniLM-L6-v2.Q8_0.gguf")));
            for (String name : PRE_TOKENIZERS) {
                made.add(Tokenizers.load(bytePair(name)));
            }
            Path golden = SharedData.root().resolve("../shared/golden/tokenizer");
            if (Files.isDirectory(golden)) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(golden, "*.gguf")) {
                    for (Path file : files) {
                        made.add(of(file));
                    }
                }
            }
            tokenizers = made;
        }
        return tokenizers;
    }

    private static Tokenizer of(Path file) throws IOException {
        try (GgufFile gguf = GgufFile.open(file)) {
            return Tokenizers.load(gguf.metadata());
        }
    }

    /** GPT-2's characters for the bytes, a few merges of them and a control token. */
    private static Metadata bytePair(String preTokenizer) {
        List<String> texts = new ArrayList<>();
        for (int c = '!'; c < 0x144; c++) {
            if (c <= '~' || c > 0xa0 && c != 0xad) {
                texts.add(String.valueOf((char) c));
            }
        }
        List<String> merges = List.of("t h", "th e", "\u0120 a", "\u0120 \u0120", "i n", "1 2", "\u00c3 \u00a9");
        merges.forEach(merge -> texts.add(merge.replace(" ", "")));
        texts.add("<|im_start|>");
        int[] types = new int[texts.size()];
        java.util.Arrays.fill(types, 1);
        types[types.length - 1] = 3;
        Map<String, GgufValue> keys = new LinkedHashMap<>();
        keys.put("tokenizer.ggml.model", GgufValue.string("gpt2"));
        keys.put("tokenizer.ggml.pre", GgufValue.string(preTokenizer));
        keys.put("tokenizer.ggml.tokens", GgufValue.strings(texts.toArray(String[]::new)));
        keys.put("tokenizer.ggml.merges", GgufValue.strings(merges.toArray(String[]::new)));
        keys.put(
                "tokenizer.ggml.token_type",
                new GgufValue(GgufValueType.ARRAY, new GgufArray(GgufValueType.INT32, types)));
        return new Metadata(keys);
    }
}
