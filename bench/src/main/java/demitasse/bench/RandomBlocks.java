package demitasse.bench;

import demitasse.gguf.GgmlType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

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
            GgmlType.Q2_K,
            GgmlType.Q3_K,
            GgmlType.Q4_K,
            GgmlType.Q5_K,
            GgmlType.Q6_K,
            GgmlType.IQ4_NL,
            GgmlType.IQ4_XS);

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

    private static final int Q2_SUBS = 16;
    private static final int Q2_D_OFFSET = 80;
    private static final int Q2_SCALE_LOW = 4;
    private static final int Q2_SCALE_HIGH = 15;

    private static final int Q3_SUBS = 16;
    private static final int Q3_SCALE_OFFSET = 96;
    private static final int Q3_HIGH_OFFSET = 104;
    private static final int Q3_D_OFFSET = 108;
    private static final int Q3_SCALE_LOW = 16;
    private static final int Q3_SCALE_HIGH = 31;
    /** Root mean square of quants from -4 to 3. */
    private static final double Q3_QUANT = Math.sqrt(44.0 / 8);

    /** Root mean square of IQ4_NL's sixteen levels. */
    private static final double IQ4_LEVEL = 67.44;

    private static final int IQ4_SUBS = 8;
    private static final int IQ4_HIGH_OFFSET = 2;
    private static final int IQ4_SCALE_OFFSET = 4;
    private static final int IQ4_SCALE_LOW = 1;
    /** Small, so that d is a normal f16. */
    private static final int IQ4_SCALE_HIGH = 4;

    /** What 6-bit scales with a sign are stored above. */
    private static final int SCALE_ZERO = 32;

    private final SplittableRandom random;

    RandomBlocks(long seed) {
        random = new SplittableRandom(seed);
    }

    static boolean supports(GgmlType type) {
        return SUPPORTED.contains(type);
    }

    /** The types that there are, for messages. */
    static String names() {
        return SUPPORTED.stream().map(GgmlType::name).collect(Collectors.joining(", "));
    }

    static Set<GgmlType> types() {
        return Collections.unmodifiableSet(SUPPORTED);
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
            case Q2_K -> q2(b, at);
            case Q3_K -> q3(b, at);
            case IQ4_NL -> f16(b, at, random.nextBoolean() ? DEVIATION / IQ4_LEVEL : -DEVIATION / IQ4_LEVEL);
            case IQ4_XS -> iq4xs(b, at);
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
            case Q2_K -> 4;
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

    /** Scale and minimum of a sub-block are the same nibble, and dmin is d times the quants' mean. */
    private void q2(ByteBuffer b, int at) {
        for (int i = 0; i < Q2_SUBS; i++) {
            int scale = random.nextInt(Q2_SCALE_LOW, Q2_SCALE_HIGH + 1);
            b.put(at + i, (byte) (scale | scale << 4));
        }
        double d = DEVIATION / deviation(GgmlType.Q2_K) / rootMeanSquare(Q2_SCALE_LOW, Q2_SCALE_HIGH);
        scaleAndMinimum(b, at + Q2_D_OFFSET, d, centre(GgmlType.Q2_K));
    }

    private void q3(ByteBuffer b, int at) {
        byte[] low = new byte[Q3_SUBS / 2];
        byte[] high = new byte[Q3_SUBS / 4];
        for (int i = 0; i < Q3_SUBS; i++) {
            int bits = signedScale(Q3_SCALE_LOW, Q3_SCALE_HIGH);
            low[i % 8] |= (byte) ((bits & 15) << 4 * (i / 8));
            high[i % 4] |= (byte) (bits >> 4 << 2 * (i / 4));
        }
        b.put(at + Q3_SCALE_OFFSET, low).put(at + Q3_HIGH_OFFSET, high);
        f16(b, at + Q3_D_OFFSET, DEVIATION / Q3_QUANT / rootMeanSquare(Q3_SCALE_LOW, Q3_SCALE_HIGH));
    }

    private void iq4xs(ByteBuffer b, int at) {
        byte[] low = new byte[IQ4_SUBS / 2];
        int high = 0;
        for (int i = 0; i < IQ4_SUBS; i++) {
            int bits = signedScale(IQ4_SCALE_LOW, IQ4_SCALE_HIGH);
            low[i / 2] |= (byte) ((bits & 15) << 4 * (i % 2));
            high |= bits >> 4 << 2 * i;
        }
        f16(b, at, DEVIATION / IQ4_LEVEL / rootMeanSquare(IQ4_SCALE_LOW, IQ4_SCALE_HIGH));
        b.putShort(at + IQ4_HIGH_OFFSET, (short) high).put(at + IQ4_SCALE_OFFSET, low);
    }

    /** Six bits: plus or minus {@code low} to {@code high}, stored above 32. */
    private int signedScale(int low, int high) {
        int scale = random.nextInt(low, high + 1);
        return SCALE_ZERO + (random.nextBoolean() ? scale : -scale);
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
