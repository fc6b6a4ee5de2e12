package demitasse.bench;

import demitasse.gguf.GgmlType;
import demitasse.phi3.TensorMix;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which tensor of a file gets which type: as in the files of 2024 that people run, so that a synthetic model has a
 * published one's size. What llama-quantize does today is in {@link TensorMix}; the difference is Phi-3's fused Q, K
 * and V, which had Q5_K in every layer of a Q4_K_M file.
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
        private static final Set<GgmlType> FINE =
                EnumSet.of(GgmlType.F32, GgmlType.F16, GgmlType.BF16, GgmlType.Q8_0, GgmlType.Q6_K);

        @Override
        public String name() {
            return plain.name();
        }

        @Override
        public GgmlType output() {
            return FINE.contains(plain) ? plain : GgmlType.Q6_K;
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
            return TensorMix.useMoreBits(layer, layers) ? GgmlType.Q6_K : plain;
        }

        @Override
        public GgmlType down(int layer, int layers) {
            return TensorMix.useMoreBits(layer, layers) ? GgmlType.Q6_K : plain;
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
