package demitasse.phi3;

import static demitasse.phi3.FileType.IQ4_NL;
import static demitasse.phi3.FileType.IQ4_XS;
import static demitasse.phi3.FileType.Q2_K;
import static demitasse.phi3.FileType.Q3_K_L;
import static demitasse.phi3.FileType.Q3_K_M;
import static demitasse.phi3.FileType.Q3_K_S;
import static demitasse.phi3.FileType.Q4_0;
import static demitasse.phi3.FileType.Q4_K_M;
import static demitasse.phi3.FileType.Q4_K_S;
import static demitasse.phi3.FileType.Q5_0;
import static demitasse.phi3.FileType.Q5_K_M;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufTensor;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which tensor of a quantised file gets which type: the rules as data. Source: llama.cpp's llama-quant.cpp,
 * llama_tensor_get_type of October 2026; Falcon's exceptions are left out. (Older
 * versions gave Phi-3's fused attn_qkv Q5_K in a Q4_K_M file; this one treats it like attn_v.)
 */
public final class TensorMix {
    /** What a tensor does in the model, as far as the mix cares. */
    enum Role {
        OUTPUT,
        EMBEDDING,
        /** V, alone or fused: the most sensitive part of attention. */
        VALUE,
        KEY,
        ATTENTION_OUTPUT,
        DOWN,
        OTHER
    }

    /** What decides besides the role. {@code layer} counts the tensors of the role in the order of layers. */
    @FunctionalInterface
    private interface When {
        boolean holds(int layer, int layers, Model model);
    }

    /**
     * @param experts 0 without
     * @param weighed whether there is an importance matrix
     */
    record Model(String architecture, int layers, int heads, int kvHeads, int experts, boolean weighed) {
        private boolean hasWideGroups() {
            return kvHeads > 0 && heads / kvHeads >= WIDE_GROUP;
        }

        private boolean hasEightExperts() {
            return experts == EIGHT;
        }

        /** Where many heads share a small V, more bits for it cost little. */
        private boolean isSeventyBillion() {
            return layers == LAYERS_OF_70B
                    && (architecture.equals("llama") && heads != kvHeads || architecture.equals("qwen2"));
        }
    }

    private record Rule(Role role, When when, GgmlType type, Set<FileType> files) {}

    static final String EMBEDDING = "token_embd.weight";
    private static final int WIDE_GROUP = 4;
    private static final int EIGHT = 8;
    private static final int LAYERS_OF_70B = 80;

    /** The first one that holds; none means the file's plain type. */
    private static final List<Rule> RULES = List.of(
            rule(Role.VALUE, (i, n, m) -> m.hasEightExperts(), GgmlType.Q8_0, FileType.values()),
            rule(Role.VALUE, (i, n, m) -> m.isSeventyBillion(), GgmlType.Q5_K, Q2_K, Q3_K_S, Q3_K_M, Q4_K_S),
            rule(Role.VALUE, (i, n, m) -> m.hasWideGroups(), GgmlType.Q4_K, Q2_K),
            rule(Role.VALUE, always(), GgmlType.Q3_K, Q2_K),
            rule(Role.VALUE, (i, n, m) -> i < 2, GgmlType.Q5_K, Q3_K_M),
            rule(Role.VALUE, always(), GgmlType.Q4_K, Q3_K_M),
            rule(Role.VALUE, always(), GgmlType.Q5_K, Q3_K_L),
            rule(Role.VALUE, (i, n, m) -> m.hasWideGroups(), GgmlType.Q5_K, IQ4_NL, IQ4_XS),
            rule(Role.VALUE, (i, n, m) -> useMoreBits(i, n), GgmlType.Q6_K, Q4_K_M, Q5_K_M),
            rule(Role.VALUE, (i, n, m) -> m.isSeventyBillion(), GgmlType.Q5_K, Q4_K_M),
            rule(Role.VALUE, (i, n, m) -> i < 4, GgmlType.Q5_K, Q4_K_S),
            rule(Role.KEY, (i, n, m) -> m.hasEightExperts(), GgmlType.Q8_0, FileType.values()),
            rule(Role.DOWN, always(), GgmlType.Q3_K, Q2_K),
            rule(Role.DOWN, (i, n, m) -> i < n / 16, GgmlType.Q5_K, Q3_K_M),
            rule(Role.DOWN, always(), GgmlType.Q4_K, Q3_K_M),
            rule(Role.DOWN, always(), GgmlType.Q5_K, Q3_K_L),
            rule(Role.DOWN, (i, n, m) -> useMoreBits(i, n), GgmlType.Q6_K, Q4_K_M, Q5_K_M),
            rule(Role.DOWN, (i, n, m) -> i < n / 8, GgmlType.Q5_K, Q4_K_S),
            rule(Role.DOWN, (i, n, m) -> i < n / 8 && !m.weighed, GgmlType.Q5_K, IQ4_NL, IQ4_XS),
            rule(Role.DOWN, (i, n, m) -> i < n / 8 && m.weighed, GgmlType.Q4_1, Q4_0),
            rule(Role.DOWN, (i, n, m) -> i < n / 8 && m.weighed, GgmlType.Q5_1, Q5_0),
            rule(
                    Role.ATTENTION_OUTPUT,
                    (i, n, m) -> m.hasEightExperts(),
                    GgmlType.Q5_K,
                    Q2_K,
                    Q3_K_S,
                    Q3_K_M,
                    IQ4_NL,
                    IQ4_XS,
                    Q4_K_S,
                    Q4_K_M),
            rule(Role.ATTENTION_OUTPUT, always(), GgmlType.Q3_K, Q2_K),
            rule(Role.ATTENTION_OUTPUT, always(), GgmlType.Q4_K, Q3_K_M),
            rule(Role.ATTENTION_OUTPUT, (i, n, m) -> !m.hasEightExperts(), GgmlType.Q5_K, Q3_K_L));

