package demitasse.convert;

import demitasse.gguf.ModelLoadException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The architectures that can be converted, as data: to add one is to add a row, its tensors to {@link TensorNames},
 * and what is peculiar about its keys to {@link ModelKeys}. Source: llama.cpp's conversion/ (llama, phi, qwen, bert).
 */
enum Family {
    PHI3("phi3", TensorNames.PHI3, Set.of("silu"), 1e-5, "Phi3ForCausalLM"),
    LLAMA("llama", TensorNames.LLAMA, Set.of("silu"), 1e-6, "LlamaForCausalLM", "LlamaModel", "MistralForCausalLM"),
    QWEN2("qwen2", TensorNames.QWEN2, Set.of("silu"), 1e-6, "Qwen2ForCausalLM", "Qwen2Model"),
    BERT(
            "bert",
            TensorNames.BERT,
            Set.of("gelu", "gelu_new", "gelu_pytorch_tanh"),
            1e-12,
            "BertModel",
            "BertForMaskedLM");

    private final String id;
    private final TensorNames tensors;
    private final Set<String> activations;
    private final double epsilon;
    private final List<String> classes;

    /**
     * @param epsilon of the norms where config.json has none, as in transformers
     * @param classes the names in config.json's architectures
     */
    Family(String id, TensorNames tensors, Set<String> activations, double epsilon, String... classes) {
        this.id = id;
        this.tensors = tensors;
        this.activations = activations;
        this.epsilon = epsilon;
        this.classes = List.of(classes);
    }

    static Family of(JsonFile config) throws ModelLoadException {
        String name = config.root().path("architectures").path(0).asText("");
        Optional<Family> family =
                Arrays.stream(values()).filter(f -> f.classes.contains(name)).findFirst();
        if (family.isEmpty()) {
            List<String> known =
                    Arrays.stream(values()).flatMap(f -> f.classes.stream()).toList();
            throw config.wrong(
                    "architectures",
                    "one of " + String.join(", ", known),
                    config.root().path("architectures"));
        }
        family.get().check(config);
        return family.get();
    }

    /** What would make the converted model compute something else than the original. */
    private void check(JsonFile config) throws ModelLoadException {
        if (config.has("quantization_config")) {
            throw config.wrong(
                    "quantization_config",
                    "weights that are not quantised",
                    config.root().path("quantization_config"));
        }
        String activation =
                config.text("hidden_act").orElse(activations.iterator().next());
        if (!activations.contains(activation)) {
            throw config.wrong(
                    "hidden_act", "one of " + activations, config.root().path("hidden_act"));
        }
        if (!config.text("position_embedding_type").orElse("absolute").equals("absolute")) {
            throw config.wrong(
                    "position_embedding_type", "absolute", config.root().path("position_embedding_type"));
        }
    }

    /** The value of general.architecture, and the prefix of the model's keys. */
    String id() {
        return id;
    }

    TensorNames tensors() {
        return tensors;
    }

    double epsilon() {
        return epsilon;
    }

    boolean isDecoder() {
        return this != BERT;
    }

    /** RoPE turns neighbouring elements: rows of Q and K are put in that order. */
    boolean permutes() {
        return this == LLAMA;
    }

    /** The name that the table of tensors has, whatever part of a larger model was saved. */
    String canonical(String name) {
        if (isDecoder()) {
            return name.startsWith("model.") || name.startsWith("lm_head.") ? name : "model." + name;
        }
        return name.replaceFirst("^bert\\.", "")
                .replaceFirst("\\.gamma$", TensorNames.WEIGHT)
                .replaceFirst("\\.beta$", TensorNames.BIAS);
    }

    /** Tensors that a converted model does without. */
    boolean drops(String canonical) {
        if (isDecoder()) {
            return canonical.endsWith(".rotary_emb.inv_freq");
        }
        return canonical.equals("embeddings.position_ids")
                || canonical.startsWith("pooler.dense.")
                || canonical.startsWith("cls.predictions")
                || canonical.startsWith("cls.seq_relationship");
    }
}
