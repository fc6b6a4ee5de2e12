package demitasse.tensor;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.B2S;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

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

    private static final int LEVELS = 16;

    /** A vector of bytes holds the levels. */
    private static final boolean VECTORS = Kernels.BEST instanceof VectorKernels && B.length() >= LEVELS;

    private static final int PANEL = LevelMatrix.PANEL;
    private static final int SUB = LevelMatrix.SUB;
    private static final int SUB_BYTES = LevelMatrix.SUB_BYTES;
    private static final int LINE = LevelMatrix.LINE;
    private static final int LINES = LevelMatrix.LINES;
    private static final int XS = PanelInput.SCALES;

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
     * Some sub-blocks of a panel times one token: {@code sums[row] += sum over sub-blocks of scale (sum of level x)}.
     *
     * @param scales [sub-block][32]
     * @param x pairs of activations, {@code xStep} apart
     * @param xs their scales, {@link PanelInput#SCALES} x {@code xStep} apart
     * @param tile scratch for [32][32]
     */
    static void multiplyOne(
            byte[] q,
            int at,
            float[] scales,
            int scale,
            int subs,
            int[] x,
            int xAt,
            int xStep,
            float[] xs,
            int xsAt,
            float[] sums,
            int sumsAt,
            float[] tile) {
        if (!VECTORS) {
            plain(q, at, scales, scale, subs, x, xAt, xStep, xs, xsAt, sums, sumsAt, tile);
            return;
        }
        for (int row = 0; row < PANEL; row += 2 * LANES) {
            int other = row + LANES;
            int q0 = at + LevelMatrix.rowAt(row);
            int q1 = at + LevelMatrix.rowAt(other);
            vectors(q, q0, q1, scales, scale + row, subs, x, xAt, xStep, xs, xsAt, sums, sumsAt + row);
        }
    }

    private static void plain(
            byte[] q,
            int at,
            float[] scales,
            int scale,
            int subs,
            int[] x,
            int xAt,
            int xStep,
            float[] xs,
            int xsAt,
            float[] sums,
            int sumsAt,
            float[] tile) {
        float[] part = new float[PANEL];
        for (int sub = 0; sub < subs; sub++) {
            widen(q, at + sub * SUB_BYTES, tile);
            Arrays.fill(part, 0);
            for (int k = 0; k < SUB; k++) {
                float y = (short) (x[xAt + (sub * SUB + k) / 2 * xStep] >> Short.SIZE * (k % 2));
                for (int row = 0; row < PANEL; row++) {
                    part[row] = Math.fma(tile[k * PANEL + row], y, part[row]);
                }
            }
            addScaled(part, 0, scales, scale + sub * PANEL, xs[xsAt + sub * XS * xStep], sums, sumsAt);
        }
    }

    /** Two vectors of rows. */
    private static void vectors(
            byte[] q,
            int q0,
            int q1,
            float[] scales,
            int scale,
            int subs,
            int[] x,
            int xAt,
            int xStep,
            float[] xs,
            int xsAt,
            float[] sums,
            int sumsAt) {
        ByteVector levels = ByteVector.fromArray(B, TABLE, 0);
        FloatVector s = FloatVector.fromArray(F, sums, sumsAt);
        FloatVector t = FloatVector.fromArray(F, sums, sumsAt + LANES);
        int upper = LINES * xStep;
        for (int sub = 0; sub < subs; sub++) {
            ShortVector a = ShortVector.zero(S);
            ShortVector b = ShortVector.zero(S);
            ShortVector c = ShortVector.zero(S);
            ShortVector d = ShortVector.zero(S);
            for (int line = 0; line < LINES; line++) {
                ByteVector v = ByteVector.fromArray(B, q, q0);
                ByteVector w = ByteVector.fromArray(B, q, q1);
                ShortVector y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                ShortVector z = IntVector.broadcast(I, x[xAt + upper]).reinterpretAsShorts();
                ShortVector p = ((ShortVector) v.selectFrom(levels).convertShape(B2S, S, 0)).mul(y);
                ShortVector r = ((ShortVector) w.selectFrom(levels).convertShape(B2S, S, 0)).mul(y);
                v = v.reinterpretAsInts().lanewise(LSHR, 4).reinterpretAsBytes();
                w = w.reinterpretAsInts().lanewise(LSHR, 4).reinterpretAsBytes();
                p = p.add(((ShortVector) v.selectFrom(levels).convertShape(B2S, S, 0)).mul(z));
                r = r.add(((ShortVector) w.selectFrom(levels).convertShape(B2S, S, 0)).mul(z));
                a = a.add(p);
                b = b.add(r);
                c = c.add(p.lanewise(ASHR, Byte.SIZE));
                d = d.add(r.lanewise(ASHR, Byte.SIZE));
                q0 += LINE;
                q1 += LINE;
                xAt += xStep;
            }
            FloatVector k = FloatVector.broadcast(F, xs[xsAt]);
            IntVector low = a.reinterpretAsInts();
            IntVector high = c.reinterpretAsInts();
            low = low.add(low.lanewise(LSHL, Short.SIZE));
            high = high.add(high.lanewise(LSHL, Short.SIZE)).lanewise(ASHR, Short.SIZE);
            low = low.sub(high.lanewise(LSHL, Short.SIZE + Byte.SIZE)).lanewise(LSHR, Short.SIZE);
            low = low.add(high.lanewise(LSHL, Byte.SIZE));
            s = ((FloatVector) low.convertShape(I2F, F, 0)).mul(k).fma(FloatVector.fromArray(F, scales, scale), s);
            low = b.reinterpretAsInts();
            high = d.reinterpretAsInts();
            low = low.add(low.lanewise(LSHL, Short.SIZE));
            high = high.add(high.lanewise(LSHL, Short.SIZE)).lanewise(ASHR, Short.SIZE);
            low = low.sub(high.lanewise(LSHL, Short.SIZE + Byte.SIZE)).lanewise(LSHR, Short.SIZE);
            low = low.add(high.lanewise(LSHL, Byte.SIZE));
            t = ((FloatVector) low.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(FloatVector.fromArray(F, scales, scale + LANES), t);
            q0 += SUB_BYTES - LINES * LINE;
            q1 += SUB_BYTES - LINES * LINE;
            xAt += upper;
            xsAt += XS * xStep;
            scale += PANEL;
        }
        s.intoArray(sums, sumsAt);
        t.intoArray(sums, sumsAt + LANES);
    }

    /** The levels of a sub-block: {@code out[column][32]}. */
    static void widen(byte[] q, int at, float[] out) {
        if (!VECTORS) {
            for (int i = 0; i < SUB * PANEL; i++) {
                out[i] = BlockIQ4_NL.LEVELS[LevelMatrix.index(q, at, i % PANEL, i / PANEL)];
            }
            return;
        }
        ByteVector levels = ByteVector.fromArray(B, TABLE, 0);
        for (int row = 0; row < PANEL; row += LANES) {
            int from = at + LevelMatrix.rowAt(row);
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
