package demitasse.phi3;

import demitasse.gguf.GgufValue;
import demitasse.gguf.Metadata;
import demitasse.gguf.ModelLoadException;

/**
 * The sizes of a decoder model, read from the file's keys and checked: whatever stands here can be computed with.
 *
 * @param embedding width of the residual stream
 * @param feedForward width of the gated layer
 * @param kvHeads heads of keys and values; each is shared by {@code heads / kvHeads} query heads
 * @param headSize width of one head
 * @param context tokens that the model was trained for
 */
record DecoderConfig(
        Architecture architecture,
        int vocabulary,
        int context,
        int layers,
        int embedding,
        int feedForward,
        int heads,
        int kvHeads,
        int headSize,
        float normEpsilon,
        RopeConfig rope) {
    private static final System.Logger LOG = System.getLogger(DecoderConfig.class.getName());

    // Several times what the largest models have, and little enough that products of two sizes and a batch are ints.
    private static final int MAX_WIDTH = 1 << 18;
    private static final int MAX_HEADS = 1 << 12;
    private static final int MAX_HEAD_SIZE = 1 << 12;

    /** Width of the queries of one token. */
    int queryWidth() {
        return heads * headSize;
    }

    /** Width of the keys, and of the values, of one token. */
    int kvWidth() {
        return kvHeads * headSize;
    }

    /** Queries, keys and values of one token side by side. */
    int qkvWidth() {
        return queryWidth() + 2 * kvWidth();
    }

    /** @param vocabulary number of tokens; checked against the tensors, not against the keys */
    static DecoderConfig read(Metadata metadata, Architecture architecture, int vocabulary) throws ModelLoadException {
        Keys keys = new Keys(metadata, architecture.id());
        int embedding = keys.positive("embedding_length", MAX_WIDTH);
        int heads = keys.positive("attention.head_count", MAX_HEADS);
        int kvHeads = keys.positive("attention.head_count_kv", heads, MAX_HEADS);
        int headSize = headSize(keys, embedding, heads);
        if (heads % kvHeads != 0) {
            throw keys.wrong("attention.head_count_kv", "a divisor of head_count " + heads, kvHeads);
        }
        int context = keys.positive("context_length");
        int layers = keys.positive("block_count");
        int feedForward = keys.positive("feed_forward_length", MAX_WIDTH);
        if ((heads + 2L * kvHeads) * headSize > MAX_WIDTH) {
            throw keys.wrong("attention.head_count", "heads that are at most " + MAX_WIDTH + " wide", heads);
        }
        requireNoExperts(keys);
        float epsilon = metadata.requireReal(keys.name("attention.layer_norm_rms_epsilon"));
        if (!(epsilon > 0) || Float.isInfinite(epsilon)) {
            throw keys.wrong("attention.layer_norm_rms_epsilon", "a positive number", epsilon);
        }
        noteSlidingWindow(keys, context);
        RopeConfig rope = RopeConfig.read(keys, headSize, context);
        return new DecoderConfig(
                architecture,
                vocabulary,
                context,
                layers,
                embedding,
                feedForward,
                heads,
                kvHeads,
                headSize,
                epsilon,
                rope);
    }

    private static int headSize(Keys keys, int embedding, int heads) throws ModelLoadException {
        if (!keys.has("attention.key_length") && embedding % heads != 0) {
            throw keys.wrong("attention.head_count", "a divisor of embedding_length " + embedding, heads);
        }
        int size = keys.positive("attention.key_length", Math.max(1, embedding / heads), MAX_HEAD_SIZE);
        int valueSize = keys.positive("attention.value_length", size, MAX_HEAD_SIZE);
        if (valueSize != size) {
            throw keys.wrong("attention.value_length", "the key_length " + size, valueSize);
        }
        return size;
    }

    private static void requireNoExperts(Keys keys) throws ModelLoadException {
        int experts = keys.metadata().integer(keys.name("expert_count"), 0);
        if (experts != 0) {
            throw keys.wrong("expert_count", "none: mixtures of experts are not supported", experts);
        }
    }

    /** llama.cpp reads the key and computes full attention; so do we, to give the same logits. */
    private static void noteSlidingWindow(Keys keys, int context) {
        String key = keys.name("attention.sliding_window");
        GgufValue window = keys.metadata().asMap().get(key);
        if (window != null && window.value() instanceof Number size && size.longValue() < context) {
            LOG.log(System.Logger.Level.INFO, "{0} is {1}: ignored, attention sees the whole context", key, size);
        }
    }
}
