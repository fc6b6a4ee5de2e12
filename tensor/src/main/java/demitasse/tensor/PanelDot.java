package demitasse.tensor;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.S2I;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * A panel's whole row of Q2_K or Q3_K times one token, weights and scales unpacked in registers.
 * Two vectors of rows at a time: C2 reads a broadcast straight from memory only if it has two uses, and one with a single
 * use goes through a general register, which costs as much as the rest.
 *
 * <p>Parameters, for each of the two vectors: in {@code data} at {@code at} its panel, {@code row} its first row,
 * {@code up} the factor of the panel's 16-bit scales, {@code c} where in {@code sums} its products go; {@code groups} of 256
 * columns; {@code x} and {@code xs} the token's folded pairs ({@link PanelFold}) and scales. Shifts are those of ints, as in
 * {@link PanelFew}. Long straight code makes C2 spill: it puts all loads first and all sums last.
 *
 * <p>The decoding of scales is written out at each use: C2 stops inlining in methods of this size, and a call with vectors in
 * boxes for each sub-block costs more than all its products. The other K-quants, longer still, go through {@link PanelFew}.
 */
final class PanelDot {
    private static final VectorSpecies<Short> S = VectorUnit.SHORTS;
    private static final VectorSpecies<Integer> I = VectorUnit.INTS;
    private static final VectorSpecies<Float> F = VectorUnit.FLOATS;
    private static final VectorSpecies<Byte> B = VectorUnit.BYTES;

    /** Bytes or halves, one a row. No species is shorter than 64 bits, so 128-bit vectors read a few more. */
    private static final VectorSpecies<Byte> ROW_BYTES =
            VectorUnit.BYTES.withShape(VectorShape.forBitSize(Math.max(64, I.length() * Byte.SIZE)));

    private static final VectorSpecies<Byte> ROW_HALVES =
            VectorUnit.BYTES.withShape(VectorShape.forBitSize(Math.max(64, I.length() * Short.SIZE)));

    private static final int ROWS = PanelFormat.ROWS;
    private static final int LINE = PanelFormat.LINE;
    private static final int SUBS = PanelFormat.GROUP_SUBS;
    private static final int XS = PanelInput.SCALES;

    /** Where a group has its d and dmin. */
    private static final int D = 2 * SUBS * ROWS;

    private static final int D_MIN = D + PanelFormat.HALVES;
    private static final int LINES_2 = PanelFormat.Q2_K.scaleBytes(SUBS);
    private static final int LINES_3 = PanelFormat.Q3_K.scaleBytes(SUBS);

    private static final int TWO_BITS = 0x33333333;
    private static final int THIRD = 0x44444444;

    private PanelDot() {}

