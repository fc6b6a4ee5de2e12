package demitasse.phi3;

import demitasse.gguf.Metadata;
import demitasse.gguf.ModelLoadException;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What distinguishes the decoder models from each other; everything else is the same code. Source: llama.cpp's
 * src/models (phi3, llama, qwen2) and llama_model_rope_type.
 */
enum Architecture {
    PHI3("phi3", RopePairs.HALVES, true, true, BiasRule.NONE),
    LLAMA("llama", RopePairs.NEIGHBOURS, false, false, BiasRule.OPTIONAL),
    QWEN2("qwen2", RopePairs.HALVES, false, false, BiasRule.REQUIRED);

    /** Which elements of a head are rotated together. */
    enum RopePairs {
        /** i and i + d/2, as GPT-NeoX does it. */
        HALVES,
        /** 2i and 2i + 1, as the Llama paper does it. */
        NEIGHBOURS
    }

    /** Whether queries, keys and values have biases. */
    enum BiasRule {
        NONE,
        OPTIONAL,
        REQUIRED
    }

    private static final String KEY = "general.architecture";

    private final String id;
    private final RopePairs ropePairs;
    private final boolean fusedQkv;
    private final boolean fusedGateUp;
    private final BiasRule qkvBias;

    Architecture(String id, RopePairs ropePairs, boolean fusedQkv, boolean fusedGateUp, BiasRule qkvBias) {
        this.id = id;
        this.ropePairs = ropePairs;
        this.fusedQkv = fusedQkv;
        this.fusedGateUp = fusedGateUp;
        this.qkvBias = qkvBias;
    }

    /** The architecture that the file names. */
    static Architecture of(Metadata metadata) throws ModelLoadException {
        String name = metadata.requireString(KEY);
        for (Architecture architecture : values()) {
            if (architecture.id.equals(name)) {
                return architecture;
            }
        }
        String known = Arrays.stream(values()).map(Architecture::id).collect(Collectors.joining(", "));
        throw new ModelLoadException("key " + KEY, "one of " + known, name);
    }

    /** The name in {@code general.architecture}, and the prefix of the model's other keys. */
    String id() {
        return id;
    }

    RopePairs ropePairs() {
        return ropePairs;
    }

    /** One tensor attn_qkv with the rows of Q, K and V, instead of three tensors. */
    boolean fusedQkv() {
        return fusedQkv;
    }

    /** ffn_up holds the rows of the gate, then those of up, instead of two tensors. */
    boolean fusedGateUp() {
        return fusedGateUp;
    }

    BiasRule qkvBias() {
        return qkvBias;
    }
}
