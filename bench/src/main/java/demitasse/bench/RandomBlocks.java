package demitasse.bench;

import demitasse.gguf.GgmlType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Random blocks whose weights have mean 0 and a standard deviation like a trained model's, so that activations stay
 * finite through all layers. Quants are uniform; scales are set to fit. Layouts: ggml-common.h.
 */
final class RandomBlocks {
    /** About that of Phi-3's matrices. */
    static final double DEVIATION = 0.02;

    private static final Set<GgmlType> SUPPORTED = EnumSet.of(
            GgmlType.F32,
            GgmlType.F16,
            GgmlType.BF16,
            GgmlType.Q4_0,
            GgmlType.Q4_1,
            GgmlType.Q5_0,
            GgmlType.Q5_1,
            GgmlType.Q8_0,
            GgmlType.Q4_K,
            GgmlType.Q5_K,
            GgmlType.Q6_K);

    private static final int CHUNK_BYTES = 1 << 18;
    private static final int K_SCALES = 8;
    private static final int K_SCALE_OFFSET = 4;
    /** Integer scales are drawn from 16..63 (4- and 5-bit) and from ±(4..15) (6-bit, so that d is a normal f16). */
    private static final int K_SCALE_LOW = 16;

    private static final int K_SCALE_HIGH = 63;
    private static final int Q6_SCALES = 16;
    private static final int Q6_SCALE_OFFSET = 192;
    private static final int Q6_D_OFFSET = 208;
    private static final int Q6_SCALE_LOW = 4;
    private static final int Q6_SCALE_HIGH = 15;

    private final SplittableRandom random;

    RandomBlocks(long seed) {
        random = new SplittableRandom(seed);
    }

    static boolean supports(GgmlType type) {
        return SUPPORTED.contains(type);
    }

    /** Writes {@code bytes} of whole blocks. */
    void write(GgmlType type, long bytes, OutputStream out) throws IOException {
        int blocks = CHUNK_BYTES / type.blockBytes();
        ByteBuffer chunk = ByteBuffer.allocate(blocks * type.blockBytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (long left = bytes; left > 0; left -= chunk.capacity()) {
            int n = (int) Math.min(left, chunk.capacity());
            random.nextBytes(chunk.array());
            for (int at = 0; at < n; at += type.blockBytes()) {
                shape(type, chunk, at);
            }
            out.write(chunk.array(), 0, n);
        }
    }

    /** Norm weights: near 1. */
    void writeNorm(long bytes, OutputStream out) throws IOException {
        ByteBuffer values = ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
        while (values.hasRemaining()) {
            values.putFloat((float) random.nextDouble(0.9, 1.1));
        }
        out.write(values.array());
    }

    private void shape(GgmlType type, ByteBuffer b, int at) {
        switch (type) {
            case F32 -> b.putFloat(at, (float) uniform());
            case F16 -> b.putShort(at, Float.floatToFloat16((float) uniform()));
            case BF16 -> b.putShort(at, (short) (Float.floatToRawIntBits((float) uniform()) >> 16));
            case Q4_0, Q5_0, Q8_0 -> f16(b, at, DEVIATION / deviation(type));
            case Q4_1, Q5_1 -> scaleAndMinimum(b, at, DEVIATION / deviation(type), -centre(type));
            case Q4_K, Q5_K -> {
                double d = DEVIATION / deviation(type) / rootMeanSquare(K_SCALE_LOW, K_SCALE_HIGH);
                scaleAndMinimum(b, at, d, centre(type));
                kScales(b, at + K_SCALE_OFFSET);
            }
            case Q6_K -> {
                for (int i = 0; i < Q6_SCALES; i++) {
                    int scale = random.nextInt(Q6_SCALE_LOW, Q6_SCALE_HIGH + 1);
                    b.put(at + Q6_SCALE_OFFSET + i, (byte) (random.nextBoolean() ? scale : -scale));
                }
                f16(b, at + Q6_D_OFFSET, DEVIATION / deviation(type) / rootMeanSquare(Q6_SCALE_LOW, Q6_SCALE_HIGH));
            }
            default -> throw new IllegalArgumentException("no random blocks of " + type);
        }
    }

    /** Uniform with the wanted deviation. */
    private double uniform() {
        double most = DEVIATION * Math.sqrt(3);
        return random.nextDouble(-most, most);
    }

    private static int levels(GgmlType type) {
        return switch (type) {
            case Q4_0, Q4_1, Q4_K -> 16;
            case Q5_0, Q5_1, Q5_K -> 32;
            case Q6_K -> 64;
            case Q8_0 -> 256;
            default -> throw new IllegalArgumentException(type.name());
        };
    }

    /** Standard deviation of uniform quants. */
    private static double deviation(GgmlType type) {
        double levels = levels(type);
        return Math.sqrt((levels * levels - 1) / 12);
    }

    private static double centre(GgmlType type) {
        return (levels(type) - 1) / 2.0;
    }

    private static double rootMeanSquare(int low, int high) {
        double sum = 0;
        for (int i = low; i <= high; i++) {
            sum += i * i;
        }
        return Math.sqrt(sum / (high - low + 1));
    }

    private void f16(ByteBuffer b, int at, double value) {
        b.putShort(at, Float.floatToFloat16((float) (value * random.nextDouble(0.8, 1.2))));
    }

    private void scaleAndMinimum(ByteBuffer b, int at, double d, double minimumInScales) {
        float scale = Float.float16ToFloat(Float.floatToFloat16((float) (d * random.nextDouble(0.8, 1.2))));
        b.putShort(at, Float.floatToFloat16(scale));
        b.putShort(at + 2, Float.floatToFloat16((float) (scale * minimumInScales)));
    }

    /** Eight 6-bit scales, each with a minimum of the same integer, so that every sub-block has mean 0. */
    private void kScales(ByteBuffer b, int at) {
        int[] s = new int[K_SCALES];
        for (int i = 0; i < K_SCALES; i++) {
            s[i] = random.nextInt(K_SCALE_LOW, K_SCALE_HIGH + 1);
        }
        for (int i = 0; i < 4; i++) {
            int high = s[i + 4] >> 4;
            b.put(at + i, (byte) (s[i] | high << 6));
            b.put(at + 4 + i, (byte) (s[i] | high << 6));
            b.put(at + 8 + i, (byte) (s[i + 4] & 15 | (s[i + 4] & 15) << 4));
        }
    }
}