    /** Q2_K: eight fields of a short, 16 columns at a time. */
    static void q2k(
            byte[] data,
            int at0,
            int row0,
            float up0,
            int at1,
            int row1,
            float up1,
            int groups,
            int[] x,
            float[] xs,
            float[] sums,
            int c0,
            int c1) {
        FloatVector sum0 = FloatVector.zero(F);
        FloatVector sum1 = FloatVector.zero(F);
        int xAt = 0;
        int xsAt = 0;
        ShortVector y;
        for (int group = 0; group < groups; group++) {
            FloatVector d0 = ((IntVector) ByteVector.fromArray(ROW_HALVES, data, at0 + D + 2 * row0)
                            .reinterpretAsShorts()
                            .convertShape(S2I, I, 0))
                    .lanewise(LSHL, PanelFormat.HALF_SHIFT)
                    .and(PanelFormat.HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(up0);
            FloatVector dMin0 = ((IntVector) ByteVector.fromArray(ROW_HALVES, data, at0 + D_MIN + 2 * row0)
                            .reinterpretAsShorts()
                            .convertShape(S2I, I, 0))
                    .lanewise(LSHL, PanelFormat.HALF_SHIFT)
                    .and(PanelFormat.HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(up0);
            FloatVector d1 = ((IntVector) ByteVector.fromArray(ROW_HALVES, data, at1 + D + 2 * row1)
                            .reinterpretAsShorts()
                            .convertShape(S2I, I, 0))
                    .lanewise(LSHL, PanelFormat.HALF_SHIFT)
                    .and(PanelFormat.HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(up1);
            FloatVector dMin1 = ((IntVector) ByteVector.fromArray(ROW_HALVES, data, at1 + D_MIN + 2 * row1)
                            .reinterpretAsShorts()
                            .convertShape(S2I, I, 0))
                    .lanewise(LSHL, PanelFormat.HALF_SHIFT)
                    .and(PanelFormat.HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(up1);
            FloatVector offset0 = FloatVector.zero(F);
            FloatVector offset1 = FloatVector.zero(F);
            int scale0 = at0 + row0;
            int scale1 = at1 + row1;
            int q0 = at0 + LINES_2 + 4 * row0;
            int q1 = at1 + LINES_2 + 4 * row1;
            for (int j = 0; j < 2 * SUBS; j++) {
                IntVector v0 = ByteVector.fromArray(B, data, q0).reinterpretAsInts();
                IntVector v1 = ByteVector.fromArray(B, data, q1).reinterpretAsInts();
                ShortVector a0;
                ShortVector a1;
                y = IntVector.broadcast(I, x[xAt + 0]).reinterpretAsShorts();
                a0 = v0.reinterpretAsShorts().mul(y);
                a1 = v1.reinterpretAsShorts().mul(y);
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 2).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 2).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 6).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 6).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 10).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 10).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 14).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 14).reinterpretAsShorts().mul(y));
                IntVector i0 = a0.reinterpretAsInts();
                i0 = i0.add(i0.lanewise(LSHL, 16)).lanewise(ASHR, 16);
                IntVector i1 = a1.reinterpretAsInts();
                i1 = i1.add(i1.lanewise(LSHL, 16)).lanewise(ASHR, 16);
                IntVector both0 = (IntVector)
                        ByteVector.fromArray(ROW_BYTES, data, scale0).convertShape(ZERO_EXTEND_B2I, I, 0);
                IntVector both1 = (IntVector)
                        ByteVector.fromArray(ROW_BYTES, data, scale1).convertShape(ZERO_EXTEND_B2I, I, 0);
                FloatVector k = FloatVector.broadcast(F, xs[xsAt + (j >> 1) * XS]);
                sum0 = ((FloatVector) i0.convertShape(I2F, F, 0))
                        .mul(k)
                        .fma(((FloatVector) both0.and(15).convertShape(I2F, F, 0)).mul(d0), sum0);
                sum1 = ((FloatVector) i1.convertShape(I2F, F, 0))
                        .mul(k)
                        .fma(((FloatVector) both1.and(15).convertShape(I2F, F, 0)).mul(d1), sum1);
                k = FloatVector.broadcast(F, xs[xsAt + PanelInput.HALF_SUM + j * XS / 2]);
                offset0 = k.fma(((FloatVector) both0.lanewise(LSHR, 4).convertShape(I2F, F, 0)).mul(dMin0), offset0);
                offset1 = k.fma(((FloatVector) both1.lanewise(LSHR, 4).convertShape(I2F, F, 0)).mul(dMin1), offset1);
                q0 += LINE;
                q1 += LINE;
                xAt += PanelFormat.SUB / 4;
                scale0 += ROWS;
                scale1 += ROWS;
            }
            sum0 = sum0.sub(offset0);
            sum1 = sum1.sub(offset1);
            xsAt += SUBS * XS;
            at0 += LINES_2 + SUBS * 2 * LINE;
            at1 += LINES_2 + SUBS * 2 * LINE;
        }
        sum0.intoArray(sums, c0);
        sum1.intoArray(sums, c1);
    }

    /** Q3_K: three bits put together as nibbles, 8 columns at a time. */
    static void q3k(
            byte[] data,
            int at0,
            int row0,
            float up0,
            int at1,
            int row1,
            float up1,
            int groups,
            int[] x,
            float[] xs,
            float[] sums,
            int c0,
            int c1) {
        FloatVector sum0 = FloatVector.zero(F);
        FloatVector sum1 = FloatVector.zero(F);
        int xAt = 0;
        int zAt = groups * (PanelFormat.GROUP / 2);
        int xsAt = 0;
        ShortVector y;
        for (int group = 0; group < groups; group++) {
            FloatVector d0 = ((IntVector) ByteVector.fromArray(ROW_HALVES, data, at0 + D + 2 * row0)
                            .reinterpretAsShorts()
                            .convertShape(S2I, I, 0))
                    .lanewise(LSHL, PanelFormat.HALF_SHIFT)
                    .and(PanelFormat.HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(up0);
            FloatVector d1 = ((IntVector) ByteVector.fromArray(ROW_HALVES, data, at1 + D + 2 * row1)
                            .reinterpretAsShorts()
                            .convertShape(S2I, I, 0))
                    .lanewise(LSHL, PanelFormat.HALF_SHIFT)
                    .and(PanelFormat.HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(up1);
            int scale0 = at0 + row0;
            int scale1 = at1 + row1;
            int q0 = at0 + LINES_3 + 4 * row0;
            int q1 = at1 + LINES_3 + 4 * row1;
            for (int j = 0; j < SUBS; j++) {
                FloatVector k = FloatVector.broadcast(F, xs[xsAt]);
                IntVector h0 = ByteVector.fromArray(B, data, q0).reinterpretAsInts();
                IntVector h1 = ByteVector.fromArray(B, data, q1).reinterpretAsInts();
                IntVector v0 = ByteVector.fromArray(B, data, q0 + LINE).reinterpretAsInts();
                IntVector v1 = ByteVector.fromArray(B, data, q1 + LINE).reinterpretAsInts();
                IntVector e0 = v0.and(TWO_BITS).or(h0.and(THIRD));
                IntVector e1 = v1.and(TWO_BITS).or(h1.and(THIRD));
                ShortVector a0 = IntVector.broadcast(I, x[zAt]).reinterpretAsShorts();
                ShortVector a1 = a0;
                y = IntVector.broadcast(I, x[xAt + 0]).reinterpretAsShorts();
                a0 = a0.add(e0.reinterpretAsShorts().mul(y));
                a1 = a1.add(e1.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a0 = a0.add(e0.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                a1 = a1.add(e1.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a0 = a0.add(e0.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                a1 = a1.add(e1.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a0 = a0.add(e0.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                a1 = a1.add(e1.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                e0 = v0.lanewise(LSHR, 2).and(TWO_BITS).or(h0.lanewise(LSHR, 1).and(THIRD));
                e1 = v1.lanewise(LSHR, 2).and(TWO_BITS).or(h1.lanewise(LSHR, 1).and(THIRD));
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                a0 = a0.add(e0.reinterpretAsShorts().mul(y));
                a1 = a1.add(e1.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                a0 = a0.add(e0.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                a1 = a1.add(e1.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                a0 = a0.add(e0.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                a1 = a1.add(e1.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                a0 = a0.add(e0.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                a1 = a1.add(e1.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                IntVector i0 = a0.reinterpretAsInts();
                i0 = i0.add(i0.lanewise(LSHL, 16)).lanewise(ASHR, 16);
                IntVector i1 = a1.reinterpretAsInts();
                i1 = i1.add(i1.lanewise(LSHL, 16)).lanewise(ASHR, 16);
                sum0 = ((FloatVector) i0.convertShape(I2F, F, 0))
                        .mul(k)
                        .fma(
                                ((FloatVector) ByteVector.fromArray(ROW_BYTES, data, scale0)
                                                .convertShape(B2I, I, 0)
                                                .convertShape(I2F, F, 0))
                                        .mul(d0),
                                sum0);
                sum1 = ((FloatVector) i1.convertShape(I2F, F, 0))
                        .mul(k)
                        .fma(
                                ((FloatVector) ByteVector.fromArray(ROW_BYTES, data, scale1)
                                                .convertShape(B2I, I, 0)
                                                .convertShape(I2F, F, 0))
                                        .mul(d1),
                                sum1);
                xAt += PanelFormat.SUB / 4;
                zAt++;
                v0 = ByteVector.fromArray(B, data, q0 + 2 * LINE).reinterpretAsInts();
                v1 = ByteVector.fromArray(B, data, q1 + 2 * LINE).reinterpretAsInts();
                e0 = v0.and(TWO_BITS).or(h0.lanewise(LSHL, 1).and(THIRD));
                e1 = v1.and(TWO_BITS).or(h1.lanewise(LSHL, 1).and(THIRD));
                a0 = IntVector.broadcast(I, x[zAt]).reinterpretAsShorts();
                a1 = a0;
                y = IntVector.broadcast(I, x[xAt + 0]).reinterpretAsShorts();
                a0 = a0.add(e0.reinterpretAsShorts().mul(y));
                a1 = a1.add(e1.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a0 = a0.add(e0.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                a1 = a1.add(e1.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a0 = a0.add(e0.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                a1 = a1.add(e1.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a0 = a0.add(e0.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                a1 = a1.add(e1.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                e0 = v0.lanewise(LSHR, 2).and(TWO_BITS).or(h0.lanewise(LSHL, 2).and(THIRD));
                e1 = v1.lanewise(LSHR, 2).and(TWO_BITS).or(h1.lanewise(LSHL, 2).and(THIRD));
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                a0 = a0.add(e0.reinterpretAsShorts().mul(y));
                a1 = a1.add(e1.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                a0 = a0.add(e0.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                a1 = a1.add(e1.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                a0 = a0.add(e0.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                a1 = a1.add(e1.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                a0 = a0.add(e0.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                a1 = a1.add(e1.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                i0 = a0.reinterpretAsInts();
                i0 = i0.add(i0.lanewise(LSHL, 16)).lanewise(ASHR, 16);
                i1 = a1.reinterpretAsInts();
                i1 = i1.add(i1.lanewise(LSHL, 16)).lanewise(ASHR, 16);
                sum0 = ((FloatVector) i0.convertShape(I2F, F, 0))
                        .mul(k)
                        .fma(
                                ((FloatVector) ByteVector.fromArray(ROW_BYTES, data, scale0 + ROWS)
                                                .convertShape(B2I, I, 0)
                                                .convertShape(I2F, F, 0))
                                        .mul(d0),
                                sum0);
                sum1 = ((FloatVector) i1.convertShape(I2F, F, 0))
                        .mul(k)
                        .fma(
                                ((FloatVector) ByteVector.fromArray(ROW_BYTES, data, scale1 + ROWS)
                                                .convertShape(B2I, I, 0)
                                                .convertShape(I2F, F, 0))
                                        .mul(d1),
                                sum1);
                xAt += PanelFormat.SUB / 4;
                zAt++;
                q0 += 3 * LINE;
                q1 += 3 * LINE;
                xsAt += XS;
                scale0 += 2 * ROWS;
                scale1 += 2 * ROWS;
            }
            at0 += LINES_3 + SUBS * 3 * LINE;
            at1 += LINES_3 + SUBS * 3 * LINE;
        }
        sum0.intoArray(sums, c0);
        sum1.intoArray(sums, c1);
    }
}
