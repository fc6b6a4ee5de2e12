package demitasse.tokenizer;

import demitasse.gguf.GgufArray;
import demitasse.gguf.GgufValue;
import demitasse.gguf.GgufValueType;
import demitasse.gguf.Metadata;
import demitasse.gguf.ModelLoadException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts together the keys of a vocabulary of a few tokens. */
final class TinyVocabulary {
    static final int NORMAL = 1;
    static final int UNKNOWN = 2;
    static final int CONTROL = 3;
    static final int USER_DEFINED = 4;
    static final int BYTE = 6;

    private final Map<String, GgufValue> values = new LinkedHashMap<>();
    private final List<String> texts = new ArrayList<>();
    private final List<Integer> types = new ArrayList<>();
    private final List<Float> scores = new ArrayList<>();

    TinyVocabulary(String model) {
        string("tokenizer.ggml.model", model);
    }

    TinyVocabulary string(String key, String value) {
        return value(key, GgufValueType.STRING, value);
    }

    TinyVocabulary value(String key, GgufValueType type, Object value) {
        values.put(key, new GgufValue(type, value));
        return this;
    }

    TinyVocabulary without(String key) {
        values.remove(key);
        return this;
    }

    TinyVocabulary id(String key, long id) {
        return value("tokenizer.ggml." + key, GgufValueType.UINT32, id);
    }

    TinyVocabulary flag(String key, boolean flag) {
        return value("tokenizer.ggml." + key, GgufValueType.BOOL, flag);
    }

    TinyVocabulary token(String text, int type, double score) {
        texts.add(text);
        types.add(type);
        scores.add((float) score);
        return this;
    }

    TinyVocabulary tokens(String... normal) {
        for (String text : normal) {
            token(text, NORMAL, 0);
        }
        return this;
    }

    TinyVocabulary merges(String... merges) {
        return array("tokenizer.ggml.merges", GgufValueType.STRING, merges);
    }

    TinyVocabulary array(String key, GgufValueType type, Object array) {
        return value(key, GgufValueType.ARRAY, new GgufArray(type, array));
    }

    /** Writes the tokens down; later {@link #array} and {@link #without} may spoil them. */
    TinyVocabulary done() {
        float[] scoreArray = new float[scores.size()];
        for (int i = 0; i < scoreArray.length; i++) {
            scoreArray[i] = scores.get(i);
        }
        array("tokenizer.ggml.tokens", GgufValueType.STRING, texts.toArray(String[]::new));
        array(
                "tokenizer.ggml.token_type",
                GgufValueType.INT32,
                types.stream().mapToInt(Integer::intValue).toArray());
        return array("tokenizer.ggml.scores", GgufValueType.FLOAT32, scoreArray);
    }

    Metadata metadata() {
        return new Metadata(values);
    }

    Tokenizer load() throws ModelLoadException {
        return Tokenizers.load(metadata());
    }

    /** A byte-level vocabulary: the bytes of ASCII as tokens 0 to 127, then what the caller adds. */
    static TinyVocabulary bytePair() {
        TinyVocabulary vocabulary = new TinyVocabulary("gpt2");
        for (int b = 0; b < 128; b++) {
            vocabulary.tokens(String.valueOf(ByteAlphabet.character(b)));
        }
        return vocabulary;
    }

    /** A SentencePiece vocabulary: unknown, BOS, EOS, the 256 bytes from id 3 on, then what the caller adds. */
    static TinyVocabulary sentencePiece() {
        TinyVocabulary vocabulary = new TinyVocabulary("llama")
                .token("<unk>", UNKNOWN, 0)
                .token("<s>", CONTROL, 0)
                .token("</s>", CONTROL, 0);
        for (int b = 0; b < 256; b++) {
            vocabulary.token("<0x%02X>".formatted(b), BYTE, 0);
        }
        return vocabulary;
    }
}
