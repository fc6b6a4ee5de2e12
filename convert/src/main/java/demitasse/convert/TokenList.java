package demitasse.convert;

import demitasse.gguf.GgufArray;
import demitasse.gguf.GgufValue;
import demitasse.gguf.GgufValueType;
import demitasse.gguf.ModelLoadException;
import java.util.Map;

/** The tokens of a vocabulary by id, with their types and, for SentencePiece, their scores. Source: llama.h. */
final class TokenList {
    static final int NORMAL = 1;
    static final int UNKNOWN = 2;
    static final int CONTROL = 3;
    static final int USER_DEFINED = 4;
    static final int UNUSED = 5;
    static final int BYTE = 6;

    /** SentencePiece writes spaces so. */
    static final String SPACE = "\u2581";

    private static final float ADDED_SCORE = -1000;
    private static final float UNUSED_SCORE = -10000;

    private final String[] texts;
    private final int[] types;
    private final float[] scores;

    /** As many unused tokens {@code [PADn]} as config.json has ids; the vocabulary may have fewer. */
    TokenList(int size) {
        texts = new String[size];
        types = new int[size];
        scores = new float[size];
        for (int id = 0; id < size; id++) {
            set(id, "[PAD" + id + "]", UNUSED, UNUSED_SCORE);
        }
    }

    int size() {
        return texts.length;
    }

    String text(int id) {
        return texts[id];
    }

    int type(int id) {
        return types[id];
    }

    void set(int id, String text, int type, float score) {
        texts[id] = text;
        types[id] = type;
        scores[id] = score;
    }

    /** A token of the tokenizer's own vocabulary. */
    void setNormal(int id, String text, String where) throws ModelLoadException {
        checkId(id, text, where);
        if (types[id] != UNUSED) {
            throw new ModelLoadException(where + ", " + text, "each id once", "id " + id + " a second time");
        }
        set(id, text, NORMAL, 0);
    }

    /** An added token, in place of what had its id. */
    void setAdded(AddedTokens.Token token, boolean control, String where) throws ModelLoadException {
        checkId(token.id(), token.text(), where);
        String text = control ? token.text() : token.text().replace(SPACE, " ");
        set(token.id(), text, control ? CONTROL : USER_DEFINED, ADDED_SCORE);
    }

    private void checkId(int id, String text, String where) throws ModelLoadException {
        if (id < 0 || id >= texts.length) {
            throw new ModelLoadException(
                    where + ", " + text, "an id below vocab_size " + texts.length + " (config.json)", "" + id);
        }
    }

    void addTo(Map<String, GgufValue> keys, boolean withScores) {
        keys.put("tokenizer.ggml.tokens", GgufValue.strings(texts));
        if (withScores) {
            keys.put("tokenizer.ggml.scores", array(GgufValueType.FLOAT32, scores.clone()));
        }
        keys.put("tokenizer.ggml.token_type", array(GgufValueType.INT32, types.clone()));
    }

    private static GgufValue array(GgufValueType type, Object values) {
        return new GgufValue(GgufValueType.ARRAY, new GgufArray(type, values));
    }
}
