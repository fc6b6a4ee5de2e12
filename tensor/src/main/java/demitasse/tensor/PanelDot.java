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
 * A panel's whole row of K-quants times one token, weights and scales unpacked in registers: what generation does most.
 * One vector of rows at a time.
 *
 * <p>Parameters: {@code data} at {@code at} the panel; {@code groups} of 256 columns; {@code up} the factor of the
 * panel's 16-bit scales; {@code x} and {@code xs} the token's folded pairs ({@link PanelFold}) and scales;
 * {@code row} the vector's first row. As for shifts and broadcasts see {@link PanelFew}.
 *
 * <p>The decoding of scales is written out at each use: C2 stops inlining in methods of this size, and a call with vectors in
 * boxes for each sub-block costs more than all its products.
 */
final class PanelDot {
    private static final VectorSpecies<Short> S = ShortVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Byte> B = ByteVector.SPECIES_PREFERRED;

    /** Bytes or halves, one a row. No species is shorter than 64 bits, so 128-bit vectors read a few more. */
    private static final VectorSpecies<Byte> ROW_BYTES =
            ByteVector.SPECIES_PREFERRED.withShape(VectorShape.forBitSize(Math.max(64, I.length() * Byte.SIZE)));

    private static final VectorSpecies<Byte> ROW_HALVES =
            ByteVector.SPECIES_PREFERRED.withShape(VectorShape.forBitSize(Math.max(64, I.length() * Short.SIZE)));

    private static final int ROWS = PanelFormat.ROWS;
    private static final int LINE = PanelFormat.LINE;
    private static final int SUBS = PanelFormat.GROUP_SUBS;
    private static final int XS = PanelInput.SCALES;

    /** Where a group of Q4_K or Q5_K has its minima, and where one of any K-quant has its d and dmin. */
    private static final int MINIMA = SUBS * ROWS;

    private static final int D = 2 * SUBS * ROWS;
    private static final int D_MIN = D + PanelFormat.HALVES;
    private static final int LINES_2 = PanelFormat.Q2_K.scaleBytes(SUBS);
    private static final int LINES_3 = PanelFormat.Q3_K.scaleBytes(SUBS);
    private static final int LINES_4 = PanelFormat.Q4_K.scaleBytes(SUBS);
    private static final int LINES_5 = PanelFormat.Q5_K.scaleBytes(SUBS);
    private static final int LINES_6 = PanelFormat.Q6_K.scaleBytes(SUBS);

    private static final int NIBBLES = 0x0f0f0f0f;
    private static final int TWO_BITS = 0x33333333;
    private static final int THIRD = 0x44444444;
    private static final int HIGH_5 = 0x10101010;
    private static final int HIGH_6 = 0x30303030;

    /** Rows of {@link PanelInput#scales}. */
    private static final int BIAS_4 = PanelInput.TIMES_8;

    private static final int BIAS_5 = PanelInput.TIMES_16;

    private PanelDot() {}

