package demitasse.tensor;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.S2I;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import java.lang.invoke.VarHandle;
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
 * <p>For each group a loop of products, whose sums of 16 bits go to {@code parts}, then one that widens and scales them. In a
 * single loop C2 spills: with what the scales and the float sums need there are too few registers for the products.
 *
 * <p>Parameters, for each of the two vectors: in {@code data} at {@code at} its panel, {@code row} its first row,
 * {@code up} the factor of the panel's 16-bit scales, {@code c} where in {@code sums} its products go; {@code groups} of 256
 * columns; {@code x} and {@code xs} the token's folded pairs ({@link PanelFold}) and scales. Shifts are those of ints, as in
 * {@link PanelFew}.
 *
 * <p>Of long straight code C2 puts all loads first and all sums last, and spills what lies between. A fence for loads, which is
 * no instruction here, keeps apart the loads before it and after it, and so what is made of them.
 *
 * <p>The decoding of scales is written out at each use: C2 stops inlining in methods of this size, and a call with vectors in
 * boxes for each sub-block costs more than all its products. The other K-quants, longer still, go through {@link PanelFew}.
 */
final class PanelDot {
    private static final VectorSpecies<Integer> I = VectorUnit.INTS;
    private static final VectorSpecies<Float> F = VectorUnit.FLOATS;
    private static final VectorSpecies<Byte> B = VectorUnit.BYTES;

    /** Bytes or halves, one a row. No species is shorter than 64 bits, so 128-bit vectors read a few more. */
    private static final VectorSpecies<Byte> ROW_BYTES =
            VectorUnit.BYTES.withShape(VectorShape.forBitSize(Math.max(64, I.length() * Byte.SIZE)));

    private static final VectorSpecies<Byte> ROW_HALVES =
            VectorUnit.BYTES.withShape(VectorShape.forBitSize(Math.max(64, I.length() * Short.SIZE)));

    private static final int LANES = I.length();
    private static final int ROWS = PanelFormat.ROWS;
    private static final int LINE = PanelFormat.LINE;
    private static final int SUBS = PanelFormat.GROUP_SUBS;
    private static final int XS = PanelInput.SCALES;

    /** Sub-blocks of 16 columns in a group, and pairs of columns in one. */
    private static final int HALVES = 2 * SUBS;

    private static final int PAIRS = PanelFormat.SUB / 4;

    /** Ints of the sums of 16 columns. */
    private static final int PART = 2 * LANES;

    /** Where a group has its d and dmin. */
    private static final int D = HALVES * ROWS;

    private static final int D_MIN = D + PanelFormat.HALVES;
    private static final int LINES_2 = PanelFormat.Q2_K.scaleBytes(SUBS);
    private static final int LINES_3 = PanelFormat.Q3_K.scaleBytes(SUBS);

    /** The weights of 3 bits in the nibbles of a line, and where bits 0, 1 and 2 of the last eight columns belong. */
    private static final int THREE_BITS = 0x77777777;

