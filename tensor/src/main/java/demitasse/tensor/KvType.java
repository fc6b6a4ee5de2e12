package demitasse.tensor;

/** What keys and values are kept as. */
public enum KvType {
    /** Exact; the reference. */
    F32,
    /** Half the memory, a relative error of at most 2^-11 a value; values beyond 65504 are cut to it. */
    F16,
    /**
     * A good quarter of the memory: 8 bits, with a scale in half precision for each 32 neighbouring elements of a head
     * at one position, as in ggml's q8_0.
     */
    Q8_0
}
