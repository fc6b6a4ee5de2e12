package demitasse.convert;

import demitasse.gguf.ModelLoadException;

/**
 * The numbers in config.json that say how large the tensors are.
 *
 * @param heads of queries
 * @param kvHeads of keys and values
 * @param headSize elements of a head
 * @param hidden width of the feed-forward network
 * @param types token types; 0 for models without
 */
record Sizes(
        int layers,
        int embedding,
        int heads,
        int kvHeads,
        int headSize,
        int hidden,
        int vocabulary,
        int context,
        int types) {

    /** Far above any vocabulary there is: what a number in a file may make us allocate. */
    private static final int MAX_VOCABULARY = 1 << 22;

    static Sizes of(JsonFile config) throws ModelLoadException {
        int embedding = config.positive("hidden_size");
        int heads = config.positive("num_attention_heads");
        int kvHeads = config.has("num_key_value_heads") ? config.positive("num_key_value_heads") : heads;
        if (config.positive("vocab_size") > MAX_VOCABULARY) {
            throw config.wrong(
                    "vocab_size", "at most " + MAX_VOCABULARY, config.root().path("vocab_size"));
        }
        boolean explicit = config.has("head_dim");
        if (!explicit && embedding % heads != 0 || heads % kvHeads != 0) {
            String field = heads % kvHeads != 0 ? "num_key_value_heads" : "num_attention_heads";
            String whole = heads % kvHeads != 0 ? "num_attention_heads " + heads : "hidden_size " + embedding;
            throw config.wrong(field, "a divisor of " + whole, config.root().path(field));
        }
        return new Sizes(
                config.positive("num_hidden_layers"),
                embedding,
                heads,
                kvHeads,
                explicit ? config.positive("head_dim") : embedding / heads,
                config.positive("intermediate_size"),
                config.positive("vocab_size"),
                config.positive("max_position_embeddings"),
                config.integer("type_vocab_size").orElse(0));
    }

    /** The shape that a word of {@link TensorNames} means, in PyTorch's order. */
    long[] shape(String word) {
        return word.chars().mapToLong(this::size).toArray();
    }

    private long size(int letter) {
        long queries = (long) heads * headSize;
        long keys = (long) kvHeads * headSize;
        return switch (letter) {
            case 'E' -> embedding;
            case 'F' -> hidden;
            case 'G' -> 2L * hidden;
            case 'Q' -> queries;
            case 'K' -> keys;
            case 'A' -> queries + 2 * keys;
            case 'V' -> vocabulary;
            case 'P' -> context;
            case 'T' -> types;
            default -> throw new IllegalArgumentException("no size " + (char) letter);
        };
    }
}