    /** Parts of names, the first that fits; {@link Role#OUTPUT} and {@link Role#EMBEDDING} are whole names. */
    private static final List<Map.Entry<String, Role>> ROLES = List.of(
            Map.entry("attn_qkv.weight", Role.VALUE),
            Map.entry("attn_kv_b.weight", Role.VALUE),
            Map.entry("attn_v.weight", Role.VALUE),
            Map.entry("attn_k.weight", Role.KEY),
            Map.entry("attn_q.weight", Role.OTHER),
            Map.entry("attn_output.weight", Role.ATTENTION_OUTPUT),
            Map.entry("ffn_up", Role.OTHER),
            Map.entry("ffn_gate", Role.OTHER),
            Map.entry("ffn_down", Role.DOWN));

    /** Matrices that stay as they are: small, or sensitive. */
    private static final List<String> KEPT = List.of(
            "_norm.weight",
            "ffn_gate_inp.weight",
            "ffn_gate_tid2eid.weight",
            "altup",
            "laurel",
            "per_layer_model_proj",
            "ssm_conv1d",
            "shortconv.conv.weight",
            "indexer.k_proj.weight",
            "indexer.q_proj.weight",
            "time_mix_first.weight",
            "time_mix_w0.weight",
            "time_mix_w1.weight",
            "time_mix_w2.weight",
            "time_mix_v0.weight",
            "time_mix_v1.weight",
            "time_mix_v2.weight",
            "time_mix_a0.weight",
            "time_mix_a1.weight",
            "time_mix_a2.weight",
            "time_mix_g1.weight",
            "time_mix_g2.weight",
            "time_mix_decay_w1.weight",
            "time_mix_decay_w2.weight",
            "time_mix_lerp_fused.weight",
            "attn_rel_b.weight",
            ".position_embd",
            "sam.pos_embd",
            "sam.neck.",
            "sam.net_",
            ".rel_pos",
            ".patch_embd",
            ".patch_merger",
            "a.rvq.codebook",
            "mm.a.code_embd");

    private static final Set<String> KEPT_WHOLE_NAMES = Set.of("position_embd.weight", "token_types.weight");

    private TensorMix() {}

    private static Rule rule(Role role, When when, GgmlType type, FileType... files) {
        return new Rule(role, when, type, Set.of(files));
    }

    private static When always() {
        return (layer, layers, model) -> true;
    }

    static Role role(String name) {
        if (name.equals("output.weight")) {
            return Role.OUTPUT;
        }
        if (name.equals(EMBEDDING) || name.equals("per_layer_token_embd.weight")) {
            return Role.EMBEDDING;
        }
        return ROLES.stream()
                .filter(entry -> name.contains(entry.getKey()))
                .findFirst()
                .map(Map.Entry::getValue)
                .orElse(Role.OTHER);
    }

    /** Whether a tensor changes its type at all: matrices named weight, but for a few. */
    static boolean isQuantized(GgufTensor tensor) {
        String name = tensor.name();
        return tensor.rows() > 1
                && name.endsWith("weight")
                && !KEPT_WHOLE_NAMES.contains(name)
                && KEPT.stream().noneMatch(name::contains);
    }

    /**
     * The type by the rules, before {@link #fit}.
     *
     * @param layer the layer, counted as llama.cpp does: see {@link TensorTypes}
     * @param layers of that count
     */
    static GgmlType choose(FileType file, Role role, int layer, int layers, Model model) {
        return RULES.stream()
                .filter(rule -> rule.role == role && rule.files.contains(file))
                .filter(rule -> rule.when.holds(layer, layers, model))
                .findFirst()
                .map(Rule::type)
                .orElse(file.plain());
    }

    /** The type of the output matrix, or of the embedding where there is none: no coarser than Q6_K. */
    static GgmlType output(FileType file, long columns) {
        if (columns % file.plain().blockSize() != 0 || file.plain() == GgmlType.Q8_0) {
            return GgmlType.Q8_0;
        }
        return GgmlType.Q6_K;
    }

    /** Where many bits are worth most: the first and last eighth of the layers, and every third between. */
    public static boolean useMoreBits(int layer, int layers) {
        return layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2;
    }

    /** The type that llama-quantize takes where rows are no whole blocks of {@code type}: a smaller block, or F16. */
    public static GgmlType fit(GgmlType type, long columns) {
        if (columns % type.blockSize() == 0) {
            return type;
        }
        GgmlType other = switch (type) {
            case IQ4_XS -> GgmlType.IQ4_NL;
            case Q2_K, Q3_K -> GgmlType.Q4_0;
            case Q4_K -> GgmlType.Q5_0;
            case Q5_K -> GgmlType.Q5_1;
            case Q6_K -> GgmlType.Q8_0;
            default -> GgmlType.F16;
        };
        return columns % other.blockSize() == 0 ? other : GgmlType.F16;
    }
}
