package demitasse.tensor;

/** What keys and values are kept as. */
public enum KvType {
    /** Exact; the reference. */
    F32,
    /** Half the memory, a relative error of at most 2^-11 a value; values beyond 65504 are cut to it. */
    F16
}
