package demitasse.tokenizer;

import demitasse.gguf.Metadata;
import demitasse.gguf.ModelLoadException;
import java.util.Optional;

/** Makes the tokenizer that a GGUF file asks for in {@code tokenizer.ggml.model} and {@code tokenizer.ggml.pre}. */
public final class Tokenizers {
    private static final String MODEL = "tokenizer.ggml.model";
    private static final String PRE = "tokenizer.ggml.pre";
    private static final String MERGES = "tokenizer.ggml.merges";
    private static final String LOWERCASE = "tokenizer.ggml.normalizer.lowercase";
    private static final String STRIP_ACCENTS = "tokenizer.ggml.normalizer.strip_accents";

    private Tokenizers() {}

    /**
     * False for a model without a vocabulary of its own: the key says {@code none} or {@code no_vocab}.
     *
     * @throws ModelLoadException if the key is missing: every model says what it has
     */
    public static boolean isPresent(Metadata metadata) throws ModelLoadException {
        String model = metadata.requireString(MODEL);
        return !model.equals("none") && !model.equals("no_vocab");
    }

    /** @throws ModelLoadException naming the key that is missing or wrong */
    public static Tokenizer load(Metadata metadata) throws ModelLoadException {
        String model = metadata.requireString(MODEL);
        for (TokenTable.Kind kind : TokenTable.Kind.values()) {
            if (kind.label().equals(model)) {
                return load(metadata, kind);
            }
        }
        throw new ModelLoadException("key " + MODEL, "gpt2, llama or bert", "'" + model + "'");
    }

    private static Tokenizer load(Metadata metadata, TokenTable.Kind kind) throws ModelLoadException {
        return switch (kind) {
            case BYTE_PAIR -> bytePair(metadata);
            case SENTENCE_PIECE -> {
                TokenTable tokens = new TokenTableReader(metadata, kind, Optional.empty()).read();
                yield new GgufTokenizer(tokens, new SentencePieceSegmenter(tokens));
            }
            case WORD_PIECE -> {
                TokenTable tokens = new TokenTableReader(metadata, kind, Optional.empty()).read();
                boolean lowercase = metadata.bool(LOWERCASE, true);
                boolean stripAccents = metadata.bool(STRIP_ACCENTS, lowercase);
                BertNormalizer normalizer = new BertNormalizer(lowercase, stripAccents);
                yield new GgufTokenizer(tokens, new WordPieceSegmenter(tokens, normalizer));
            }
        };
    }

    private static Tokenizer bytePair(Metadata metadata) throws ModelLoadException {
        String[] merges = metadata.strings(MERGES)
                .orElseThrow(() -> new ModelLoadException("key " + MERGES, "an array of strings", "nothing"));
        String name = metadata.string(PRE).filter(n -> !n.isEmpty()).orElse(PreTokenizers.DEFAULT);
        PreTokenizers.Row row = PreTokenizers.find(name)
                .orElseThrow(
                        () -> new ModelLoadException("key " + PRE, "a pre-tokenizer that is known", "'" + name + "'"));
        TokenTable tokens = new TokenTableReader(metadata, TokenTable.Kind.BYTE_PAIR, Optional.of(row)).read();
        MergeTable table = new MergeTable(tokens.index(), tokens.size(), merges);
        PreTokenizer preTokenizer = new PreTokenizer(row.expressions());
        return new GgufTokenizer(tokens, new BytePairSegmenter(tokens, table, preTokenizer, row.ignoreMerges()));
    }
}
