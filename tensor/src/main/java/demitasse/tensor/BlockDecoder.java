package demitasse.tensor;

/** How one block type is decoded; has no state. */
@FunctionalInterface
interface BlockDecoder {
    /**
     * Decodes whole blocks, with the same float operations in the same order as ggml's dequantize_row functions.
     *
     * @param at offset of the first block, in bytes
     * @param to index of the first weight
     */
    void decode(byte[] in, int at, float[] out, int to, int blocks);
}
