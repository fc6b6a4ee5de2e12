package demitasse.tensor;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.B2S;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loops of {@link LevelMatrix}, which has their layout. Levels are looked up in registers, as bytes, and become
 * shorts; with vectors of 128 bits, or without any, by plain Java. All give the same bits: sums over 32 columns are exact
 * integers, in floats too, and the rest is done in the same order.
 *
 * <p>Bit budget: two products of a level and an activation fill 16 bits (2 x 127 x 127 = 32258). So the sum of such pairs
 * is kept modulo 2^16, and beside it the sum of their upper bytes, which tells what was lost: a pair is 256 times its upper
 * byte and 0 to 255 more. In a sub-block a lane has 8 pairs, and a row two lanes: 16 x 255 = 4080 more at most, upper bytes
 * -2032 at least.
 */
final class LevelKernels {
    private static final VectorSpecies<Short> S = VectorUnit.SHORTS;
    private static final VectorSpecies<Integer> I = VectorUnit.INTS;
    private static final VectorSpecies<Float> F = VectorUnit.FLOATS;
    private static final int LANES = I.length();

    /** Bytes that become a vector of shorts; there is no species shorter than 64 bits, but then {@link #VECTORS} is false. */
    private static final VectorSpecies<Byte> B =
            VectorUnit.BYTES.withShape(VectorShape.forBitSize(Math.max(64, LANES * Short.SIZE)));

    /** Bytes, one a lane; likewise. */
    private static final VectorSpecies<Byte> ROW_BYTES =
            VectorUnit.BYTES.withShape(VectorShape.forBitSize(Math.max(64, LANES * Byte.SIZE)));

    private static final int BYTES = B.length();
    private static final int LEVELS = 16;

    /** A vector of bytes holds the levels. */
    private static final boolean VECTORS = Kernels.BEST instanceof VectorKernels && B.length() >= LEVELS;

    private static final int PANEL = LevelMatrix.PANEL;
    private static final int SUB = LevelMatrix.SUB;
    private static final int SUB_BYTES = LevelMatrix.SUB_BYTES;
    private static final int LINE = LevelMatrix.LINE;
    private static final int LINES = LevelMatrix.LINES;
    private static final int XS = PanelInput.SCALES;
    private static final int LOW_HALF = 0xffff;

    /** The sign of the lower short of an int; where it is turned over, that short is 2^15 more and not negative. */
    private static final int SIGN = 0x8000;

    /** Takes that back for a sub-block. */
    private static final int BIAS = -SIGN * LINES;

    /** The levels; where a vector has more bytes, twice, so that it does not matter which bit stands above an index. */
    private static final byte[] TABLE = table();

    private LevelKernels() {}

