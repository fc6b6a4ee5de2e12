package demitasse.tokenizer;

import demitasse.gguf.GgufArray;
import demitasse.gguf.GgufValue;
import demitasse.gguf.Metadata;
import demitasse.gguf.ModelLoadException;
import java.util.BitSet;
import java.util.Locale;
import java.util.Optional;

/** Makes a {@link TokenTable} from the {@code tokenizer.ggml.*} keys. Source: llama.cpp llama_vocab::impl::load. */
final class TokenTableReader {
    private static final String PREFIX = "tokenizer.ggml.";
    private static final String TOKENS = PREFIX + "tokens";
    private static final String SCORES = PREFIX + "scores";
    private static final String TYPES = PREFIX + "token_type";

    private static final int NONE = -1;

    private final Metadata metadata;
    private final TokenTable.Kind kind;
    private final PreTokenizers.Row row;
    private String[] texts;

    /** @param row of the pre-tokenizer, for its flags; empty unless {@code kind} is BYTE_PAIR */
    TokenTableReader(Metadata metadata, TokenTable.Kind kind, Optional<PreTokenizers.Row> row) {
        this.metadata = metadata;
        this.kind = kind;
        this.row = row.orElse(null);
    }

    TokenTable read() throws ModelLoadException {
        texts = texts();
        TokenIndex index = index();
        int[] attributes = attributes();
        float[] scores = scores();
        TokenTable.SpecialIds special = specialIds();
        BitSet ends = KnownTokens.apply(
                index, attributes, key -> key.equals("eos_token_id") ? special.eos() : idOf(key, NONE));
        correctByModelName(index, attributes);
        return new TokenTable(kind, texts, index, attributes, scores, special, flags(special), ends);
    }

    private String[] texts() throws ModelLoadException {
        String[] read = metadata.strings(TOKENS)
                .orElseThrow(() -> new ModelLoadException("key " + TOKENS, "an array of strings", "nothing"))
                .clone();
        if (read.length == 0) {
            throw new ModelLoadException("key " + TOKENS, "at least one token", "an empty array");
        }
        for (int id = 0; id < read.length; id++) {
            if (read[id].isEmpty()) {
                read[id] = "[EMPTY_" + id + "]";
            }
        }
        return read;
    }

    private TokenIndex index() throws ModelLoadException {
        try {
            return TokenIndex.of(texts);
        } catch (TokenIndex.DuplicateText e) {
            throw new ModelLoadException("key " + TOKENS, "each text once", e.getMessage());
        }
    }

    private int[] attributes() throws ModelLoadException {
        int[] attributes = new int[texts.length];
        Optional<int[]> types = metadata.integers(TYPES);
        if (types.isPresent()) {
            checkLength(TYPES, types.get().length);
        }
        for (int id = 0; id < attributes.length; id++) {
            attributes[id] = types.isPresent() ? Attribute.ofTokenType(types.get()[id]) : Attribute.NORMAL;
        }
        return attributes;
    }

    private float[] scores() throws ModelLoadException {
        GgufValue value = metadata.asMap().get(SCORES);
        if (value == null) {
            return new float[texts.length];
        }
        float[] scores;
        if (value.value() instanceof GgufArray array && array.values() instanceof int[] whole) {
            scores = new float[whole.length];
            for (int i = 0; i < whole.length; i++) {
                scores[i] = whole[i];
            }
        } else {
            scores = metadata.reals(SCORES).orElseThrow();
        }
        checkLength(SCORES, scores.length);
        return scores;
    }

    private void checkLength(String key, int length) throws ModelLoadException {
        if (length < texts.length) {
            throw new ModelLoadException("key " + key, "one entry a token, " + texts.length, Integer.toString(length));
        }
    }

    private TokenTable.SpecialIds specialIds() throws ModelLoadException {
        return switch (kind) {
            case SENTENCE_PIECE -> specialIds(1, 2, 0, NONE, NONE, NONE);
            case WORD_PIECE -> specialIds(101, NONE, 100, 102, 0, 103);
            case BYTE_PAIR -> specialIds(row.noBos() ? NONE : 11, 11, NONE, NONE, NONE, NONE);
        };
    }

    /** The arguments are what llama.cpp takes where the file names no id. */
    private TokenTable.SpecialIds specialIds(int bos, int eos, int unknown, int separator, int padding, int mask)
            throws ModelLoadException {
        return new TokenTable.SpecialIds(
                idOf("bos_token_id", bos),
                idOf("eos_token_id", eos),
                idOf("eot_token_id", NONE),
                idOf("eom_token_id", NONE),
                idOf("unknown_token_id", unknown),
                idOf("seperator_token_id", separator),
                idOf("padding_token_id", padding),
                idOf("mask_token_id", mask));
    }

    /** The id that a key names; the default where there is no key or its id is out of range; -1 if that is, too. */
    private int idOf(String key, int otherwise) throws ModelLoadException {
        int id = metadata.integer(PREFIX + key, otherwise);
        if (id >= 0 && id < texts.length) {
            return id;
        }
        return otherwise < texts.length ? otherwise : NONE;
    }

    private TokenTable.Flags flags(TokenTable.SpecialIds special) throws ModelLoadException {
        boolean bytePair = kind == TokenTable.Kind.BYTE_PAIR;
        boolean addBos = metadata.bool(PREFIX + "add_bos_token", bytePair ? row.addBos() : true);
        boolean addEos = metadata.bool(PREFIX + "add_eos_token", false);
        checkId(addBos, special.bos(), "bos_token_id");
        checkId(addEos, special.eos(), "eos_token_id");
        if (kind == TokenTable.Kind.WORD_PIECE) {
            checkId(true, special.bos(), "bos_token_id");
            checkId(true, special.separator(), "seperator_token_id");
            checkId(true, special.unknown(), "unknown_token_id");
        }
        boolean prefix = metadata.bool(PREFIX + "add_space_prefix", kind == TokenTable.Kind.SENTENCE_PIECE);
        boolean clean = bytePair ? row.cleanSpaces() : kind == TokenTable.Kind.WORD_PIECE;
        return new TokenTable.Flags(addBos, addEos, prefix, clean);
    }

    private static void checkId(boolean needed, int id, String key) throws ModelLoadException {
        if (needed && id < 0) {
            throw new ModelLoadException("key " + PREFIX + key, "a token to add to every text", "none");
        }
    }

    private void correctByModelName(TokenIndex index, int[] attributes) throws ModelLoadException {
        String name = metadata.string("general.name").orElse("").toLowerCase(Locale.ROOT);
        String pre = metadata.string(PREFIX + "pre").orElse("");
        if (pre.contains("jina-v2-")) {
            KnownTokens.stripBefore("<mask>", index, attributes);
        } else if (name.contains("phi-3") || name.contains("phi3")) {
            KnownTokens.stripAfterPhi3Tokens(texts, index, attributes);
        } else if (name.contains("modern-bert")) {
            KnownTokens.stripBefore("[MASK]", index, attributes);
        }
    }
}
