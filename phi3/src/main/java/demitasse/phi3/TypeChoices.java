package demitasse.phi3;

import demitasse.gguf.GgmlType;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a user wants otherwise than {@link TensorMix}. Source: llama-quantize's options.
 *
 * @param pure no mix: the plain type of the file for all tensors
 * @param leaveOutput the output matrix stays as it is
 * @param output the type of the output matrix, also where the embedding is used as one
 * @param embedding the type of the token embedding
 * @param overrides types for tensors of which a part of the name fits; the first that fits. Not for files of F32, F16
 *     and BF16
 */
public record TypeChoices(
        boolean pure,
        boolean leaveOutput,
        Optional<GgmlType> output,
        Optional<GgmlType> embedding,
        List<Override> overrides) {
    /** Nothing else than the mix. */
    public static final TypeChoices NONE = new TypeChoices(false, false, Optional.empty(), Optional.empty(), List.of());

    /** A type for tensors whose name has a part like the pattern. */
    public record Override(Pattern name, GgmlType type) {}

    /** The type that the user gave for a tensor of this name. */
    Optional<GgmlType> override(String tensor) {
        return overrides.stream()
                .filter(override -> override.name.matcher(tensor).find())
                .findFirst()
                .map(Override::type);
    }
}
