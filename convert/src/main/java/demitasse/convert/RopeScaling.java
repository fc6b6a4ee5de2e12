package demitasse.convert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import demitasse.gguf.GgufValue;
import demitasse.gguf.ModelLoadException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * RoPE's keys and tensors. config.json has them as rope_scaling with rope_theta beside it, or all in rope_parameters.
 * Sources: llama.cpp's conversion/base.py, llama.py and phi.py.
 */
final class RopeScaling {
    private static final double DEFAULT_BASE = 10_000;
    private static final String ORIGINAL = "original_max_position_embeddings";

    private final Family family;
    private final Sizes sizes;
    private final JsonFile rope;
    private final String type;
    private final Map<String, GgufValue> keys = new LinkedHashMap<>();
    private final Map<String, float[]> tensors = new LinkedHashMap<>();

    RopeScaling(Family family, Sizes sizes, JsonFile config) throws ModelLoadException {
        this.family = family;
        this.sizes = sizes;
        this.rope = merged(config);
        this.type = rope.text("rope_type", "type").orElse("default").toLowerCase(Locale.ROOT);
        int dimensions = dimensions();
        if (family != Family.QWEN2) {
            keys.put(name("dimension_count"), GgufValue.u32(dimensions));
        }
        keys.put(
                name("freq_base"),
                GgufValue.f32(rope.real("rope_theta").orElse(DEFAULT_BASE).floatValue()));
        if (family == Family.PHI3) {
            phi3(dimensions);
        } else {
            scaling(dimensions);
        }
    }

    /** The keys, whole names. */
    Map<String, GgufValue> keys() {
        return keys;
    }

    /** Extra tensors of one dimension, F32. */
    Map<String, float[]> tensors() {
        return tensors;
    }

    private static JsonFile merged(JsonFile config) throws ModelLoadException {
        String field = config.has("rope_parameters") ? "rope_parameters" : "rope_scaling";
        JsonFile part = config.object(field);
        ObjectNode all = part.root().deepCopy();
        for (String name : new String[] {"rope_theta", "partial_rotary_factor", ORIGINAL}) {
            if (!part.has(name) && config.has(name)) {
                all.set(name, config.root().get(name));
            }
        }
        return new JsonFile(part.name(), all);
    }

    private int dimensions() throws ModelLoadException {
        double part = rope.real("partial_rotary_factor").orElse(1.0);
        int dimensions = (int) (part * sizes.headSize());
        if (dimensions < 2 || dimensions % 2 != 0 || dimensions > sizes.headSize()) {
            throw rope.wrong(
                    "partial_rotary_factor",
                    "an even number of the head's " + sizes.headSize() + " elements",
                    rope.root().path("partial_rotary_factor"));
        }
        return dimensions;
    }

    private void scaling(int dimensions) throws ModelLoadException {
        switch (type) {
            case "default", "none" -> {}
            case "linear" -> scaling("linear");
            case "yarn" -> {
                scaling("yarn");
                keys.put(name("scaling.original_context_length"), GgufValue.u32(rope.positive(ORIGINAL)));
                real("scaling.yarn_ext_factor", "extrapolation_factor");
                real("scaling.yarn_attn_factor", "attention_factor", "attn_factor");
                real("scaling.yarn_beta_fast", "beta_fast");
                real("scaling.yarn_beta_slow", "beta_slow");
            }
            case "llama3" -> tensors.put("rope_freqs.weight", llama3(dimensions));
            default ->
                throw rope.wrong(
                        "rope_type",
                        "default, linear, yarn or llama3",
                        rope.root().path(rope.has("rope_type") ? "rope_type" : "type"));
        }
    }

    private void scaling(String name) throws ModelLoadException {
        keys.put(name("scaling.type"), GgufValue.string(name));
        float factor = rope.real("factor")
                .orElseThrow(() -> rope.missing(new String[] {"factor"}, "a number"))
                .floatValue();
        keys.put(name("scaling.factor"), GgufValue.f32(factor));
    }

    private void real(String key, String... fields) throws ModelLoadException {
        rope.real(fields).ifPresent(value -> keys.put(name(key), GgufValue.f32(value.floatValue())));
    }

    /** Divisors of the angles, one for each pair of elements. Source: transformers, _compute_llama3_parameters. */
    private float[] llama3(int dimensions) throws ModelLoadException {
        float base = rope.real("rope_theta").orElse(DEFAULT_BASE).floatValue();
        double factor = rope.real("factor").orElse(8.0);
        double low = rope.real("low_freq_factor").orElse(1.0);
        double high = rope.real("high_freq_factor").orElse(4.0);
        double original = rope.integer(ORIGINAL).orElse(8192);
        float[] factors = new float[dimensions / 2];
        for (int i = 0; i < factors.length; i++) {
            float frequency = 1 / (float) Math.pow(base, 2f * i / dimensions);
            double wave = 2 * Math.PI / frequency;
            double smooth = (original / wave - low) / (high - low);
            factors[i] = (float)
                    (wave < original / high
                            ? 1
                            : wave > original / low ? factor : 1 / ((1 - smooth) / factor + smooth));
        }
        return factors;
    }

    private void phi3(int dimensions) throws ModelLoadException {
        int original = rope.has(ORIGINAL) ? rope.positive(ORIGINAL) : sizes.context();
        keys.put(name("scaling.original_context_length"), GgufValue.u32(original));
        if (!rope.has("long_factor")) {
            if (!type.equals("default") && !type.equals("none")) {
                throw rope.missing(new String[] {"long_factor"}, "longrope's factors");
            }
            return;
        }
        double scale = (double) sizes.context() / original;
        double attention = switch (type) {
            case "su", "longrope" -> Math.sqrt(1 + Math.log(scale) / Math.log(original));
            case "yarn" -> 0.1 * Math.log(scale) + 1;
            default ->
                throw rope.wrong(
                        "rope_type", "longrope, su or yarn", rope.root().path("rope_type"));
        };
        float factor = scale > 1 ? (float) attention : 1;
        keys.put(name("scaling.attn_factor"), GgufValue.f32(factor));
        for (String length : new String[] {"long", "short"}) {
            float[] factors = rope.reals(length + "_factor");
            if (factors.length != dimensions / 2) {
                throw rope.wrong(
                        length + "_factor",
                        dimensions / 2 + " numbers",
                        rope.root().get(length + "_factor"));
            }
            tensors.put("rope_factors_" + length + ".weight", factors);
        }
    }

    private String name(String key) {
        return family.id() + ".rope." + key;
    }
}
