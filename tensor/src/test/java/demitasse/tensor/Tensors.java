package demitasse.tensor;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufTensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** Makes tensors and numbers for tests. */
final class Tensors {
    private Tensors() {}

    static GgufTensor of(GgmlType type, byte[] bytes, long... shape) {
        return new GgufTensor(
                "test", type, shape, 0, MemorySegment.ofArray(bytes).asReadOnly());
    }

    /** A matrix of random weights of about unit size, encoded simply; for F32, F16, BF16, Q8_0. */
    static GgufTensor random(GgmlType type, int rows, int columns, Random random) {
        ByteBuffer bytes =
                ByteBuffer.allocate((int) type.bytesFor((long) rows * columns)).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            switch (type) {
                case F32 -> bytes.putFloat((float) random.nextGaussian());
                case F16 -> bytes.putShort(Float.floatToFloat16((float) random.nextGaussian()));
                case BF16 -> bytes.putShort((short) (Float.floatToRawIntBits((float) random.nextGaussian()) >>> 16));
                case Q8_0 -> {
                    bytes.putShort(Float.floatToFloat16(random.nextFloat() / 64));
                    byte[] quants = new byte[32];
                    random.nextBytes(quants);
                    bytes.put(quants);
                }
                default -> throw new IllegalArgumentException(type.name());
            }
        }
        return of(type, bytes.array(), columns, rows);
    }

    static float[] gaussian(int n, Random random) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }

    static Activations activations(int columns, int tokens, Random random) {
        Activations x = new Activations(columns, tokens);
        System.arraycopy(gaussian(columns * tokens, random), 0, x.values(), 0, columns * tokens);
        x.ready(tokens);
        return x;
    }

    /** What the values become in 8 bits: one scale for 32. */
    static float[] rounded(Activations x) {
        float[] values = Arrays.copyOf(x.values(), x.tokens() * x.columns());
        for (int block = 0; block < values.length; block += PanelFormat.SUB) {
            float largest = 0;
            for (int i = 0; i < PanelFormat.SUB; i++) {
                largest = Math.max(largest, Math.abs(values[block + i]));
            }
            float d = largest / 127;
            for (int i = 0; i < PanelFormat.SUB && d > 0; i++) {
                values[block + i] = d * (float) Math.rint(values[block + i] * (1 / d));
            }
        }
        return values;
    }
}
