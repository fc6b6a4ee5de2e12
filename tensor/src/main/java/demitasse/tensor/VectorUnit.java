package demitasse.tensor;

import jdk.incubator.vector.FloatVector;

/** What this machine's vector unit is like, for reports: only this module may ask the Vector API. */
public final class VectorUnit {
    private VectorUnit() {}

    /** Bits of the widest vector that the kernels use by preference: 512 with AVX-512, 256 with AVX2, 128 with NEON. */
    public static int bits() {
        return FloatVector.SPECIES_PREFERRED.vectorBitSize();
    }
}
