package demitasse.convert;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.gguf.GgufValue;
import demitasse.gguf.ModelLoadException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The keys about the shape of a model, from config.json. Source: llama.cpp's conversion/base.py and its subclasses. */
final class ModelKeys {
    /** Values of the key {@code pooling_type}. Source: llama.h, llama_pooling_type. */
    private static final Map<String, Integer> POOLINGS = Map.of("mean", 1, "cls", 2, "lasttoken", 3);

    /** Fields of sentence-transformers' pooling module, in the order in which they are looked at. */
    private static final List<String> POOLING_NAMES = List.of("mean", "cls", "lasttoken");

    private static final Map<String, String> POOLING_FIELDS = Map.of(
            "mean", "pooling_mode_mean_tokens", "cls", "pooling_mode_cls_token", "lasttoken", "pooling_mode_lasttoken");

    private final HfFolder folder;
    private final JsonFile config;
    private final Family family;
    private final Sizes sizes;
    private final Map<String, GgufValue> keys;
    private final List<String> notes;

    /** @param keys to add to; {@code notes} likewise, for the user */
    ModelKeys(HfFolder folder, JsonFile config, Family family, Map<String, GgufValue> keys, List<String> notes)
            throws ModelLoadException {
        this.folder = folder;
        this.config = config;
        this.family = family;
        this.sizes = Sizes.of(config);
        this.keys = keys;
        this.notes = notes;
    }

    void add(RopeScaling rope) throws IOException {
        put("block_count", sizes.layers());
        put("context_length", sizes.context());
        put("embedding_length", sizes.embedding());
        put("feed_forward_length", sizes.hidden());
        put("attention.head_count", sizes.heads());
        if (family.isDecoder()) {
            put("attention.head_count_kv", sizes.kvHeads());
            put("attention.layer_norm_rms_epsilon", config.real("rms_norm_eps").orElse(family.epsilon()));
            keys.putAll(rope.keys());
        } else {
            put("attention.layer_norm_epsilon", config.real("layer_norm_eps").orElse(family.epsilon()));
        }
        switch (family) {
            case PHI3 ->
                put("attention.sliding_window", config.integer("sliding_window").orElse(0));
            case LLAMA, QWEN2 -> {
                if (family == Family.LLAMA) {
                    put("vocab_size", sizes.vocabulary());
                }
                if (family == Family.LLAMA || config.has("head_dim")) {
                    put("attention.key_length", sizes.headSize());
                    put("attention.value_length", sizes.headSize());
                }
            }
            case BERT -> {
                keys.put(family.id() + ".attention.causal", GgufValue.bool(false));
                // sentence-transformers, too, takes the mean where a folder does not say.
                put("pooling_type", pooling("mean"));
                keys.put("tokenizer.ggml.token_type_count", GgufValue.u32(sizes.types()));
            }
        }
    }

    /** The pooling of modules.json, or the given one, with a note. */
    private int pooling(String otherwise) throws IOException {
        for (JsonNode module : JsonFile.tree(folder.file("modules.json"))) {
            if (module.path("type").asText("").endsWith("Pooling")) {
                return POOLINGS.get(
                        pooling(folder.json(configOf(module.path("path").asText("")))));
            }
        }
        notes.add("no pooling in modules.json: " + otherwise);
        return POOLINGS.get(otherwise);
    }

    private static String configOf(String module) throws ModelLoadException {
        Path path = Path.of(module.replace('\0', '?'));
        if (path.isAbsolute() || path.normalize().startsWith("..")) {
            throw new ModelLoadException("modules.json: path", "a folder inside the model's", module);
        }
        return path.resolve("config.json").toString();
    }

    private static String pooling(JsonFile module) throws ModelLoadException {
        for (String name : POOLING_NAMES) {
            if (module.root().path(POOLING_FIELDS.get(name)).asBoolean(false)) {
                return name;
            }
        }
        String mode = module.text("pooling_mode").orElse("");
        if (!POOLINGS.containsKey(mode)) {
            throw module.wrong("pooling_mode", "one of " + POOLING_NAMES, module.root());
        }
        return mode;
    }

    private void put(String key, int value) throws ModelLoadException {
        if (value < 0) {
            throw new ModelLoadException("config.json: " + key, "0 or more", Integer.toString(value));
        }
        keys.put(family.id() + "." + key, GgufValue.u32(value));
    }

    private void put(String key, double value) {
        keys.put(family.id() + "." + key, GgufValue.f32((float) value));
    }

    Sizes sizes() {
        return sizes;
    }
}
