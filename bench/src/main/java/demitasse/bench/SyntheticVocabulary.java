package demitasse.bench;

import demitasse.gguf.GgufArray;
import demitasse.gguf.GgufValue;
import demitasse.gguf.GgufValueType;
import demitasse.gguf.GgufWriter;
import java.util.Locale;

/**
 * A made-up SentencePiece vocabulary of any size: four control tokens, the 256 bytes, then words that differ. Timing
 * needs only the size, but llama.cpp does not run a model without a tokenizer.
 */
final class SyntheticVocabulary {
    private static final String PREFIX = "tokenizer.ggml.";
    /** llama.cpp fails on a model with "phi-3" in its name that does not have the last one. */
    private static final String[] CONTROL = {"<unk>", "<s>", "</s>", "<|endoftext|>"};

    private static final int UNKNOWN = 0;
    private static final int BEGIN = 1;
    private static final int END = 2;
    private static final int BYTES = 256;
    private static final String SPACE = "\u2581";
    private static final int LETTERS = 26;

    /** Token types of llama.h. */
    private static final int NORMAL_TYPE = 1;

    private static final int UNKNOWN_TYPE = 2;
    private static final int CONTROL_TYPE = 3;
    private static final int BYTE_TYPE = 6;

    private SyntheticVocabulary() {}

    static void putKeys(GgufWriter file, int size) {
        int words = CONTROL.length + BYTES;
        if (size <= words) {
            throw new IllegalArgumentException("a vocabulary of more than " + words + " tokens, not " + size);
        }
        String[] texts = new String[size];
        float[] scores = new float[size];
        int[] types = new int[size];
        for (int id = 0; id < size; id++) {
            if (id < CONTROL.length) {
                texts[id] = CONTROL[id];
                types[id] = id == UNKNOWN ? UNKNOWN_TYPE : CONTROL_TYPE;
            } else if (id < words) {
                texts[id] = String.format(Locale.ROOT, "<0x%02X>", id - CONTROL.length);
                types[id] = BYTE_TYPE;
            } else {
                texts[id] = word(id - words);
                types[id] = NORMAL_TYPE;
                scores[id] = words - id;
            }
        }
        file.put(PREFIX + "model", GgufValue.string("llama"))
                .put(PREFIX + "pre", GgufValue.string("default"))
                .put(PREFIX + "tokens", GgufValue.strings(texts))
                .put(PREFIX + "scores", array(GgufValueType.FLOAT32, scores))
                .put(PREFIX + "token_type", array(GgufValueType.INT32, types))
                .put(PREFIX + "bos_token_id", GgufValue.u32(BEGIN))
                .put(PREFIX + "eos_token_id", GgufValue.u32(END))
                .put(PREFIX + "unknown_token_id", GgufValue.u32(UNKNOWN))
                .put(PREFIX + "add_bos_token", GgufValue.bool(true))
                .put(PREFIX + "add_eos_token", GgufValue.bool(false));
    }

    private static GgufValue array(GgufValueType type, Object values) {
        return new GgufValue(GgufValueType.ARRAY, new GgufArray(type, values));
    }

    /** Number {@code n} of ▁ (SentencePiece's space), a, b, ..., z, aa, ab, ... */
    private static String word(int n) {
        if (n == 0) {
            return SPACE;
        }
        StringBuilder letters = new StringBuilder();
        for (int left = n; left > 0; left = (left - 1) / LETTERS) {
            letters.insert(0, (char) ('a' + (left - 1) % LETTERS));
        }
        return letters.toString();
    }
}
