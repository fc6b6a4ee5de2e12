package demitasse.phi3;

import demitasse.tensor.KvType;

/** What keys and values are kept as: memory against exactness; docs/BENCHMARKS.md has the figures of each. */
public enum CacheType {
    /** Four bytes an element; exact. */
    F32(KvType.F32),
    /** Two bytes. */
    F16(KvType.F16),
    /** A good byte: 8 bits, and a scale for each 32 elements. */
    Q8_0(KvType.Q8_0);

    private final KvType type;

    CacheType(KvType type) {
        this.type = type;
    }

    KvType type() {
        return type;
    }
}
