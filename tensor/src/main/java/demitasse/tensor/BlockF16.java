package demitasse.tensor;

/**
 * F16: IEEE 754 half precision, 16 bits a weight. Source: ggml.h.
 */
final class BlockF16 implements BlockFormat {
    @Override
    public void decode(byte[] in, int at, float[] out, int to, int blocks) {
        for (int i = 0; i < blocks; i++) {
            out[to + i] = Bytes.f16(in, at + 2 * i);
        }
    }

    @Override
    public void encode(float[] in, int from, byte[] out, int to, int blocks) {
        for (int i = 0; i < blocks; i++) {
            Bytes.putF16(out, to + 2 * i, in[from + i]);
        }
    }
}
