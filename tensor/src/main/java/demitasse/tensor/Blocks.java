package demitasse.tensor;

import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;

/** Dequantisation of whole tensors, for norms, biases and tests. */
public final class Blocks {
    private Blocks() {}

    /** All elements as floats, bit-exactly as ggml's dequantize_row_* give them. */
    public static float[] dequantize(GgufTensor tensor) throws ModelLoadException {
        throw new ModelLoadException(
                "tensor " + tensor.name(), "a known block type", tensor.type().name());
    }
}