    /** Q2_K: eight fields of a short, 16 columns at a time. */
    static void q2k(byte[] data, int at, int groups, float up, int[] x, float[] xs, float[] sums, int row) {
        FloatVector sum = FloatVector.zero(F);
        int xAt = 0;
        int xsAt = 0;
        ShortVector y;
        for (int group = 0; group < groups; group++) {
            FloatVector d = ((IntVector) ByteVector.fromArray(ROW_HALVES, data, at + D + 2 * row)
                            .reinterpretAsShorts()
                            .convertShape(S2I, I, 0))
                    .lanewise(LSHL, PanelFormat.HALF_SHIFT)
                    .and(PanelFormat.HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(up);
            FloatVector dMin = ((IntVector) ByteVector.fromArray(ROW_HALVES, data, at + D_MIN + 2 * row)
                            .reinterpretAsShorts()
                            .convertShape(S2I, I, 0))
                    .lanewise(LSHL, PanelFormat.HALF_SHIFT)
                    .and(PanelFormat.HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(up);
            FloatVector offset = FloatVector.zero(F);
            int scale = at + row;
            int q = at + LINES_2 + 4 * row;
            for (int j = 0; j < 2 * SUBS; j++) {
                IntVector v = ByteVector.fromArray(B, data, q).reinterpretAsInts();
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                ShortVector a = v.reinterpretAsShorts().mul(y);
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                ShortVector b = v.lanewise(LSHR, 2).reinterpretAsShorts().mul(y);
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a = a.add(v.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                b = b.add(v.lanewise(LSHR, 6).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                a = a.add(v.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                b = b.add(v.lanewise(LSHR, 10).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                a = a.add(v.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 8]).reinterpretAsShorts();
                b = b.add(v.lanewise(LSHR, 14).reinterpretAsShorts().mul(y));
                IntVector i = a.add(b).reinterpretAsInts();
                i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
                IntVector both =
                        (IntVector) ByteVector.fromArray(ROW_BYTES, data, scale).convertShape(ZERO_EXTEND_B2I, I, 0);
                FloatVector k = FloatVector.broadcast(F, xs[xsAt + (j >> 1) * XS]);
                FloatVector f = ((FloatVector) i.convert(I2F, 0)).mul(k);
                sum = f.fma(((FloatVector) both.and(15).convert(I2F, 0)).mul(d), sum);
                k = FloatVector.broadcast(F, xs[xsAt + PanelInput.HALF_SUM + j * XS / 2]);
                offset = k.fma(((FloatVector) both.lanewise(LSHR, 4).convert(I2F, 0)).mul(dMin), offset);
                q += LINE;
                xAt += PanelFold.HALF_INTS;
                scale += ROWS;
            }
            sum = sum.sub(offset);
            xsAt += SUBS * XS;
            at += LINES_2 + SUBS * 2 * LINE;
        }
        sum.intoArray(sums, row);
    }

    /** Q3_K: three bits put together as nibbles, 16 columns at a time. */
    static void q3k(byte[] data, int at, int groups, float up, int[] x, float[] xs, float[] sums, int row) {
        FloatVector sum = FloatVector.zero(F);
        int xAt = 0;
        int xsAt = 0;
        ShortVector y;
        for (int group = 0; group < groups; group++) {
            FloatVector d = ((IntVector) ByteVector.fromArray(ROW_HALVES, data, at + D + 2 * row)
                            .reinterpretAsShorts()
                            .convertShape(S2I, I, 0))
                    .lanewise(LSHL, PanelFormat.HALF_SHIFT)
                    .and(PanelFormat.HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(up);
            int scale = at + row;
            int q = at + LINES_3 + 4 * row;
            for (int j = 0; j < SUBS; j++) {
                IntVector h = ByteVector.fromArray(B, data, q).reinterpretAsInts();
                FloatVector k = FloatVector.broadcast(F, xs[xsAt]);
                IntVector v = ByteVector.fromArray(B, data, q + LINE).reinterpretAsInts();
                IntVector e = v.and(TWO_BITS).or(h.and(THIRD));
                IntVector o =
                        v.lanewise(LSHR, 2).and(TWO_BITS).or(h.lanewise(LSHR, 1).and(THIRD));
                ShortVector a = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a = a.add(e.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a = a.add(e.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a = a.add(e.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                a = a.add(e.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                ShortVector b = o.reinterpretAsShorts().mul(y);
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                b = b.add(o.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                b = b.add(o.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 8]).reinterpretAsShorts();
                b = b.add(o.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                IntVector i = a.add(b).reinterpretAsInts();
                i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
                FloatVector f = ((FloatVector) i.convert(I2F, 0)).mul(k);
                sum = f.fma(
                        ((FloatVector) ByteVector.fromArray(ROW_BYTES, data, scale)
                                        .convertShape(B2I, I, 0)
                                        .convert(I2F, 0))
                                .mul(d),
                        sum);
                xAt += PanelFold.HALF_INTS;
                v = ByteVector.fromArray(B, data, q + 2 * LINE).reinterpretAsInts();
                e = v.and(TWO_BITS).or(h.lanewise(LSHL, 1).and(THIRD));
                o = v.lanewise(LSHR, 2).and(TWO_BITS).or(h.lanewise(LSHL, 2).and(THIRD));
                a = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a = a.add(e.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a = a.add(e.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a = a.add(e.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                a = a.add(e.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                b = o.reinterpretAsShorts().mul(y);
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                b = b.add(o.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                b = b.add(o.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 8]).reinterpretAsShorts();
                b = b.add(o.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                i = a.add(b).reinterpretAsInts();
                i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
                f = ((FloatVector) i.convert(I2F, 0)).mul(k);
                sum = f.fma(
                        ((FloatVector) ByteVector.fromArray(ROW_BYTES, data, scale + ROWS)
                                        .convertShape(B2I, I, 0)
                                        .convert(I2F, 0))
                                .mul(d),
                        sum);
                xAt += PanelFold.HALF_INTS;
                q += 3 * LINE;
                xsAt += XS;
                scale += 2 * ROWS;
            }
            at += LINES_3 + SUBS * 3 * LINE;
        }
        sum.intoArray(sums, row);
    }

    /** Q4_K. */
    static void q4k(byte[] data, int at, int groups, float up, int[] x, float[] xs, float[] sums, int row) {
        FloatVector sum = FloatVector.zero(F);
        int xAt = 0;
        int xsAt = 0;
        IntVector v;
        ShortVector y;
        for (int group = 0; group < groups; group++) {
            FloatVector d = ((IntVector) ByteVector.fromArray(ROW_HALVES, data, at + D + 2 * row)
                            .reinterpretAsShorts()
                            .convertShape(S2I, I, 0))
                    .lanewise(LSHL, PanelFormat.HALF_SHIFT)
                    .and(PanelFormat.HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(up);
            FloatVector dMin = ((IntVector) ByteVector.fromArray(ROW_HALVES, data, at + D_MIN + 2 * row)
                            .reinterpretAsShorts()
                            .convertShape(S2I, I, 0))
                    .lanewise(LSHL, PanelFormat.HALF_SHIFT)
                    .and(PanelFormat.HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(up);
            FloatVector offset = FloatVector.zero(F);
            int scale = at + row;
            int q = at + LINES_4 + 4 * row;
            for (int j = 0; j < SUBS; j++) {
                ShortVector a = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                ShortVector b = ShortVector.zero(S);
                v = ByteVector.fromArray(B, data, q).reinterpretAsInts();
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a = a.add(v.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                b = b.add(v.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a = a.add(v.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                b = b.add(v.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                v = ByteVector.fromArray(B, data, q + LINE).reinterpretAsInts();
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                a = a.add(v.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                b = b.add(v.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                a = a.add(v.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 8]).reinterpretAsShorts();
                b = b.add(v.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                v = ByteVector.fromArray(B, data, q + 2 * LINE).reinterpretAsInts();
                y = IntVector.broadcast(I, x[xAt + 9]).reinterpretAsShorts();
                a = a.add(v.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 10]).reinterpretAsShorts();
                b = b.add(v.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 11]).reinterpretAsShorts();
                a = a.add(v.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 12]).reinterpretAsShorts();
                b = b.add(v.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                v = ByteVector.fromArray(B, data, q + 3 * LINE).reinterpretAsInts();
                y = IntVector.broadcast(I, x[xAt + 13]).reinterpretAsShorts();
                a = a.add(v.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 14]).reinterpretAsShorts();
                b = b.add(v.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 15]).reinterpretAsShorts();
                a = a.add(v.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 16]).reinterpretAsShorts();
                b = b.add(v.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                q += 4 * LINE;
                xAt += PanelFold.INTS;
                IntVector i = a.add(b).reinterpretAsInts();
                i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
                FloatVector k = FloatVector.broadcast(F, xs[xsAt]);
                FloatVector m = FloatVector.broadcast(F, xs[xsAt + BIAS_4]);
                FloatVector f = ((FloatVector) i.convert(I2F, 0)).fma(k, m);
                sum = f.fma(
                        ((FloatVector) ByteVector.fromArray(ROW_BYTES, data, scale)
                                        .convertShape(B2I, I, 0)
                                        .convert(I2F, 0))
                                .mul(d),
                        sum);
                m = FloatVector.broadcast(F, xs[xsAt + 1]);
                offset = m.fma(
                        ((FloatVector) ByteVector.fromArray(ROW_BYTES, data, scale + MINIMA)
                                        .convertShape(B2I, I, 0)
                                        .convert(I2F, 0))
                                .mul(dMin),
                        offset);
                xsAt += XS;
                scale += ROWS;
            }
            sum = sum.sub(offset);
            at += LINES_4 + SUBS * 4 * LINE;
        }
        sum.intoArray(sums, row);
    }

    /** Q5_K. */
    static void q5k(byte[] data, int at, int groups, float up, int[] x, float[] xs, float[] sums, int row) {
        FloatVector sum = FloatVector.zero(F);
        int xAt = 0;
        int xsAt = 0;
        IntVector v;
        ShortVector y;
        for (int group = 0; group < groups; group++) {
            FloatVector d = ((IntVector) ByteVector.fromArray(ROW_HALVES, data, at + D + 2 * row)
                            .reinterpretAsShorts()
                            .convertShape(S2I, I, 0))
                    .lanewise(LSHL, PanelFormat.HALF_SHIFT)
                    .and(PanelFormat.HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(up);
            FloatVector dMin = ((IntVector) ByteVector.fromArray(ROW_HALVES, data, at + D_MIN + 2 * row)
                            .reinterpretAsShorts()
                            .convertShape(S2I, I, 0))
                    .lanewise(LSHL, PanelFormat.HALF_SHIFT)
                    .and(PanelFormat.HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(up);
            FloatVector offset = FloatVector.zero(F);
            int scale = at + row;
            int q = at + LINES_5 + 4 * row;
            for (int j = 0; j < SUBS; j++) {
                ShortVector a = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                ShortVector b = ShortVector.zero(S);
                IntVector h = ByteVector.fromArray(B, data, q).reinterpretAsInts();
                v = ByteVector.fromArray(B, data, q + LINE).reinterpretAsInts();
                IntVector e = v.and(NIBBLES).or(h.lanewise(LSHL, 4).and(HIGH_5));
                IntVector o =
                        v.lanewise(LSHR, 4).and(NIBBLES).or(h.lanewise(LSHL, 3).and(HIGH_5));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a = a.add(e.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                b = b.add(e.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a = a.add(o.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                b = b.add(o.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                v = ByteVector.fromArray(B, data, q + 2 * LINE).reinterpretAsInts();
                e = v.and(NIBBLES).or(h.lanewise(LSHL, 2).and(HIGH_5));
                o = v.lanewise(LSHR, 4).and(NIBBLES).or(h.lanewise(LSHL, 1).and(HIGH_5));
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                a = a.add(e.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                b = b.add(e.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                a = a.add(o.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 8]).reinterpretAsShorts();
                b = b.add(o.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                IntVector i = a.add(b).reinterpretAsInts();
                i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
                a = IntVector.broadcast(I, x[xAt + 9]).reinterpretAsShorts();
                b = ShortVector.zero(S);
                v = ByteVector.fromArray(B, data, q + 3 * LINE).reinterpretAsInts();
                e = v.and(NIBBLES).or(h.and(HIGH_5));
                o = v.lanewise(LSHR, 4).and(NIBBLES).or(h.lanewise(LSHR, 1).and(HIGH_5));
                y = IntVector.broadcast(I, x[xAt + 10]).reinterpretAsShorts();
                a = a.add(e.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 11]).reinterpretAsShorts();
                b = b.add(e.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 12]).reinterpretAsShorts();
                a = a.add(o.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 13]).reinterpretAsShorts();
                b = b.add(o.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                v = ByteVector.fromArray(B, data, q + 4 * LINE).reinterpretAsInts();
                e = v.and(NIBBLES).or(h.lanewise(LSHR, 2).and(HIGH_5));
                o = v.lanewise(LSHR, 4).and(NIBBLES).or(h.lanewise(LSHR, 3).and(HIGH_5));
                y = IntVector.broadcast(I, x[xAt + 14]).reinterpretAsShorts();
                a = a.add(e.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 15]).reinterpretAsShorts();
                b = b.add(e.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 16]).reinterpretAsShorts();
                a = a.add(o.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 17]).reinterpretAsShorts();
                b = b.add(o.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                IntVector n = a.add(b).reinterpretAsInts();
                n = n.add(n.lanewise(LSHL, 16)).lanewise(ASHR, 16);
                i = i.add(n);
                q += 5 * LINE;
                xAt += 2 * PanelFold.HALF_INTS;
                FloatVector k = FloatVector.broadcast(F, xs[xsAt]);
                FloatVector m = FloatVector.broadcast(F, xs[xsAt + BIAS_5]);
                FloatVector f = ((FloatVector) i.convert(I2F, 0)).fma(k, m);
                sum = f.fma(
                        ((FloatVector) ByteVector.fromArray(ROW_BYTES, data, scale)
                                        .convertShape(B2I, I, 0)
                                        .convert(I2F, 0))
                                .mul(d),
                        sum);
                m = FloatVector.broadcast(F, xs[xsAt + 1]);
                offset = m.fma(
                        ((FloatVector) ByteVector.fromArray(ROW_BYTES, data, scale + MINIMA)
                                        .convertShape(B2I, I, 0)
                                        .convert(I2F, 0))
                                .mul(dMin),
                        offset);
                xsAt += XS;
                scale += ROWS;
            }
            sum = sum.sub(offset);
            at += LINES_5 + SUBS * 5 * LINE;
        }
        sum.intoArray(sums, row);
    }

    /** Q6_K: sums of 8 columns, so that both columns of a lane fit one sum. */
    static void q6k(byte[] data, int at, int groups, float up, int[] x, float[] xs, float[] sums, int row) {
        FloatVector sum = FloatVector.zero(F);
        int xAt = 0;
        int xsAt = 0;
        IntVector v;
        ShortVector y;
        for (int group = 0; group < groups; group++) {
            FloatVector d = ((IntVector) ByteVector.fromArray(ROW_HALVES, data, at + D + 2 * row)
                            .reinterpretAsShorts()
                            .convertShape(S2I, I, 0))
                    .lanewise(LSHL, PanelFormat.HALF_SHIFT)
                    .and(PanelFormat.HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(up);
            int scale = at + row;
            int q = at + LINES_6 + 4 * row;
            for (int j = 0; j < 2 * SUBS; j++) {
                ShortVector a = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                ShortVector b = ShortVector.zero(S);
                IntVector h = ByteVector.fromArray(B, data, q).reinterpretAsInts();
                v = ByteVector.fromArray(B, data, q + LINE).reinterpretAsInts();
                IntVector e = v.and(NIBBLES).or(h.lanewise(LSHL, 4).and(HIGH_6));
                IntVector o =
                        v.lanewise(LSHR, 4).and(NIBBLES).or(h.lanewise(LSHL, 2).and(HIGH_6));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a = a.add(e.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                b = b.add(e.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a = a.add(o.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                b = b.add(o.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                IntVector i = a.add(b).reinterpretAsInts();
                i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
                a = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                b = ShortVector.zero(S);
                v = ByteVector.fromArray(B, data, q + 2 * LINE).reinterpretAsInts();
                e = v.and(NIBBLES).or(h.and(HIGH_6));
                o = v.lanewise(LSHR, 4).and(NIBBLES).or(h.lanewise(LSHR, 2).and(HIGH_6));
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                a = a.add(e.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                b = b.add(e.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 8]).reinterpretAsShorts();
                a = a.add(o.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 9]).reinterpretAsShorts();
                b = b.add(o.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                IntVector n = a.add(b).reinterpretAsInts();
                n = n.add(n.lanewise(LSHL, 16)).lanewise(ASHR, 16);
                i = i.add(n);
                FloatVector f =
                        ((FloatVector) i.convert(I2F, 0)).mul(FloatVector.broadcast(F, xs[xsAt + (j >> 1) * XS]));
                sum = f.fma(
                        ((FloatVector) ByteVector.fromArray(ROW_BYTES, data, scale)
                                        .convertShape(B2I, I, 0)
                                        .convert(I2F, 0))
                                .mul(d),
                        sum);
                q += 3 * LINE;
                xAt += 2 * PanelFold.QUARTER_INTS;
                scale += ROWS;
            }
            xsAt += SUBS * XS;
            at += LINES_6 + SUBS * 6 * LINE;
        }
        sum.intoArray(sums, row);
    }
}
