package demitasse.bertembed;

import demitasse.gguf.Metadata;
import demitasse.gguf.ModelLoadException;

/**
 * The shape of a BERT encoder, from the keys {@code bert.*}.
 *
 * @param context rows of the position table
 * @param epsilon of the layer norms
 */
record BertConfig(int layers, int width, int heads, int hidden, int context, float epsilon, Pooling pooling) {
    private static final String ARCHITECTURE = "bert";

    // Several times what the largest encoders have, so that a batch's activations stay below some hundred megabytes.
    private static final int MAX_WIDTH = 1 << 13;
    private static final int MAX_HIDDEN = 1 << 15;
    private static final int MAX_HEADS = 1 << 10;

    static BertConfig read(Metadata metadata) throws ModelLoadException {
        String architecture = metadata.requireString("general.architecture");
        if (!architecture.equals(ARCHITECTURE)) {
            throw new ModelLoadException("key general.architecture", "bert", "'" + architecture + "'");
        }
        if (metadata.bool("bert.attention.causal", false)) {
            throw new ModelLoadException("key bert.attention.causal", "false", "true");
        }
        int width = positive(metadata, "bert.embedding_length", MAX_WIDTH);
        int heads = positive(metadata, "bert.attention.head_count", MAX_HEADS);
        if (width % heads != 0) {
            throw new ModelLoadException(
                    "key bert.attention.head_count", "a divisor of bert.embedding_length " + width, "" + heads);
        }
        float epsilon = metadata.requireReal("bert.attention.layer_norm_epsilon");
        if (!(epsilon >= 0 && epsilon < 1)) {
            throw new ModelLoadException("key bert.attention.layer_norm_epsilon", "0 to 1", "" + epsilon);
        }
        return new BertConfig(
                positive(metadata, "bert.block_count", Integer.MAX_VALUE),
                width,
                heads,
                positive(metadata, "bert.feed_forward_length", MAX_HIDDEN),
                positive(metadata, "bert.context_length", Integer.MAX_VALUE),
                epsilon,
                Pooling.of(metadata.requireInteger("bert.pooling_type")));
    }

    int headSize() {
        return width / heads;
    }

    private static int positive(Metadata metadata, String key, int most) throws ModelLoadException {
        int value = metadata.requireInteger(key);
        if (value < 1) {
            throw new ModelLoadException("key " + key, "a positive integer", "" + value);
        }
        if (value > most) {
            throw new ModelLoadException("key " + key, "at most " + most, "" + value);
        }
        return value;
    }
}
