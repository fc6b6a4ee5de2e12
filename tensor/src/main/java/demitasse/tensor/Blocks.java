package demitasse.tensor;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;

/** Dequantisation of whole tensors, for norms, biases and tests. */
public final class Blocks {
    private static final int CHUNK_BYTES = 1 << 20;

    private Blocks() {}

    /**
     * All elements as floats, bit-exactly as ggml's dequantize_row_* give them.
     *
     * @throws ModelLoadException if the type cannot be decoded, rows are not whole blocks, or there are 2^31 elements
     *     or more
     */
    public static float[] dequantize(GgufTensor tensor) throws ModelLoadException {
        BlockFormat format = BlockFormat.of(tensor);
        GgmlType type = tensor.type();
        int elements = checkedElements(tensor);
        float[] out = new float[elements];
        int chunkBlocks = CHUNK_BYTES / type.blockBytes();
        byte[] bytes = new byte[Math.min(chunkBlocks, elements / type.blockSize()) * type.blockBytes()];
        for (int block = 0; block < elements / type.blockSize(); block += chunkBlocks) {
            int blocks = Math.min(chunkBlocks, elements / type.blockSize() - block);
            BlockFormat.copy(tensor.data(), (long) block * type.blockBytes(), bytes, blocks * type.blockBytes());
            format.decode(bytes, 0, out, block * type.blockSize(), blocks);
        }
        return out;
    }

    private static int checkedElements(GgufTensor tensor) throws ModelLoadException {
        long elements = tensor.elements();
        if (elements > Integer.MAX_VALUE - 8) {
            throw new ModelLoadException("tensor " + tensor.name(), "fewer than 2^31 elements", elements + " elements");
        }
        if (tensor.columns() % tensor.type().blockSize() != 0) {
            throw new ModelLoadException(
                    "tensor " + tensor.name(),
                    "rows of whole blocks of " + tensor.type().blockSize(),
                    "rows of " + tensor.columns());
        }
        return (int) elements;
    }
}
