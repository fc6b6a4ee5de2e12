package demitasse.tensor;

/**
 * BF16: the upper 16 bits of an F32, 16 bits a weight. Source: ggml.h.
 */
final class BlockBF16 implements BlockFormat {
    @Override
    public void decode(byte[] in, int at, float[] out, int to, int blocks) {
        for (int i = 0; i < blocks; i++) {
            out[to + i] = Float.intBitsToFloat(Bytes.u16(in, at + 2 * i) << 16);
        }
    }
}