    private static byte[] table() {
        byte[] bytes = new byte[Math.max(LEVELS, B.length())];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = BlockIQ4_NL.LEVELS[i % LEVELS];
        }
        return bytes;
    }

    /**
     * A panel times one token: {@code sums[row] += sum over sub-blocks of scale (sum of level x)}.
     *
     * @param scales [sub-block][PANEL]
     * @param x pairs of activations
     * @param xs their scales, {@link PanelInput#SCALES} apart
     * @param tile scratch for [32][PANEL]
     */
    static void multiplyOne(
            byte[] q, int at, float[] scales, int subs, int[] x, float[] xs, float[] sums, float[] tile) {
        if (VECTORS) {
            vectors(q, at, scales, subs, x, xs, sums);
            return;
        }
        float[] part = new float[PANEL];
        for (int sub = 0; sub < subs; sub++) {
            widen(q, at + sub * SUB_BYTES, tile);
            Arrays.fill(part, 0);
            for (int k = 0; k < SUB; k++) {
                float y = (short) (x[(sub * SUB + k) / 2] >> Short.SIZE * (k % 2));
                for (int row = 0; row < PANEL; row++) {
                    part[row] = Math.fma(tile[k * PANEL + row], y, part[row]);
                }
            }
            addScaled(part, 0, scales, sub * PANEL, xs[sub * XS], sums, 0);
        }
    }

    /** Four vectors of rows: four sums, with all else that an inner loop needs, fit sixteen registers. */
    private static void vectors(byte[] q, int at, float[] scales, int subs, int[] x, float[] xs, float[] sums) {
        ByteVector levels = ByteVector.fromArray(B, TABLE, 0);
        int xAt = 0;
        int scale = 0;
        ByteVector v;
        IntVector i;
        for (int sub = 0; sub < subs; sub++) {
            IntVector a0 = IntVector.broadcast(I, BIAS);
            IntVector a1 = IntVector.broadcast(I, BIAS);
            IntVector a2 = IntVector.broadcast(I, BIAS);
            IntVector a3 = IntVector.broadcast(I, BIAS);
            for (int line = 0; line < LINES; line++) {
                ShortVector y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                ShortVector z = IntVector.broadcast(I, x[xAt + LINES]).reinterpretAsShorts();
                v = ByteVector.fromArray(B, q, at);
                i = ((ShortVector) v.reinterpretAsInts()
                                .lanewise(LSHR, 4)
                                .reinterpretAsBytes()
                                .selectFrom(levels)
                                .convertShape(B2S, S, 0))
                        .mul(z)
                        .add(((ShortVector) v.selectFrom(levels).convertShape(B2S, S, 0)).mul(y))
                        .reinterpretAsInts();
                i = i.lanewise(XOR, SIGN);
                a0 = a0.add(i.lanewise(ASHR, Short.SIZE)).add(i.and(LOW_HALF));
                v = ByteVector.fromArray(B, q, at + BYTES);
                i = ((ShortVector) v.reinterpretAsInts()
                                .lanewise(LSHR, 4)
                                .reinterpretAsBytes()
                                .selectFrom(levels)
                                .convertShape(B2S, S, 0))
                        .mul(z)
                        .add(((ShortVector) v.selectFrom(levels).convertShape(B2S, S, 0)).mul(y))
                        .reinterpretAsInts();
                i = i.lanewise(XOR, SIGN);
                a1 = a1.add(i.lanewise(ASHR, Short.SIZE)).add(i.and(LOW_HALF));
                v = ByteVector.fromArray(B, q, at + 2 * BYTES);
                i = ((ShortVector) v.reinterpretAsInts()
                                .lanewise(LSHR, 4)
                                .reinterpretAsBytes()
                                .selectFrom(levels)
                                .convertShape(B2S, S, 0))
                        .mul(z)
                        .add(((ShortVector) v.selectFrom(levels).convertShape(B2S, S, 0)).mul(y))
                        .reinterpretAsInts();
                i = i.lanewise(XOR, SIGN);
                a2 = a2.add(i.lanewise(ASHR, Short.SIZE)).add(i.and(LOW_HALF));
                v = ByteVector.fromArray(B, q, at + 3 * BYTES);
                i = ((ShortVector) v.reinterpretAsInts()
                                .lanewise(LSHR, 4)
                                .reinterpretAsBytes()
                                .selectFrom(levels)
                                .convertShape(B2S, S, 0))
                        .mul(z)
                        .add(((ShortVector) v.selectFrom(levels).convertShape(B2S, S, 0)).mul(y))
                        .reinterpretAsInts();
                i = i.lanewise(XOR, SIGN);
                a3 = a3.add(i.lanewise(ASHR, Short.SIZE)).add(i.and(LOW_HALF));
                at += LINE;
                xAt++;
            }
            FloatVector k = FloatVector.broadcast(F, xs[sub * XS]);
            ((FloatVector) a0.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(FloatVector.fromArray(F, scales, scale), FloatVector.fromArray(F, sums, 0))
                    .intoArray(sums, 0);
            ((FloatVector) a1.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(FloatVector.fromArray(F, scales, scale + LANES), FloatVector.fromArray(F, sums, LANES))
                    .intoArray(sums, LANES);
            ((FloatVector) a2.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(FloatVector.fromArray(F, scales, scale + 2 * LANES), FloatVector.fromArray(F, sums, 2 * LANES))
                    .intoArray(sums, 2 * LANES);
            ((FloatVector) a3.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(FloatVector.fromArray(F, scales, scale + 3 * LANES), FloatVector.fromArray(F, sums, 3 * LANES))
                    .intoArray(sums, 3 * LANES);
            xAt += LINES;
            scale += PANEL;
        }
    }

    /** The levels of a sub-block: {@code out[column][PANEL]}. */
    static void widen(byte[] q, int at, float[] out) {
        if (!VECTORS) {
            for (int i = 0; i < SUB * PANEL; i++) {
                out[i] = BlockIQ4_NL.LEVELS[LevelMatrix.index(q, at, i % PANEL, i / PANEL)];
            }
            return;
        }
        ByteVector levels = ByteVector.fromArray(B, TABLE, 0);
        for (int row = 0; row < PANEL; row += LANES) {
            int from = at + 2 * row;
            int to = row;
            for (int line = 0; line < LINES; line++) {
                ByteVector v = ByteVector.fromArray(B, q, from);
                IntVector i = ((ShortVector) v.selectFrom(levels).convertShape(B2S, S, 0)).reinterpretAsInts();
                ((FloatVector) i.lanewise(LSHL, Short.SIZE)
                                .lanewise(ASHR, Short.SIZE)
                                .convertShape(I2F, F, 0))
                        .intoArray(out, to);
                ((FloatVector) i.lanewise(ASHR, Short.SIZE).convertShape(I2F, F, 0)).intoArray(out, to + PANEL);
                v = v.reinterpretAsInts().lanewise(LSHR, 4).reinterpretAsBytes();
                i = ((ShortVector) v.selectFrom(levels).convertShape(B2S, S, 0)).reinterpretAsInts();
                ((FloatVector) i.lanewise(LSHL, Short.SIZE)
                                .lanewise(ASHR, Short.SIZE)
                                .convertShape(I2F, F, 0))
                        .intoArray(out, to + SUB / 2 * PANEL);
                ((FloatVector) i.lanewise(ASHR, Short.SIZE).convertShape(I2F, F, 0))
                        .intoArray(out, to + (SUB / 2 + 1) * PANEL);
                from += LINE;
                to += 2 * PANEL;
            }
        }
    }

    /** The scales of so many sub-blocks: {@code out[j][row] = out[0][row] in[j][row]}. */
    static void scales(byte[] in, int from, int count, float[] out, int to) {
        if (!VECTORS) {
            // The first run is the factor of the others, so it comes last.
            for (int i = count * PANEL - 1; i >= 0; i--) {
                out[to + i] = out[to + i % PANEL] * in[from + i];
            }
            return;
        }
        for (int row = 0; row < PANEL; row += LANES) {
            FloatVector d = FloatVector.fromArray(F, out, to + row);
            for (int i = row; i < count * PANEL; i += PANEL) {
                ((FloatVector) ByteVector.fromArray(ROW_BYTES, in, from + i)
                                .convertShape(B2I, I, 0)
                                .convertShape(I2F, F, 0))
                        .mul(d)
                        .intoArray(out, to + i);
            }
        }
    }

    /** {@code sums[row] += part[row] x scales[row]}, the last two fused. */
    static void addScaled(float[] part, int partAt, float[] scales, int scale, float x, float[] sums, int at) {
        if (!VECTORS) {
            for (int i = 0; i < PANEL; i++) {
                sums[at + i] = Math.fma(part[partAt + i] * x, scales[scale + i], sums[at + i]);
            }
            return;
        }
        for (int i = 0; i < PANEL; i += LANES) {
            FloatVector.fromArray(F, part, partAt + i)
                    .mul(x)
                    .fma(FloatVector.fromArray(F, scales, scale + i), FloatVector.fromArray(F, sums, at + i))
                    .intoArray(sums, at + i);
        }
    }
}
