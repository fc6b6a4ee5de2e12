package demitasse.tensor;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of one vector of rows with a group of 2, 4 or 6 tokens (and 5-bit ones with one: C2 makes less of the form in {@link PanelDot}), the weights unpacked in registers and centred: for parallel
 * sessions and for checking drafts. With fewer tokens than a GEMM needs, storing unpacked weights would cost more than
 * their use.
 *
 * <p>Parameters as in {@link PanelDot}; sums are {@link #STRIDE} floats apart from token to token.
 */
final class PanelFew {
    private static final VectorSpecies<Short> S = ShortVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Byte> B = ByteVector.SPECIES_PREFERRED;

    private static final int ROWS = PanelFormat.ROWS;
    private static final int LINE = PanelFormat.LINE;
    private static final int SCALES = PanelFormat.SUB_SCALES;
    private static final int STRIDE = PanelGemm.STRIDE;

    private static final int NIBBLE = 0x000f000f;
    private static final int NIBBLES = 0x0f0f0f0f;
    private static final int BYTE = 0x00ff00ff;
    private static final int HIGH_5 = 0x10101010;
    private static final int HIGH_6 = 0x30303030;
    private static final short CENTRE_5 = 16;
    private static final short CENTRE_6 = 32;

    private PanelFew() {}

    /** 4 bits, 2 tokens. */
    static void bits4Tokens2(
            byte[] data, int at, int subs, float[] s, int[] x, int xAt, float[] xs, int xsAt, float[] sums, int row) {
        int q = at + 4 * row;
        for (int j = 0; j < subs; j++) {
            ShortVector a0 = ShortVector.zero(S);
            ShortVector a1 = ShortVector.zero(S);
            for (int t = 0; t < 4; t++) {
                IntVector v = ByteVector.fromArray(B, data, q).reinterpretAsInts();
                ShortVector w = v.and(NIBBLE).reinterpretAsShorts();
                ShortVector y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                w = v.lanewise(LSHR, 4).and(NIBBLE).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                w = v.lanewise(LSHR, 8).and(NIBBLE).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                w = v.lanewise(LSHR, 12).and(NIBBLE).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                q += LINE;
                xAt += 8;
            }
            FloatVector p = FloatVector.fromArray(F, s, j * SCALES + row);
            int scale = xsAt + 4 * j;
            IntVector i = a0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            FloatVector k = FloatVector.broadcast(F, xs[scale]);
            FloatVector f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row));
            f.intoArray(sums, row);
            i = a1.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 1]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + STRIDE));
            f.intoArray(sums, row + STRIDE);
        }
    }

    /** 4 bits, 4 tokens. */
    static void bits4Tokens4(
            byte[] data, int at, int subs, float[] s, int[] x, int xAt, float[] xs, int xsAt, float[] sums, int row) {
        int q = at + 4 * row;
        for (int j = 0; j < subs; j++) {
            ShortVector a0 = ShortVector.zero(S);
            ShortVector a1 = ShortVector.zero(S);
            ShortVector a2 = ShortVector.zero(S);
            ShortVector a3 = ShortVector.zero(S);
            for (int t = 0; t < 4; t++) {
                IntVector v = ByteVector.fromArray(B, data, q).reinterpretAsInts();
                ShortVector w = v.and(NIBBLE).reinterpretAsShorts();
                ShortVector y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                w = v.lanewise(LSHR, 4).and(NIBBLE).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                w = v.lanewise(LSHR, 8).and(NIBBLE).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 8]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 9]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 10]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 11]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                w = v.lanewise(LSHR, 12).and(NIBBLE).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 12]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 13]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 14]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 15]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                q += LINE;
                xAt += 16;
            }
            FloatVector p = FloatVector.fromArray(F, s, j * SCALES + row);
            int scale = xsAt + 8 * j;
            IntVector i = a0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            FloatVector k = FloatVector.broadcast(F, xs[scale]);
            FloatVector f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row));
            f.intoArray(sums, row);
            i = a1.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 1]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + STRIDE));
            f.intoArray(sums, row + STRIDE);
            i = a2.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 2]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + 2 * STRIDE));
            f.intoArray(sums, row + 2 * STRIDE);
            i = a3.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 3]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + 3 * STRIDE));
            f.intoArray(sums, row + 3 * STRIDE);
        }
    }

    /** 4 bits, 6 tokens. */
    static void bits4Tokens6(
            byte[] data, int at, int subs, float[] s, int[] x, int xAt, float[] xs, int xsAt, float[] sums, int row) {
        int q = at + 4 * row;
        for (int j = 0; j < subs; j++) {
            ShortVector a0 = ShortVector.zero(S);
            ShortVector a1 = ShortVector.zero(S);
            ShortVector a2 = ShortVector.zero(S);
            ShortVector a3 = ShortVector.zero(S);
            ShortVector a4 = ShortVector.zero(S);
            ShortVector a5 = ShortVector.zero(S);
            for (int t = 0; t < 4; t++) {
                IntVector v = ByteVector.fromArray(B, data, q).reinterpretAsInts();
                ShortVector w = v.and(NIBBLE).reinterpretAsShorts();
                ShortVector y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                a4 = a4.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                a5 = a5.add(w.mul(y));
                w = v.lanewise(LSHR, 4).and(NIBBLE).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 8]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 9]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 10]).reinterpretAsShorts();
                a4 = a4.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 11]).reinterpretAsShorts();
                a5 = a5.add(w.mul(y));
                w = v.lanewise(LSHR, 8).and(NIBBLE).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 12]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 13]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 14]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 15]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 16]).reinterpretAsShorts();
                a4 = a4.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 17]).reinterpretAsShorts();
                a5 = a5.add(w.mul(y));
                w = v.lanewise(LSHR, 12).and(NIBBLE).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 18]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 19]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 20]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 21]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 22]).reinterpretAsShorts();
                a4 = a4.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 23]).reinterpretAsShorts();
                a5 = a5.add(w.mul(y));
                q += LINE;
                xAt += 24;
            }
            FloatVector p = FloatVector.fromArray(F, s, j * SCALES + row);
            int scale = xsAt + 12 * j;
            IntVector i = a0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            FloatVector k = FloatVector.broadcast(F, xs[scale]);
            FloatVector f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row));
            f.intoArray(sums, row);
            i = a1.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 1]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + STRIDE));
            f.intoArray(sums, row + STRIDE);
            i = a2.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 2]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + 2 * STRIDE));
            f.intoArray(sums, row + 2 * STRIDE);
            i = a3.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 3]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + 3 * STRIDE));
            f.intoArray(sums, row + 3 * STRIDE);
            i = a4.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 4]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + 4 * STRIDE));
            f.intoArray(sums, row + 4 * STRIDE);
            i = a5.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 5]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + 5 * STRIDE));
            f.intoArray(sums, row + 5 * STRIDE);
        }
    }

    /** 5 bits, one token. */
    static void bits5Tokens1(
            byte[] data, int at, int subs, float[] s, int[] x, int xAt, float[] xs, int xsAt, float[] sums, int row) {
        int q = at + 4 * row;
        for (int j = 0; j < subs; j++) {
            ShortVector a0 = ShortVector.zero(S);
            IntVector h = ByteVector.fromArray(B, data, q).reinterpretAsInts();
            q += LINE;
            for (int t = 0; t < 4; t++) {
                IntVector v = ByteVector.fromArray(B, data, q).reinterpretAsInts();
                IntVector e = v.and(NIBBLES).or(h.lanewise(LSHL, 4).and(HIGH_5));
                IntVector o =
                        v.lanewise(LSHR, 4).and(NIBBLES).or(h.lanewise(LSHL, 3).and(HIGH_5));
                h = h.lanewise(LSHR, 2);
                ShortVector w = e.and(BYTE).reinterpretAsShorts().sub(CENTRE_5);
                ShortVector y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                w = o.and(BYTE).reinterpretAsShorts().sub(CENTRE_5);
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                w = e.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().sub(CENTRE_5);
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                w = o.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().sub(CENTRE_5);
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                q += LINE;
                xAt += 4;
            }
            FloatVector p = FloatVector.fromArray(F, s, j * SCALES + row);
            int scale = xsAt + 2 * j;
            IntVector i = a0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            FloatVector k = FloatVector.broadcast(F, xs[scale]);
            FloatVector f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row));
            f.intoArray(sums, row);
        }
    }

    /** 5 bits, 2 tokens. */
    static void bits5Tokens2(
            byte[] data, int at, int subs, float[] s, int[] x, int xAt, float[] xs, int xsAt, float[] sums, int row) {
        int q = at + 4 * row;
        for (int j = 0; j < subs; j++) {
            ShortVector a0 = ShortVector.zero(S);
            ShortVector a1 = ShortVector.zero(S);
            IntVector h = ByteVector.fromArray(B, data, q).reinterpretAsInts();
            q += LINE;
            for (int t = 0; t < 4; t++) {
                IntVector v = ByteVector.fromArray(B, data, q).reinterpretAsInts();
                IntVector e = v.and(NIBBLES).or(h.lanewise(LSHL, 4).and(HIGH_5));
                IntVector o =
                        v.lanewise(LSHR, 4).and(NIBBLES).or(h.lanewise(LSHL, 3).and(HIGH_5));
                h = h.lanewise(LSHR, 2);
                ShortVector w = e.and(BYTE).reinterpretAsShorts().sub(CENTRE_5);
                ShortVector y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                w = o.and(BYTE).reinterpretAsShorts().sub(CENTRE_5);
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                w = e.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().sub(CENTRE_5);
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                w = o.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().sub(CENTRE_5);
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                q += LINE;
                xAt += 8;
            }
            FloatVector p = FloatVector.fromArray(F, s, j * SCALES + row);
            int scale = xsAt + 4 * j;
            IntVector i = a0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            FloatVector k = FloatVector.broadcast(F, xs[scale]);
            FloatVector f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row));
            f.intoArray(sums, row);
            i = a1.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 1]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + STRIDE));
            f.intoArray(sums, row + STRIDE);
        }
    }

    /** 5 bits, 4 tokens. */
    static void bits5Tokens4(
            byte[] data, int at, int subs, float[] s, int[] x, int xAt, float[] xs, int xsAt, float[] sums, int row) {
        int q = at + 4 * row;
        for (int j = 0; j < subs; j++) {
            ShortVector a0 = ShortVector.zero(S);
            ShortVector a1 = ShortVector.zero(S);
            ShortVector a2 = ShortVector.zero(S);
            ShortVector a3 = ShortVector.zero(S);
            IntVector h = ByteVector.fromArray(B, data, q).reinterpretAsInts();
            q += LINE;
            for (int t = 0; t < 4; t++) {
                IntVector v = ByteVector.fromArray(B, data, q).reinterpretAsInts();
                IntVector e = v.and(NIBBLES).or(h.lanewise(LSHL, 4).and(HIGH_5));
                IntVector o =
                        v.lanewise(LSHR, 4).and(NIBBLES).or(h.lanewise(LSHL, 3).and(HIGH_5));
                h = h.lanewise(LSHR, 2);
                ShortVector w = e.and(BYTE).reinterpretAsShorts().sub(CENTRE_5);
                ShortVector y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                w = o.and(BYTE).reinterpretAsShorts().sub(CENTRE_5);
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                w = e.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().sub(CENTRE_5);
                y = IntVector.broadcast(I, x[xAt + 8]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 9]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 10]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 11]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                w = o.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().sub(CENTRE_5);
                y = IntVector.broadcast(I, x[xAt + 12]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 13]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 14]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 15]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                q += LINE;
                xAt += 16;
            }
            FloatVector p = FloatVector.fromArray(F, s, j * SCALES + row);
            int scale = xsAt + 8 * j;
            IntVector i = a0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            FloatVector k = FloatVector.broadcast(F, xs[scale]);
            FloatVector f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row));
            f.intoArray(sums, row);
            i = a1.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 1]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + STRIDE));
            f.intoArray(sums, row + STRIDE);
            i = a2.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 2]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + 2 * STRIDE));
            f.intoArray(sums, row + 2 * STRIDE);
            i = a3.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 3]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + 3 * STRIDE));
            f.intoArray(sums, row + 3 * STRIDE);
        }
    }

    /** 5 bits, 6 tokens. */
    static void bits5Tokens6(
            byte[] data, int at, int subs, float[] s, int[] x, int xAt, float[] xs, int xsAt, float[] sums, int row) {
        int q = at + 4 * row;
        for (int j = 0; j < subs; j++) {
            ShortVector a0 = ShortVector.zero(S);
            ShortVector a1 = ShortVector.zero(S);
            ShortVector a2 = ShortVector.zero(S);
            ShortVector a3 = ShortVector.zero(S);
            ShortVector a4 = ShortVector.zero(S);
            ShortVector a5 = ShortVector.zero(S);
            IntVector h = ByteVector.fromArray(B, data, q).reinterpretAsInts();
            q += LINE;
            for (int t = 0; t < 4; t++) {
                IntVector v = ByteVector.fromArray(B, data, q).reinterpretAsInts();
                IntVector e = v.and(NIBBLES).or(h.lanewise(LSHL, 4).and(HIGH_5));
                IntVector o =
                        v.lanewise(LSHR, 4).and(NIBBLES).or(h.lanewise(LSHL, 3).and(HIGH_5));
                h = h.lanewise(LSHR, 2);
                ShortVector w = e.and(BYTE).reinterpretAsShorts().sub(CENTRE_5);
                ShortVector y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                a4 = a4.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                a5 = a5.add(w.mul(y));
                w = o.and(BYTE).reinterpretAsShorts().sub(CENTRE_5);
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 8]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 9]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 10]).reinterpretAsShorts();
                a4 = a4.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 11]).reinterpretAsShorts();
                a5 = a5.add(w.mul(y));
                w = e.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().sub(CENTRE_5);
                y = IntVector.broadcast(I, x[xAt + 12]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 13]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 14]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 15]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 16]).reinterpretAsShorts();
                a4 = a4.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 17]).reinterpretAsShorts();
                a5 = a5.add(w.mul(y));
                w = o.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().sub(CENTRE_5);
                y = IntVector.broadcast(I, x[xAt + 18]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 19]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 20]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 21]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 22]).reinterpretAsShorts();
                a4 = a4.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 23]).reinterpretAsShorts();
                a5 = a5.add(w.mul(y));
                q += LINE;
                xAt += 24;
            }
            FloatVector p = FloatVector.fromArray(F, s, j * SCALES + row);
            int scale = xsAt + 12 * j;
            IntVector i = a0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            FloatVector k = FloatVector.broadcast(F, xs[scale]);
            FloatVector f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row));
            f.intoArray(sums, row);
            i = a1.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 1]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + STRIDE));
            f.intoArray(sums, row + STRIDE);
            i = a2.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 2]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + 2 * STRIDE));
            f.intoArray(sums, row + 2 * STRIDE);
            i = a3.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 3]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + 3 * STRIDE));
            f.intoArray(sums, row + 3 * STRIDE);
            i = a4.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 4]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + 4 * STRIDE));
            f.intoArray(sums, row + 4 * STRIDE);
            i = a5.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 5]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + 5 * STRIDE));
            f.intoArray(sums, row + 5 * STRIDE);
        }
    }

    /** 6 bits, 2 tokens. */
    static void bits6Tokens2(
            byte[] data, int at, int subs, float[] s, int[] x, int xAt, float[] xs, int xsAt, float[] sums, int row) {
        int q = at + 4 * row;
        for (int j = 0; j < 2 * subs; j++) {
            ShortVector a0 = ShortVector.zero(S);
            ShortVector a1 = ShortVector.zero(S);
            IntVector h = ByteVector.fromArray(B, data, q).reinterpretAsInts();
            q += LINE;
            for (int t = 0; t < 2; t++) {
                IntVector v = ByteVector.fromArray(B, data, q).reinterpretAsInts();
                IntVector e = v.and(NIBBLES).or(h.lanewise(LSHL, 4).and(HIGH_6));
                IntVector o =
                        v.lanewise(LSHR, 4).and(NIBBLES).or(h.lanewise(LSHL, 2).and(HIGH_6));
                h = h.lanewise(LSHR, 4);
                ShortVector w = e.and(BYTE).reinterpretAsShorts().sub(CENTRE_6);
                ShortVector y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                w = o.and(BYTE).reinterpretAsShorts().sub(CENTRE_6);
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                w = e.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().sub(CENTRE_6);
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                w = o.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().sub(CENTRE_6);
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                q += LINE;
                xAt += 8;
            }
            FloatVector p = FloatVector.fromArray(F, s, j * SCALES + row);
            int scale = xsAt + 4 * (j >> 1);
            IntVector i = a0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            FloatVector k = FloatVector.broadcast(F, xs[scale]);
            FloatVector f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row));
            f.intoArray(sums, row);
            i = a1.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 1]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + STRIDE));
            f.intoArray(sums, row + STRIDE);
        }
    }

    /** 6 bits, 4 tokens. */
    static void bits6Tokens4(
            byte[] data, int at, int subs, float[] s, int[] x, int xAt, float[] xs, int xsAt, float[] sums, int row) {
        int q = at + 4 * row;
        for (int j = 0; j < 2 * subs; j++) {
            ShortVector a0 = ShortVector.zero(S);
            ShortVector a1 = ShortVector.zero(S);
            ShortVector a2 = ShortVector.zero(S);
            ShortVector a3 = ShortVector.zero(S);
            IntVector h = ByteVector.fromArray(B, data, q).reinterpretAsInts();
            q += LINE;
            for (int t = 0; t < 2; t++) {
                IntVector v = ByteVector.fromArray(B, data, q).reinterpretAsInts();
                IntVector e = v.and(NIBBLES).or(h.lanewise(LSHL, 4).and(HIGH_6));
                IntVector o =
                        v.lanewise(LSHR, 4).and(NIBBLES).or(h.lanewise(LSHL, 2).and(HIGH_6));
                h = h.lanewise(LSHR, 4);
                ShortVector w = e.and(BYTE).reinterpretAsShorts().sub(CENTRE_6);
                ShortVector y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                w = o.and(BYTE).reinterpretAsShorts().sub(CENTRE_6);
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                w = e.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().sub(CENTRE_6);
                y = IntVector.broadcast(I, x[xAt + 8]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 9]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 10]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 11]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                w = o.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().sub(CENTRE_6);
                y = IntVector.broadcast(I, x[xAt + 12]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 13]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 14]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 15]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                q += LINE;
                xAt += 16;
            }
            FloatVector p = FloatVector.fromArray(F, s, j * SCALES + row);
            int scale = xsAt + 8 * (j >> 1);
            IntVector i = a0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            FloatVector k = FloatVector.broadcast(F, xs[scale]);
            FloatVector f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row));
            f.intoArray(sums, row);
            i = a1.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 1]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + STRIDE));
            f.intoArray(sums, row + STRIDE);
            i = a2.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 2]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + 2 * STRIDE));
            f.intoArray(sums, row + 2 * STRIDE);
            i = a3.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 3]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + 3 * STRIDE));
            f.intoArray(sums, row + 3 * STRIDE);
        }
    }

    /** 6 bits, 6 tokens. */
    static void bits6Tokens6(
            byte[] data, int at, int subs, float[] s, int[] x, int xAt, float[] xs, int xsAt, float[] sums, int row) {
        int q = at + 4 * row;
        for (int j = 0; j < 2 * subs; j++) {
            ShortVector a0 = ShortVector.zero(S);
            ShortVector a1 = ShortVector.zero(S);
            ShortVector a2 = ShortVector.zero(S);
            ShortVector a3 = ShortVector.zero(S);
            ShortVector a4 = ShortVector.zero(S);
            ShortVector a5 = ShortVector.zero(S);
            IntVector h = ByteVector.fromArray(B, data, q).reinterpretAsInts();
            q += LINE;
            for (int t = 0; t < 2; t++) {
                IntVector v = ByteVector.fromArray(B, data, q).reinterpretAsInts();
                IntVector e = v.and(NIBBLES).or(h.lanewise(LSHL, 4).and(HIGH_6));
                IntVector o =
                        v.lanewise(LSHR, 4).and(NIBBLES).or(h.lanewise(LSHL, 2).and(HIGH_6));
                h = h.lanewise(LSHR, 4);
                ShortVector w = e.and(BYTE).reinterpretAsShorts().sub(CENTRE_6);
                ShortVector y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                a4 = a4.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                a5 = a5.add(w.mul(y));
                w = o.and(BYTE).reinterpretAsShorts().sub(CENTRE_6);
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 8]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 9]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 10]).reinterpretAsShorts();
                a4 = a4.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 11]).reinterpretAsShorts();
                a5 = a5.add(w.mul(y));
                w = e.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().sub(CENTRE_6);
                y = IntVector.broadcast(I, x[xAt + 12]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 13]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 14]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 15]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 16]).reinterpretAsShorts();
                a4 = a4.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 17]).reinterpretAsShorts();
                a5 = a5.add(w.mul(y));
                w = o.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().sub(CENTRE_6);
                y = IntVector.broadcast(I, x[xAt + 18]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 19]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 20]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 21]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 22]).reinterpretAsShorts();
                a4 = a4.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 23]).reinterpretAsShorts();
                a5 = a5.add(w.mul(y));
                q += LINE;
                xAt += 24;
            }
            FloatVector p = FloatVector.fromArray(F, s, j * SCALES + row);
            int scale = xsAt + 12 * (j >> 1);
            IntVector i = a0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            FloatVector k = FloatVector.broadcast(F, xs[scale]);
            FloatVector f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row));
            f.intoArray(sums, row);
            i = a1.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 1]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + STRIDE));
            f.intoArray(sums, row + STRIDE);
            i = a2.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 2]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + 2 * STRIDE));
            f.intoArray(sums, row + 2 * STRIDE);
            i = a3.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 3]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + 3 * STRIDE));
            f.intoArray(sums, row + 3 * STRIDE);
            i = a4.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 4]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + 4 * STRIDE));
            f.intoArray(sums, row + 4 * STRIDE);
            i = a5.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = FloatVector.broadcast(F, xs[scale + 5]);
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, row + 5 * STRIDE));
            f.intoArray(sums, row + 5 * STRIDE);
        }
    }
}
