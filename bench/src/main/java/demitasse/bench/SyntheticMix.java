package demitasse.bench;

import demitasse.gguf.GgmlType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Which tensor of a file gets which type. Source: llama_tensor_get_type of llama.cpp's llama-quant.cpp, without its
 * special cases for models of 70B or with experts.
 */
interface SyntheticMix {
    String name();

    /** Most matrices. */
    GgmlType plain();

    GgmlType output();

    default GgmlType embedding(boolean tied) {
        return tied ? output() : plain();
    }

    /** Phi-3's fused tensor. */
    default GgmlType qkv() {
        return plain();
    }

    default GgmlType value(int layer, int layers) {
        return plain();
    }

    default GgmlType down(int layer, int layers) {
        return plain();
    }

    /** All matrices of one type, but the output no coarser than Q6_K. */
    record Uniform(GgmlType plain) implements SyntheticMix {
        private static final List<GgmlType> COARSE =
                List.of(GgmlType.Q4_0, GgmlType.Q4_1, GgmlType.Q5_0, GgmlType.Q5_1, GgmlType.Q4_K, GgmlType.Q5_K);

        @Override
        public String name() {
            return plain.name();
        }

        @Override
        public GgmlType output() {
            return COARSE.contains(plain) ? GgmlType.Q6_K : plain;
        }
    }

    /** Q4_K_M and Q5_K_M: some layers' V and down projections in Q6_K. */
    record Medium(String name, GgmlType plain, GgmlType qkv) implements SyntheticMix {
        @Override
        public GgmlType output() {
            return GgmlType.Q6_K;
        }

        @Override
        public GgmlType value(int layer, int layers) {
            return useMoreBits(layer, layers) ? GgmlType.Q6_K : plain;
        }

        @Override
        public GgmlType down(int layer, int layers) {
            return useMoreBits(layer, layers) ? GgmlType.Q6_K : plain;
        }

        /** llama.cpp's use_more_bits: the first and last eighth, and every third layer between. */
        static boolean useMoreBits(int layer, int layers) {
            return layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2;
        }
    }

    static Optional<SyntheticMix> named(String name) {
        return switch (name) {
            case "Q4_K_M" -> Optional.of(new Medium(name, GgmlType.Q4_K, GgmlType.Q5_K));
            case "Q5_K_M" -> Optional.of(new Medium(name, GgmlType.Q5_K, GgmlType.Q6_K));
            default ->
                Arrays.stream(GgmlType.values())
                        .filter(type -> type.name().equals(name) && RandomBlocks.supports(type))
                        .findFirst()
                        .map(Uniform::new);
        };
    }
}
