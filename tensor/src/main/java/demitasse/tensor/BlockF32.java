package demitasse.tensor;

/**
 * F32: 32 bits a weight, little-endian. Source: ggml.h.
 */
final class BlockF32 implements BlockFormat {
    @Override
    public void decode(byte[] in, int at, float[] out, int to, int blocks) {
        for (int i = 0; i < blocks; i++) {
            out[to + i] = Bytes.f32(in, at + 4 * i);
        }
    }

    @Override
    public void encode(float[] in, int from, byte[] out, int to, int blocks) {
        for (int i = 0; i < blocks; i++) {
            Bytes.putI32(out, to + 4 * i, Float.floatToRawIntBits(in[from + i]));
        }
    }
}
