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
 * Products of one vector of rows with a group of 1, 2, 4 or 6 tokens, the weights unpacked in registers: for generation
 * where a sub-block has its scale in 16 bits, for parallel sessions and for checking drafts. With fewer tokens than a
 * GEMM needs, storing unpacked weights would cost more than their use.
 *
 * <p>Parameters: {@code data} at {@code at} the group's lines; {@code s} the decoded scales; {@code x}, {@code xs} the
 * tokens' pairs ({@link PanelFold} for 4 bits) and scales from the group's first column on; {@code bias} and
 * {@code offsets} as in {@link PanelGemm}; {@code row} the vector's first row; sums are {@link #STRIDE} floats apart from
 * token to token.
 *
 * <p>Shifts are those of ints: C2 has them with the count in the instruction, which it lacks for shorts. Broadcasts are
 * statements of their own: C2 then reads them straight from memory.
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

    /** All even nibbles, the low byte of each short, and high bits in their place. */
    private static final int NIBBLES = 0x0f0f0f0f;

    private static final int BYTE = 0x00ff00ff;
    private static final int HIGH_5 = 0x10101010;
    private static final int HIGH_6 = 0x30303030;
    private static final short CENTRE_5 = 16;
    private static final short CENTRE_6 = 32;

    private PanelFew() {}

    /** 4 bits, 1 token. */
    static void bits4Tokens1(
            byte[] data,
            int at,
            int subs,
            float[] s,
            int[] x,
            int xAt,
            float[] xs,
            int xsAt,
            int bias,
            int offsets,
            float[] sums,
            int row) {
        FloatVector f0 = FloatVector.fromArray(F, sums, row);
        int q = at + 4 * row;
        ShortVector w;
        ShortVector y;
        IntVector i;
        FloatVector k;
        FloatVector m;
        for (int j = 0; j < subs; j++) {
            ShortVector a0 = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
            xAt += 1;
            for (int t = 0; t < 4; t++) {
                IntVector v = ByteVector.fromArray(B, data, q).reinterpretAsInts();
                w = v.reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                w = v.lanewise(LSHR, 4).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                w = v.lanewise(LSHR, 8).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                w = v.lanewise(LSHR, 12).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                q += LINE;
                xAt += 4;
            }
            FloatVector p = FloatVector.fromArray(F, s, j * SCALES + row);
            int scale = xsAt + j * PanelInput.SCALES;
            k = FloatVector.broadcast(F, xs[scale]);
            m = FloatVector.broadcast(F, xs[scale + bias]);
            i = a0.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            f0 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f0);
        }
        FloatVector o0 = FloatVector.zero(F);
        for (int j = 0; j < offsets; j++) {
            FloatVector p = FloatVector.fromArray(F, s, j * SCALES + ROWS + row);
            int scale = xsAt + j * PanelInput.SCALES + 1;
            o0 = FloatVector.broadcast(F, xs[scale]).fma(p, o0);
        }
        f0.add(o0).intoArray(sums, row);
    }

    /** 4 bits, 2 tokens. */
    static void bits4Tokens2(
            byte[] data,
            int at,
            int subs,
            float[] s,
            int[] x,
            int xAt,
            float[] xs,
            int xsAt,
            int bias,
            int offsets,
            float[] sums,
            int row) {
        FloatVector f0 = FloatVector.fromArray(F, sums, row);
        FloatVector f1 = FloatVector.fromArray(F, sums, row + STRIDE);
        int q = at + 4 * row;
        ShortVector w;
        ShortVector y;
        IntVector i;
        FloatVector k;
        FloatVector m;
        for (int j = 0; j < subs; j++) {
            ShortVector a0 = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
            ShortVector a1 = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
            xAt += 2;
            for (int t = 0; t < 4; t++) {
                IntVector v = ByteVector.fromArray(B, data, q).reinterpretAsInts();
                w = v.reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                w = v.lanewise(LSHR, 4).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                w = v.lanewise(LSHR, 8).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                w = v.lanewise(LSHR, 12).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                q += LINE;
                xAt += 8;
            }
            FloatVector p = FloatVector.fromArray(F, s, j * SCALES + row);
            int scale = xsAt + j * PanelInput.SCALES * 2;
            k = FloatVector.broadcast(F, xs[scale]);
            m = FloatVector.broadcast(F, xs[scale + bias]);
            i = a0.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            f0 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f0);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            m = FloatVector.broadcast(F, xs[scale + bias + 1]);
            i = a1.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            f1 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f1);
        }
        FloatVector o0 = FloatVector.zero(F);
        FloatVector o1 = FloatVector.zero(F);
        for (int j = 0; j < offsets; j++) {
            FloatVector p = FloatVector.fromArray(F, s, j * SCALES + ROWS + row);
            int scale = xsAt + (j * PanelInput.SCALES + 1) * 2;
            o0 = FloatVector.broadcast(F, xs[scale]).fma(p, o0);
            o1 = FloatVector.broadcast(F, xs[scale + 1]).fma(p, o1);
        }
        f0.add(o0).intoArray(sums, row);
        f1.add(o1).intoArray(sums, row + STRIDE);
    }

    /** 4 bits, 4 tokens. */
    static void bits4Tokens4(
            byte[] data,
            int at,
            int subs,
            float[] s,
            int[] x,
            int xAt,
            float[] xs,
            int xsAt,
            int bias,
            int offsets,
            float[] sums,
            int row) {
        FloatVector f0 = FloatVector.fromArray(F, sums, row);
        FloatVector f1 = FloatVector.fromArray(F, sums, row + STRIDE);
        FloatVector f2 = FloatVector.fromArray(F, sums, row + 2 * STRIDE);
        FloatVector f3 = FloatVector.fromArray(F, sums, row + 3 * STRIDE);
        int q = at + 4 * row;
        ShortVector w;
        ShortVector y;
        IntVector i;
        FloatVector k;
        FloatVector m;
        for (int j = 0; j < subs; j++) {
            ShortVector a0 = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
            ShortVector a1 = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
            ShortVector a2 = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
            ShortVector a3 = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
            xAt += 4;
            for (int t = 0; t < 4; t++) {
                IntVector v = ByteVector.fromArray(B, data, q).reinterpretAsInts();
                w = v.reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                w = v.lanewise(LSHR, 4).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                w = v.lanewise(LSHR, 8).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 8]).reinterpretAsShorts();
                a0 = a0.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 9]).reinterpretAsShorts();
                a1 = a1.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 10]).reinterpretAsShorts();
                a2 = a2.add(w.mul(y));
                y = IntVector.broadcast(I, x[xAt + 11]).reinterpretAsShorts();
                a3 = a3.add(w.mul(y));
                w = v.lanewise(LSHR, 12).reinterpretAsShorts();
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
            int scale = xsAt + j * PanelInput.SCALES * 4;
            k = FloatVector.broadcast(F, xs[scale]);
            m = FloatVector.broadcast(F, xs[scale + bias]);
            i = a0.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            f0 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f0);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            m = FloatVector.broadcast(F, xs[scale + bias + 1]);
            i = a1.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            f1 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f1);
            k = FloatVector.broadcast(F, xs[scale + 2]);
            m = FloatVector.broadcast(F, xs[scale + bias + 2]);
            i = a2.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            f2 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f2);
            k = FloatVector.broadcast(F, xs[scale + 3]);
            m = FloatVector.broadcast(F, xs[scale + bias + 3]);
            i = a3.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            f3 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f3);
        }
        FloatVector o0 = FloatVector.zero(F);
        FloatVector o1 = FloatVector.zero(F);
        FloatVector o2 = FloatVector.zero(F);
        FloatVector o3 = FloatVector.zero(F);
        for (int j = 0; j < offsets; j++) {
            FloatVector p = FloatVector.fromArray(F, s, j * SCALES + ROWS + row);
            int scale = xsAt + (j * PanelInput.SCALES + 1) * 4;
            o0 = FloatVector.broadcast(F, xs[scale]).fma(p, o0);
            o1 = FloatVector.broadcast(F, xs[scale + 1]).fma(p, o1);
            o2 = FloatVector.broadcast(F, xs[scale + 2]).fma(p, o2);
            o3 = FloatVector.broadcast(F, xs[scale + 3]).fma(p, o3);
        }
        f0.add(o0).intoArray(sums, row);
        f1.add(o1).intoArray(sums, row + STRIDE);
        f2.add(o2).intoArray(sums, row + 2 * STRIDE);
        f3.add(o3).intoArray(sums, row + 3 * STRIDE);
    }

    /** 4 bits, 6 tokens. */
    static void bits4Tokens6(
            byte[] data,
            int at,
            int subs,
            float[] s,
            int[] x,
            int xAt,
            float[] xs,
            int xsAt,
            int bias,
            int offsets,
            float[] sums,
            int row) {
        FloatVector f0 = FloatVector.fromArray(F, sums, row);
        FloatVector f1 = FloatVector.fromArray(F, sums, row + STRIDE);
        FloatVector f2 = FloatVector.fromArray(F, sums, row + 2 * STRIDE);
        FloatVector f3 = FloatVector.fromArray(F, sums, row + 3 * STRIDE);
        FloatVector f4 = FloatVector.fromArray(F, sums, row + 4 * STRIDE);
        FloatVector f5 = FloatVector.fromArray(F, sums, row + 5 * STRIDE);
        int q = at + 4 * row;
        ShortVector w;
        ShortVector y;
        IntVector i;
        FloatVector k;
        FloatVector m;
        for (int j = 0; j < subs; j++) {
            ShortVector a0 = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
            ShortVector a1 = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
            ShortVector a2 = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
            ShortVector a3 = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
            ShortVector a4 = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
            ShortVector a5 = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
            xAt += 6;
            for (int t = 0; t < 4; t++) {
                IntVector v = ByteVector.fromArray(B, data, q).reinterpretAsInts();
                w = v.reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
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
                w = v.lanewise(LSHR, 4).reinterpretAsShorts();
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
                w = v.lanewise(LSHR, 8).reinterpretAsShorts();
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
                w = v.lanewise(LSHR, 12).reinterpretAsShorts();
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
            int scale = xsAt + j * PanelInput.SCALES * 6;
            k = FloatVector.broadcast(F, xs[scale]);
            m = FloatVector.broadcast(F, xs[scale + bias]);
            i = a0.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            f0 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f0);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            m = FloatVector.broadcast(F, xs[scale + bias + 1]);
            i = a1.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            f1 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f1);
            k = FloatVector.broadcast(F, xs[scale + 2]);
            m = FloatVector.broadcast(F, xs[scale + bias + 2]);
            i = a2.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            f2 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f2);
            k = FloatVector.broadcast(F, xs[scale + 3]);
            m = FloatVector.broadcast(F, xs[scale + bias + 3]);
            i = a3.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            f3 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f3);
            k = FloatVector.broadcast(F, xs[scale + 4]);
            m = FloatVector.broadcast(F, xs[scale + bias + 4]);
            i = a4.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            f4 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f4);
            k = FloatVector.broadcast(F, xs[scale + 5]);
            m = FloatVector.broadcast(F, xs[scale + bias + 5]);
            i = a5.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            f5 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f5);
        }
        FloatVector o0 = FloatVector.zero(F);
        FloatVector o1 = FloatVector.zero(F);
        FloatVector o2 = FloatVector.zero(F);
        FloatVector o3 = FloatVector.zero(F);
        FloatVector o4 = FloatVector.zero(F);
        FloatVector o5 = FloatVector.zero(F);
        for (int j = 0; j < offsets; j++) {
            FloatVector p = FloatVector.fromArray(F, s, j * SCALES + ROWS + row);
            int scale = xsAt + (j * PanelInput.SCALES + 1) * 6;
            o0 = FloatVector.broadcast(F, xs[scale]).fma(p, o0);
            o1 = FloatVector.broadcast(F, xs[scale + 1]).fma(p, o1);
            o2 = FloatVector.broadcast(F, xs[scale + 2]).fma(p, o2);
            o3 = FloatVector.broadcast(F, xs[scale + 3]).fma(p, o3);
            o4 = FloatVector.broadcast(F, xs[scale + 4]).fma(p, o4);
            o5 = FloatVector.broadcast(F, xs[scale + 5]).fma(p, o5);
        }
        f0.add(o0).intoArray(sums, row);
        f1.add(o1).intoArray(sums, row + STRIDE);
        f2.add(o2).intoArray(sums, row + 2 * STRIDE);
        f3.add(o3).intoArray(sums, row + 3 * STRIDE);
        f4.add(o4).intoArray(sums, row + 4 * STRIDE);
        f5.add(o5).intoArray(sums, row + 5 * STRIDE);
    }

    /** 5 bits, 1 token. */
    static void bits5Tokens1(
            byte[] data,
            int at,
            int subs,
            float[] s,
            int[] x,
            int xAt,
            float[] xs,
            int xsAt,
            int bias,
            int offsets,
            float[] sums,
            int row) {
        FloatVector f0 = FloatVector.fromArray(F, sums, row);
        int q = at + 4 * row;
        ShortVector w;
        ShortVector y;
        IntVector i;
        FloatVector k;
        FloatVector m;
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
                w = e.and(BYTE).reinterpretAsShorts().sub(CENTRE_5);
                y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
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
            int scale = xsAt + j * PanelInput.SCALES;
            k = FloatVector.broadcast(F, xs[scale]);
            m = FloatVector.broadcast(F, xs[scale + bias]);
            i = a0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f0 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f0);
        }
        FloatVector o0 = FloatVector.zero(F);
        for (int j = 0; j < offsets; j++) {
            FloatVector p = FloatVector.fromArray(F, s, j * SCALES + ROWS + row);
            int scale = xsAt + j * PanelInput.SCALES + 1;
            o0 = FloatVector.broadcast(F, xs[scale]).fma(p, o0);
        }
        f0.add(o0).intoArray(sums, row);
    }

    /** 5 bits, 2 tokens. */
    static void bits5Tokens2(
            byte[] data,
            int at,
            int subs,
            float[] s,
            int[] x,
            int xAt,
            float[] xs,
            int xsAt,
            int bias,
            int offsets,
            float[] sums,
            int row) {
        FloatVector f0 = FloatVector.fromArray(F, sums, row);
        FloatVector f1 = FloatVector.fromArray(F, sums, row + STRIDE);
        int q = at + 4 * row;
        ShortVector w;
        ShortVector y;
        IntVector i;
        FloatVector k;
        FloatVector m;
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
                w = e.and(BYTE).reinterpretAsShorts().sub(CENTRE_5);
                y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
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
            int scale = xsAt + j * PanelInput.SCALES * 2;
            k = FloatVector.broadcast(F, xs[scale]);
            m = FloatVector.broadcast(F, xs[scale + bias]);
            i = a0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f0 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f0);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            m = FloatVector.broadcast(F, xs[scale + bias + 1]);
            i = a1.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f1 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f1);
        }
        FloatVector o0 = FloatVector.zero(F);
        FloatVector o1 = FloatVector.zero(F);
        for (int j = 0; j < offsets; j++) {
            FloatVector p = FloatVector.fromArray(F, s, j * SCALES + ROWS + row);
            int scale = xsAt + (j * PanelInput.SCALES + 1) * 2;
            o0 = FloatVector.broadcast(F, xs[scale]).fma(p, o0);
            o1 = FloatVector.broadcast(F, xs[scale + 1]).fma(p, o1);
        }
        f0.add(o0).intoArray(sums, row);
        f1.add(o1).intoArray(sums, row + STRIDE);
    }

    /** 5 bits, 4 tokens. */
    static void bits5Tokens4(
            byte[] data,
            int at,
            int subs,
            float[] s,
            int[] x,
            int xAt,
            float[] xs,
            int xsAt,
            int bias,
            int offsets,
            float[] sums,
            int row) {
        FloatVector f0 = FloatVector.fromArray(F, sums, row);
        FloatVector f1 = FloatVector.fromArray(F, sums, row + STRIDE);
        FloatVector f2 = FloatVector.fromArray(F, sums, row + 2 * STRIDE);
        FloatVector f3 = FloatVector.fromArray(F, sums, row + 3 * STRIDE);
        int q = at + 4 * row;
        ShortVector w;
        ShortVector y;
        IntVector i;
        FloatVector k;
        FloatVector m;
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
                w = e.and(BYTE).reinterpretAsShorts().sub(CENTRE_5);
                y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
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
            int scale = xsAt + j * PanelInput.SCALES * 4;
            k = FloatVector.broadcast(F, xs[scale]);
            m = FloatVector.broadcast(F, xs[scale + bias]);
            i = a0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f0 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f0);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            m = FloatVector.broadcast(F, xs[scale + bias + 1]);
            i = a1.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f1 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f1);
            k = FloatVector.broadcast(F, xs[scale + 2]);
            m = FloatVector.broadcast(F, xs[scale + bias + 2]);
            i = a2.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f2 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f2);
            k = FloatVector.broadcast(F, xs[scale + 3]);
            m = FloatVector.broadcast(F, xs[scale + bias + 3]);
            i = a3.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f3 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f3);
        }
        FloatVector o0 = FloatVector.zero(F);
        FloatVector o1 = FloatVector.zero(F);
        FloatVector o2 = FloatVector.zero(F);
        FloatVector o3 = FloatVector.zero(F);
        for (int j = 0; j < offsets; j++) {
            FloatVector p = FloatVector.fromArray(F, s, j * SCALES + ROWS + row);
            int scale = xsAt + (j * PanelInput.SCALES + 1) * 4;
            o0 = FloatVector.broadcast(F, xs[scale]).fma(p, o0);
            o1 = FloatVector.broadcast(F, xs[scale + 1]).fma(p, o1);
            o2 = FloatVector.broadcast(F, xs[scale + 2]).fma(p, o2);
            o3 = FloatVector.broadcast(F, xs[scale + 3]).fma(p, o3);
        }
        f0.add(o0).intoArray(sums, row);
        f1.add(o1).intoArray(sums, row + STRIDE);
        f2.add(o2).intoArray(sums, row + 2 * STRIDE);
        f3.add(o3).intoArray(sums, row + 3 * STRIDE);
    }

    /** 5 bits, 6 tokens. */
    static void bits5Tokens6(
            byte[] data,
            int at,
            int subs,
            float[] s,
            int[] x,
            int xAt,
            float[] xs,
            int xsAt,
            int bias,
            int offsets,
            float[] sums,
            int row) {
        FloatVector f0 = FloatVector.fromArray(F, sums, row);
        FloatVector f1 = FloatVector.fromArray(F, sums, row + STRIDE);
        FloatVector f2 = FloatVector.fromArray(F, sums, row + 2 * STRIDE);
        FloatVector f3 = FloatVector.fromArray(F, sums, row + 3 * STRIDE);
        FloatVector f4 = FloatVector.fromArray(F, sums, row + 4 * STRIDE);
        FloatVector f5 = FloatVector.fromArray(F, sums, row + 5 * STRIDE);
        int q = at + 4 * row;
        ShortVector w;
        ShortVector y;
        IntVector i;
        FloatVector k;
        FloatVector m;
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
                w = e.and(BYTE).reinterpretAsShorts().sub(CENTRE_5);
                y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
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
            int scale = xsAt + j * PanelInput.SCALES * 6;
            k = FloatVector.broadcast(F, xs[scale]);
            m = FloatVector.broadcast(F, xs[scale + bias]);
            i = a0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f0 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f0);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            m = FloatVector.broadcast(F, xs[scale + bias + 1]);
            i = a1.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f1 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f1);
            k = FloatVector.broadcast(F, xs[scale + 2]);
            m = FloatVector.broadcast(F, xs[scale + bias + 2]);
            i = a2.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f2 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f2);
            k = FloatVector.broadcast(F, xs[scale + 3]);
            m = FloatVector.broadcast(F, xs[scale + bias + 3]);
            i = a3.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f3 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f3);
            k = FloatVector.broadcast(F, xs[scale + 4]);
            m = FloatVector.broadcast(F, xs[scale + bias + 4]);
            i = a4.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f4 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f4);
            k = FloatVector.broadcast(F, xs[scale + 5]);
            m = FloatVector.broadcast(F, xs[scale + bias + 5]);
            i = a5.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f5 = ((FloatVector) i.convert(I2F, 0)).fma(k, m).fma(p, f5);
        }
        FloatVector o0 = FloatVector.zero(F);
        FloatVector o1 = FloatVector.zero(F);
        FloatVector o2 = FloatVector.zero(F);
        FloatVector o3 = FloatVector.zero(F);
        FloatVector o4 = FloatVector.zero(F);
        FloatVector o5 = FloatVector.zero(F);
        for (int j = 0; j < offsets; j++) {
            FloatVector p = FloatVector.fromArray(F, s, j * SCALES + ROWS + row);
            int scale = xsAt + (j * PanelInput.SCALES + 1) * 6;
            o0 = FloatVector.broadcast(F, xs[scale]).fma(p, o0);
            o1 = FloatVector.broadcast(F, xs[scale + 1]).fma(p, o1);
            o2 = FloatVector.broadcast(F, xs[scale + 2]).fma(p, o2);
            o3 = FloatVector.broadcast(F, xs[scale + 3]).fma(p, o3);
            o4 = FloatVector.broadcast(F, xs[scale + 4]).fma(p, o4);
            o5 = FloatVector.broadcast(F, xs[scale + 5]).fma(p, o5);
        }
        f0.add(o0).intoArray(sums, row);
        f1.add(o1).intoArray(sums, row + STRIDE);
        f2.add(o2).intoArray(sums, row + 2 * STRIDE);
        f3.add(o3).intoArray(sums, row + 3 * STRIDE);
        f4.add(o4).intoArray(sums, row + 4 * STRIDE);
        f5.add(o5).intoArray(sums, row + 5 * STRIDE);
    }

    /** 6 bits, 2 tokens. */
    static void bits6Tokens2(
            byte[] data, int at, int subs, float[] s, int[] x, int xAt, float[] xs, int xsAt, float[] sums, int row) {
        FloatVector f0 = FloatVector.fromArray(F, sums, row);
        FloatVector f1 = FloatVector.fromArray(F, sums, row + STRIDE);
        int q = at + 4 * row;
        ShortVector w;
        ShortVector y;
        IntVector i;
        FloatVector k;
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
                w = e.and(BYTE).reinterpretAsShorts().sub(CENTRE_6);
                y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
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
            int scale = xsAt + (j >> 1) * PanelInput.SCALES * 2;
            k = FloatVector.broadcast(F, xs[scale]);
            i = a0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f0 = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, f0);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            i = a1.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f1 = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, f1);
        }
        f0.intoArray(sums, row);
        f1.intoArray(sums, row + STRIDE);
    }

    /** 6 bits, 4 tokens. */
    static void bits6Tokens4(
            byte[] data, int at, int subs, float[] s, int[] x, int xAt, float[] xs, int xsAt, float[] sums, int row) {
        FloatVector f0 = FloatVector.fromArray(F, sums, row);
        FloatVector f1 = FloatVector.fromArray(F, sums, row + STRIDE);
        FloatVector f2 = FloatVector.fromArray(F, sums, row + 2 * STRIDE);
        FloatVector f3 = FloatVector.fromArray(F, sums, row + 3 * STRIDE);
        int q = at + 4 * row;
        ShortVector w;
        ShortVector y;
        IntVector i;
        FloatVector k;
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
                w = e.and(BYTE).reinterpretAsShorts().sub(CENTRE_6);
                y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
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
            int scale = xsAt + (j >> 1) * PanelInput.SCALES * 4;
            k = FloatVector.broadcast(F, xs[scale]);
            i = a0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f0 = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, f0);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            i = a1.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f1 = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, f1);
            k = FloatVector.broadcast(F, xs[scale + 2]);
            i = a2.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f2 = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, f2);
            k = FloatVector.broadcast(F, xs[scale + 3]);
            i = a3.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f3 = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, f3);
        }
        f0.intoArray(sums, row);
        f1.intoArray(sums, row + STRIDE);
        f2.intoArray(sums, row + 2 * STRIDE);
        f3.intoArray(sums, row + 3 * STRIDE);
    }

    /** 6 bits, 6 tokens. */
    static void bits6Tokens6(
            byte[] data, int at, int subs, float[] s, int[] x, int xAt, float[] xs, int xsAt, float[] sums, int row) {
        FloatVector f0 = FloatVector.fromArray(F, sums, row);
        FloatVector f1 = FloatVector.fromArray(F, sums, row + STRIDE);
        FloatVector f2 = FloatVector.fromArray(F, sums, row + 2 * STRIDE);
        FloatVector f3 = FloatVector.fromArray(F, sums, row + 3 * STRIDE);
        FloatVector f4 = FloatVector.fromArray(F, sums, row + 4 * STRIDE);
        FloatVector f5 = FloatVector.fromArray(F, sums, row + 5 * STRIDE);
        int q = at + 4 * row;
        ShortVector w;
        ShortVector y;
        IntVector i;
        FloatVector k;
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
                w = e.and(BYTE).reinterpretAsShorts().sub(CENTRE_6);
                y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
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
            int scale = xsAt + (j >> 1) * PanelInput.SCALES * 6;
            k = FloatVector.broadcast(F, xs[scale]);
            i = a0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f0 = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, f0);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            i = a1.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f1 = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, f1);
            k = FloatVector.broadcast(F, xs[scale + 2]);
            i = a2.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f2 = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, f2);
            k = FloatVector.broadcast(F, xs[scale + 3]);
            i = a3.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f3 = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, f3);
            k = FloatVector.broadcast(F, xs[scale + 4]);
            i = a4.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f4 = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, f4);
            k = FloatVector.broadcast(F, xs[scale + 5]);
            i = a5.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f5 = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, f5);
        }
        f0.intoArray(sums, row);
        f1.intoArray(sums, row + STRIDE);
        f2.intoArray(sums, row + 2 * STRIDE);
        f3.intoArray(sums, row + 3 * STRIDE);
        f4.intoArray(sums, row + 4 * STRIDE);
        f5.intoArray(sums, row + 5 * STRIDE);
    }
}
