package demitasse.tensor;

/**
 * BF16: the upper 16 bits of an F32, 16 bits a weight. Source: ggml.h.
 */
final class BlockBF16 implements BlockFormat {
    private static final int ALMOST_HALF = 0x7fff;

    @Override
    public void decode(byte[] in, int at, float[] out, int to, int blocks) {
        for (int i = 0; i < blocks; i++) {
            out[to + i] = Float.intBitsToFloat(Bytes.u16(in, at + 2 * i) << 16);
        }
    }

    /** Ties to even. Not for NaN, which quantisation refuses. */
    @Override
    public void encode(float[] in, int from, byte[] out, int to, int blocks) {
        for (int i = 0; i < blocks; i++) {
            int bits = Float.floatToRawIntBits(in[from + i]);
            Bytes.putU16(out, to + 2 * i, bits + ALMOST_HALF + (bits >>> 16 & 1) >>> 16);
        }
    }
}
