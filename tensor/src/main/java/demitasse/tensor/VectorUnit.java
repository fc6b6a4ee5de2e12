package demitasse.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** What this machine's vector unit is like, for reports and for the kernels: only this module may ask the Vector API. */
public final class VectorUnit {
    /**
     * Bits of the kernels' vectors in place of those that the machine likes best. For tests: where the machine has none so
     * wide, the Vector API computes them lane by lane, very slowly.
     */
    private static final String BITS = "demitasse.vector.bits";

    private static final VectorShape SHAPE =
            VectorShape.forBitSize(Integer.getInteger(BITS, FloatVector.SPECIES_PREFERRED.vectorBitSize()));

    static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
    static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);
    static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, SHAPE);
    static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, SHAPE);

    private VectorUnit() {}

    /** Bits of the widest vector that the kernels use by preference: 512 with AVX-512, 256 with AVX2, 128 with NEON. */
    public static int bits() {
        return SHAPE.vectorBitSize();
    }
}
