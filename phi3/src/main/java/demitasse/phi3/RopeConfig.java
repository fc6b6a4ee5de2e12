package demitasse.phi3;

import demitasse.gguf.ModelLoadException;

/**
 * How positions are turned into rotations.
 *
 * @param dimensions rotated elements of a head, from its start
 * @param scaling none, linear, yarn or longrope, as the file says
 * @param factor by which positions are squeezed; 1 is none
 * @param originalContext the context before it was extended: the limit between short and long longrope factors, and
 *     yarn's reference
 * @param attentionFactor multiplies cosine and sine
 */
record RopeConfig(
        int dimensions, float base, String scaling, float factor, int originalContext, float attentionFactor) {
    static final String NONE = "none";
    static final String LINEAR = "linear";
    static final String YARN = "yarn";
    static final String LONGROPE = "longrope";

    private static final float DEFAULT_BASE = 10_000f;

    /** Defaults and fallbacks as in llama.cpp's llama_model_base::load_hparams. */
    static RopeConfig read(Keys keys, int headSize, int context) throws ModelLoadException {
        int dimensions = keys.positive("rope.dimension_count", headSize, Integer.MAX_VALUE);
        if (dimensions % 2 != 0 || dimensions > headSize) {
            throw keys.wrong("rope.dimension_count", "an even number up to the head size " + headSize, dimensions);
        }
        String scaling = keys.metadata().string(keys.name("rope.scaling.type")).orElse(LINEAR);
        float factor = 1;
        switch (scaling) {
            case NONE -> {}
            case LINEAR, YARN, LONGROPE -> factor = factor(keys);
            default ->
                throw keys.wrong(
                        "rope.scaling.type", String.join(", ", NONE, LINEAR, YARN) + " or " + LONGROPE, scaling);
        }
        return new RopeConfig(
                dimensions,
                keys.positiveReal("rope.freq_base", DEFAULT_BASE),
                scaling,
                factor,
                keys.positive("rope.scaling.original_context_length", context, Integer.MAX_VALUE),
                keys.positiveReal("rope.scaling.attn_factor", 1));
    }

    /** 0 and a missing key are both "no scaling"; older files have another name for the key. */
    private static float factor(Keys keys) throws ModelLoadException {
        String key = keys.has("rope.scaling.factor") ? "rope.scaling.factor" : "rope.scale_linear";
        float factor = keys.metadata().real(keys.name(key), 0);
        return factor == 0 ? 1 : keys.positiveReal(key, 1);
    }
}