    static final int LAST_1 = 0x11111111;
    static final int LAST_2 = 0x22222222;
    static final int LAST_4 = 0x44444444;

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
            int[] parts,
            float[] sums,
            int c0,
            int c1) {
        FloatVector sum0 = FloatVector.zero(F);
        FloatVector sum1 = FloatVector.zero(F);
        int xAt = 0;
        int xsAt = 0;
        IntVector v0;
        IntVector v1;
        ShortVector a0;
        ShortVector a1;
        ShortVector y;
        IntVector i0;
        IntVector i1;
        IntVector both0;
        IntVector both1;
        FloatVector h;
        for (int group = 0; group < groups; group++) {
            int q0 = at0 + LINES_2 + 4 * row0;
            int q1 = at1 + LINES_2 + 4 * row1;
            for (int j = 0; j < HALVES; j++) {
                v0 = ByteVector.fromArray(B, data, q0 + j * LINE).reinterpretAsInts();
                v1 = ByteVector.fromArray(B, data, q1 + j * LINE).reinterpretAsInts();
                y = IntVector.broadcast(I, x[xAt + j * PAIRS + 0]).reinterpretAsShorts();
                a0 = v0.reinterpretAsShorts().mul(y);
                a1 = v1.reinterpretAsShorts().mul(y);
                y = IntVector.broadcast(I, x[xAt + j * PAIRS + 1]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 2).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 2).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + j * PAIRS + 2]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + j * PAIRS + 3]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 6).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 6).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + j * PAIRS + 4]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + j * PAIRS + 5]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 10).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 10).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + j * PAIRS + 6]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + j * PAIRS + 7]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 14).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 14).reinterpretAsShorts().mul(y));
                a0.reinterpretAsInts().intoArray(parts, j * PART);
                a1.reinterpretAsInts().intoArray(parts, j * PART + LANES);
            }
            xAt += PanelFormat.GROUP / 2;
            FloatVector acc0 = FloatVector.zero(F);
            FloatVector acc1 = FloatVector.zero(F);
            FloatVector offset0 = FloatVector.zero(F);
            FloatVector offset1 = FloatVector.zero(F);
            int scale0 = at0 + row0;
            int scale1 = at1 + row1;
            for (int j = 0; j < SUBS; j++) {
                FloatVector k = FloatVector.broadcast(F, xs[xsAt + j * XS]);
                i0 = IntVector.fromArray(I, parts, 2 * j * PART);
                i0 = i0.add(i0.lanewise(LSHL, 16)).lanewise(ASHR, 16);
                both0 = (IntVector) ByteVector.fromArray(ROW_BYTES, data, scale0 + 2 * j * ROWS)
                        .convertShape(ZERO_EXTEND_B2I, I, 0);
                i1 = IntVector.fromArray(I, parts, 2 * j * PART + LANES);
                i1 = i1.add(i1.lanewise(LSHL, 16)).lanewise(ASHR, 16);
                both1 = (IntVector) ByteVector.fromArray(ROW_BYTES, data, scale1 + 2 * j * ROWS)
                        .convertShape(ZERO_EXTEND_B2I, I, 0);
                acc0 = ((FloatVector) i0.convertShape(I2F, F, 0))
                        .mul(k)
                        .fma((FloatVector) both0.and(15).convertShape(I2F, F, 0), acc0);
                acc1 = ((FloatVector) i1.convertShape(I2F, F, 0))
                        .mul(k)
                        .fma((FloatVector) both1.and(15).convertShape(I2F, F, 0), acc1);
                h = FloatVector.broadcast(F, xs[xsAt + j * XS + PanelInput.HALF_SUM]);
                offset0 = h.fma((FloatVector) both0.lanewise(LSHR, 4).convertShape(I2F, F, 0), offset0);
                offset1 = h.fma((FloatVector) both1.lanewise(LSHR, 4).convertShape(I2F, F, 0), offset1);
                i0 = IntVector.fromArray(I, parts, 2 * j * PART + PART);
                i0 = i0.add(i0.lanewise(LSHL, 16)).lanewise(ASHR, 16);
                both0 = (IntVector) ByteVector.fromArray(ROW_BYTES, data, scale0 + 2 * j * ROWS + ROWS)
                        .convertShape(ZERO_EXTEND_B2I, I, 0);
                i1 = IntVector.fromArray(I, parts, 2 * j * PART + PART + LANES);
                i1 = i1.add(i1.lanewise(LSHL, 16)).lanewise(ASHR, 16);
                both1 = (IntVector) ByteVector.fromArray(ROW_BYTES, data, scale1 + 2 * j * ROWS + ROWS)
                        .convertShape(ZERO_EXTEND_B2I, I, 0);
                acc0 = ((FloatVector) i0.convertShape(I2F, F, 0))
                        .mul(k)
                        .fma((FloatVector) both0.and(15).convertShape(I2F, F, 0), acc0);
                acc1 = ((FloatVector) i1.convertShape(I2F, F, 0))
                        .mul(k)
                        .fma((FloatVector) both1.and(15).convertShape(I2F, F, 0), acc1);
                h = FloatVector.broadcast(F, xs[xsAt + j * XS + PanelInput.HALF_SUM + XS / 2]);
                offset0 = h.fma((FloatVector) both0.lanewise(LSHR, 4).convertShape(I2F, F, 0), offset0);
                offset1 = h.fma((FloatVector) both1.lanewise(LSHR, 4).convertShape(I2F, F, 0), offset1);
            }
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
            FloatVector dMin0 = ((IntVector) ByteVector.fromArray(ROW_HALVES, data, at0 + D_MIN + 2 * row0)
                            .reinterpretAsShorts()
                            .convertShape(S2I, I, 0))
                    .lanewise(LSHL, PanelFormat.HALF_SHIFT)
                    .and(PanelFormat.HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(up0);
            FloatVector dMin1 = ((IntVector) ByteVector.fromArray(ROW_HALVES, data, at1 + D_MIN + 2 * row1)
                            .reinterpretAsShorts()
                            .convertShape(S2I, I, 0))
                    .lanewise(LSHL, PanelFormat.HALF_SHIFT)
                    .and(PanelFormat.HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(up1);
            sum0 = acc0.fma(d0, sum0);
            sum1 = acc1.fma(d1, sum1);
            sum0 = offset0.fma(dMin0.neg(), sum0);
            sum1 = offset1.fma(dMin1.neg(), sum1);
            xsAt += SUBS * XS;
            at0 += LINES_2 + SUBS * 2 * LINE;
            at1 += LINES_2 + SUBS * 2 * LINE;
        }
        sum0.intoArray(sums, c0);
        sum1.intoArray(sums, c1);
    }

    /** Q3_K: of each line eight columns, and of the three lines' upper bits eight more. */
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
            int[] parts,
            float[] sums,
            int c0,
            int c1) {
        FloatVector sum0 = FloatVector.zero(F);
        FloatVector sum1 = FloatVector.zero(F);
        int xAt = 0;
        int xsAt = 0;
        int zAt = groups * (PanelFormat.GROUP / 2);
        IntVector v0;
        IntVector v1;
        ShortVector a0;
        ShortVector a1;
        ShortVector y;
        IntVector i0;
        IntVector i1;
        IntVector last0;
        IntVector last1;
        for (int group = 0; group < groups; group++) {
            int q0 = at0 + LINES_3 + 4 * row0;
            int q1 = at1 + LINES_3 + 4 * row1;
            for (int j = 0; j < SUBS; j++) {
                v0 = ByteVector.fromArray(B, data, q0).reinterpretAsInts();
                v1 = ByteVector.fromArray(B, data, q1).reinterpretAsInts();
                last0 = v0.lanewise(LSHR, 3).and(LAST_1);
                last1 = v1.lanewise(LSHR, 3).and(LAST_1);
                v0 = v0.and(THREE_BITS);
                v1 = v1.and(THREE_BITS);
                a0 = IntVector.broadcast(I, x[zAt + 2 * j]).reinterpretAsShorts();
                a1 = a0;
                y = IntVector.broadcast(I, x[xAt + 16 * j + 0]).reinterpretAsShorts();
                a0 = a0.add(v0.reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 16 * j + 1]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 16 * j + 2]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 16 * j + 3]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                VarHandle.loadLoadFence();
                v0 = ByteVector.fromArray(B, data, q0 + LINE).reinterpretAsInts();
                v1 = ByteVector.fromArray(B, data, q1 + LINE).reinterpretAsInts();
                last0 = last0.or(v0.lanewise(LSHR, 2).and(LAST_2));
                last1 = last1.or(v1.lanewise(LSHR, 2).and(LAST_2));
                v0 = v0.and(THREE_BITS);
                v1 = v1.and(THREE_BITS);
                y = IntVector.broadcast(I, x[xAt + 16 * j + 4]).reinterpretAsShorts();
                a0 = a0.add(v0.reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 16 * j + 5]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 16 * j + 6]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 16 * j + 7]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                a0.reinterpretAsInts().intoArray(parts, 2 * j * PART);
                a1.reinterpretAsInts().intoArray(parts, 2 * j * PART + LANES);
                VarHandle.loadLoadFence();
                v0 = ByteVector.fromArray(B, data, q0 + 2 * LINE).reinterpretAsInts();
                v1 = ByteVector.fromArray(B, data, q1 + 2 * LINE).reinterpretAsInts();
                last0 = last0.or(v0.lanewise(LSHR, 1).and(LAST_4));
                last1 = last1.or(v1.lanewise(LSHR, 1).and(LAST_4));
                v0 = v0.and(THREE_BITS);
                v1 = v1.and(THREE_BITS);
                a0 = IntVector.broadcast(I, x[zAt + 2 * j + 1]).reinterpretAsShorts();
                a1 = a0;
                y = IntVector.broadcast(I, x[xAt + 16 * j + 8]).reinterpretAsShorts();
                a0 = a0.add(v0.reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 16 * j + 9]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 16 * j + 10]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 16 * j + 11]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                VarHandle.loadLoadFence();
                y = IntVector.broadcast(I, x[xAt + 16 * j + 12]).reinterpretAsShorts();
                a0 = a0.add(last0.reinterpretAsShorts().mul(y));
                a1 = a1.add(last1.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 16 * j + 13]).reinterpretAsShorts();
                a0 = a0.add(last0.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                a1 = a1.add(last1.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 16 * j + 14]).reinterpretAsShorts();
                a0 = a0.add(last0.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                a1 = a1.add(last1.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 16 * j + 15]).reinterpretAsShorts();
                a0 = a0.add(last0.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                a1 = a1.add(last1.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                a0.reinterpretAsInts().intoArray(parts, 2 * j * PART + PART);
                a1.reinterpretAsInts().intoArray(parts, 2 * j * PART + PART + LANES);
                q0 += 3 * LINE;
                q1 += 3 * LINE;
            }
            zAt += HALVES;
            xAt += PanelFormat.GROUP / 2;
            FloatVector acc0 = FloatVector.zero(F);
            FloatVector acc1 = FloatVector.zero(F);
            int scale0 = at0 + row0;
            int scale1 = at1 + row1;
            for (int j = 0; j < SUBS; j++) {
                FloatVector k = FloatVector.broadcast(F, xs[xsAt + j * XS]);
                i0 = IntVector.fromArray(I, parts, 2 * j * PART);
                i0 = i0.add(i0.lanewise(LSHL, 16)).lanewise(ASHR, 16);
                i1 = IntVector.fromArray(I, parts, 2 * j * PART + LANES);
                i1 = i1.add(i1.lanewise(LSHL, 16)).lanewise(ASHR, 16);
                acc0 = ((FloatVector) i0.convertShape(I2F, F, 0))
                        .mul(k)
                        .fma(
                                (FloatVector) ByteVector.fromArray(ROW_BYTES, data, scale0 + 2 * j * ROWS)
                                        .convertShape(B2I, I, 0)
                                        .convertShape(I2F, F, 0),
                                acc0);
                acc1 = ((FloatVector) i1.convertShape(I2F, F, 0))
                        .mul(k)
                        .fma(
                                (FloatVector) ByteVector.fromArray(ROW_BYTES, data, scale1 + 2 * j * ROWS)
                                        .convertShape(B2I, I, 0)
                                        .convertShape(I2F, F, 0),
                                acc1);
                i0 = IntVector.fromArray(I, parts, 2 * j * PART + PART);
                i0 = i0.add(i0.lanewise(LSHL, 16)).lanewise(ASHR, 16);
                i1 = IntVector.fromArray(I, parts, 2 * j * PART + PART + LANES);
                i1 = i1.add(i1.lanewise(LSHL, 16)).lanewise(ASHR, 16);
                acc0 = ((FloatVector) i0.convertShape(I2F, F, 0))
                        .mul(k)
                        .fma(
                                (FloatVector) ByteVector.fromArray(ROW_BYTES, data, scale0 + 2 * j * ROWS + ROWS)
                                        .convertShape(B2I, I, 0)
                                        .convertShape(I2F, F, 0),
                                acc0);
                acc1 = ((FloatVector) i1.convertShape(I2F, F, 0))
                        .mul(k)
                        .fma(
                                (FloatVector) ByteVector.fromArray(ROW_BYTES, data, scale1 + 2 * j * ROWS + ROWS)
                                        .convertShape(B2I, I, 0)
                                        .convertShape(I2F, F, 0),
                                acc1);
            }
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
            sum0 = acc0.fma(d0, sum0);
            sum1 = acc1.fma(d1, sum1);
            xsAt += SUBS * XS;
            at0 += LINES_3 + SUBS * 3 * LINE;
            at1 += LINES_3 + SUBS * 3 * LINE;
        }
        sum0.intoArray(sums, c0);
        sum1.intoArray(sums, c1);
    }
}
