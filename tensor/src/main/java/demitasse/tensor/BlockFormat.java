package demitasse.tensor;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumMap;
import java.util.Map;

/** How one block type is decoded and encoded. Sizes are {@link GgmlType}'s; implementations have no state. */
interface BlockFormat {
    /** All types that can be decoded. */
    Map<GgmlType, BlockFormat> ALL = table();

    /**
     * Decodes whole blocks, with the same float operations in the same order as ggml's dequantize_row functions.
     *
     * @param at offset of the first block, in bytes
     * @param to index of the first weight
     */
    void decode(byte[] in, int at, float[] out, int to, int blocks);

    /**
     * Encodes whole blocks to the bytes that ggml_quantize_chunk gives without an importance matrix: the same float
     * operations in the same order, for a near tie decides which level a weight gets.
     *
     * @param from index of the first weight
     * @param to offset of the first block, in bytes; every byte of the blocks is written
     */
    void encode(float[] in, int from, byte[] out, int to, int blocks);

    /**
     * Encodes one whole row to the bytes that ggml_quantize_chunk gives with an importance matrix; types with nothing
     * to choose ignore it.
     *
     * @param blocks of the row
     */
    default void encode(float[] in, int from, byte[] out, int to, int blocks, Importance importance) {
        encode(in, from, out, to, blocks);
    }

    /** The format of a tensor's type. */
    static BlockFormat of(GgufTensor tensor) throws ModelLoadException {
        BlockFormat format = ALL.get(tensor.type());
        if (format == null) {
            throw new ModelLoadException(
                    "tensor " + tensor.name(),
                    "one of the types " + ALL.keySet(),
                    tensor.type().name());
        }
        return format;
    }

    /**
     * Copies bytes of a tensor to the heap, where decoding is faster than on a segment.
     *
     * @param offset from the tensor's start, in bytes
     */
    static void copy(MemorySegment data, long offset, byte[] out, int bytes) {
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, offset, out, 0, bytes);
    }

    private static Map<GgmlType, BlockFormat> table() {
        Map<GgmlType, BlockFormat> table = new EnumMap<>(GgmlType.class);
        table.put(GgmlType.F32, new BlockF32());
        table.put(GgmlType.F16, new BlockF16());
        table.put(GgmlType.BF16, new BlockBF16());
        table.put(GgmlType.Q4_0, new BlockQ4_0());
        table.put(GgmlType.Q4_1, new BlockQ4_1());
        table.put(GgmlType.Q5_0, new BlockQ5_0());
        table.put(GgmlType.Q5_1, new BlockQ5_1());
        table.put(GgmlType.Q8_0, new BlockQ8_0());
        table.put(GgmlType.Q2_K, new BlockQ2_K());
        table.put(GgmlType.Q3_K, new BlockQ3_K());
        table.put(GgmlType.Q4_K, new BlockQ4_K());
        table.put(GgmlType.Q5_K, new BlockQ5_K());
        table.put(GgmlType.Q6_K, new BlockQ6_K());
        table.put(GgmlType.IQ4_NL, new BlockIQ4_NL());
        table.put(GgmlType.IQ4_XS, new BlockIQ4_XS());
        return table;
    }
}
