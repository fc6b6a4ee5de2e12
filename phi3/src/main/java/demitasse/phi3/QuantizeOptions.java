package demitasse.phi3;

import java.util.Optional;

/**
 * How a model is quantised.
 *
 * @param requantize whether tensors that are quantised already may be quantised again, which costs quality
 * @param importance empty: as llama-quantize without an importance matrix
 */
public record QuantizeOptions(
        FileType type, boolean requantize, TypeChoices choices, Optional<ImportanceMatrix> importance) {
    /** By the mix alone, from weights that are not quantised. */
    public QuantizeOptions(FileType type) {
        this(type, false, TypeChoices.NONE, Optional.empty());
    }
}
