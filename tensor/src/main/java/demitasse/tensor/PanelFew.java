package demitasse.tensor;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.invoke.VarHandle;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of two vectors of rows with a group of 1, 2 or 4 tokens, the weights unpacked in registers: for generation
 * where a sub-block has its scale in 16 bits, for parallel sessions and for checking drafts. With fewer tokens than a
 * GEMM needs, storing unpacked weights would cost more than their use.
 *
 * <p>Parameters: {@code data} at {@code q0} and {@code q1} the two vectors' lines; {@code s} the decoded scales, likewise;
 * {@code x}, {@code xs} the tokens' folded pairs ({@link PanelFold}, centres from {@code zAt} on) and scales from the
 * group's first column on; {@code offsets} as in {@link PanelGemm}; {@code sums} at {@code c0} and {@code c1}, {@link #STRIDE} floats from token to token.
 *
 * <p>A line's steps are written out, with a fence for loads between them, which is no instruction on x86: without it C2
 * puts all loads and products of a line first, and their results and the sums into memory.
 *
 * <p>Shifts are those of ints: C2 has them with the count in the instruction, which it lacks for shorts. Broadcasts serve
 * two vectors: with a single use C2 takes them through a general register.
 */
final class PanelFew {
    private static final VectorSpecies<Integer> I = VectorUnit.INTS;
    private static final VectorSpecies<Float> F = VectorUnit.FLOATS;
    private static final VectorSpecies<Byte> B = VectorUnit.BYTES;

    private static final int ROWS = PanelFormat.ROWS;
    private static final int LINE = PanelFormat.LINE;
    private static final int SCALES = PanelFormat.SUB_SCALES;
    private static final int STRIDE = PanelGemm.STRIDE;

    /** All even nibbles, the low byte of each short, and high bits in their place. */
    private static final int NIBBLES = 0x0f0f0f0f;

    private static final int BYTE = 0x00ff00ff;
    private static final int HIGH_5 = 0x10101010;
    private static final int HIGH_6 = 0x30303030;

    /**
     * Ends of loops of two and four turns that double. C2 does not take them for counted loops: it would write two turns
     * out and spill, and before each loop it would check the bounds for the first and the last turn of every access.
     */
    private static final int TURNS_2 = 1 << 2;

    private static final int TURNS_4 = 1 << 4;

    private PanelFew() {}

    /** 4 bits, 1 token, four vectors of rows: what surrounds the products is shared by more of them. */
    static void bits4Tokens1(
            byte[] data,
            int q0,
            int q1,
            int q2,
            int q3,
            int subs,
            float[] s,
            int s0,
            int s1,
            int s2,
            int s3,
            int[] x,
            int xAt,
            int zAt,
            float[] xs,
            int xsAt,
            int offsets,
            float[] sums,
            int c0,
            int c1,
            int c2,
            int c3) {
        ShortVector y;
        IntVector i;
        FloatVector k;
        for (int j = 0; j < subs; j++) {
            ShortVector a0 = IntVector.broadcast(I, x[zAt + j]).reinterpretAsShorts();
            ShortVector a1 = a0;
            ShortVector a2 = a0;
            ShortVector a3 = a0;
            for (int t = 0; t < 4; t++) {
                IntVector v0 = ByteVector.fromArray(B, data, q0).reinterpretAsInts();
                IntVector v1 = ByteVector.fromArray(B, data, q1).reinterpretAsInts();
                IntVector v2 = ByteVector.fromArray(B, data, q2).reinterpretAsInts();
                IntVector v3 = ByteVector.fromArray(B, data, q3).reinterpretAsInts();
                y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a0 = a0.add(v0.reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.reinterpretAsShorts().mul(y));
                a2 = a2.add(v2.reinterpretAsShorts().mul(y));
                a3 = a3.add(v3.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                a2 = a2.add(v2.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                a3 = a3.add(v3.lanewise(LSHR, 4).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                a2 = a2.add(v2.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                a3 = a3.add(v3.lanewise(LSHR, 8).reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a0 = a0.add(v0.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                a1 = a1.add(v1.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                a2 = a2.add(v2.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                a3 = a3.add(v3.lanewise(LSHR, 12).reinterpretAsShorts().mul(y));
                q0 += LINE;
                q1 += LINE;
                q2 += LINE;
                q3 += LINE;
                xAt += 4;
            }
            k = FloatVector.broadcast(F, xs[xsAt + j * PanelInput.SCALES]);
            i = a0.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(FloatVector.fromArray(F, s, s0 + j * SCALES), FloatVector.fromArray(F, sums, c0))
                    .intoArray(sums, c0);
            i = a1.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(FloatVector.fromArray(F, s, s1 + j * SCALES), FloatVector.fromArray(F, sums, c1))
                    .intoArray(sums, c1);
            i = a2.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(FloatVector.fromArray(F, s, s2 + j * SCALES), FloatVector.fromArray(F, sums, c2))
                    .intoArray(sums, c2);
            i = a3.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(FloatVector.fromArray(F, s, s3 + j * SCALES), FloatVector.fromArray(F, sums, c3))
                    .intoArray(sums, c3);
        }
        if (offsets == 0) {
            return;
        }
        FloatVector o0 = FloatVector.zero(F);
        FloatVector o1 = FloatVector.zero(F);
        FloatVector o2 = FloatVector.zero(F);
        FloatVector o3 = FloatVector.zero(F);
        for (int j = 0; j < offsets; j++) {
            k = FloatVector.broadcast(F, xs[xsAt + j * PanelInput.SCALES + PanelInput.SUM]);
            o0 = k.fma(FloatVector.fromArray(F, s, s0 + j * SCALES + ROWS), o0);
            o1 = k.fma(FloatVector.fromArray(F, s, s1 + j * SCALES + ROWS), o1);
            o2 = k.fma(FloatVector.fromArray(F, s, s2 + j * SCALES + ROWS), o2);
            o3 = k.fma(FloatVector.fromArray(F, s, s3 + j * SCALES + ROWS), o3);
        }
        FloatVector.fromArray(F, sums, c0).add(o0).intoArray(sums, c0);
        FloatVector.fromArray(F, sums, c1).add(o1).intoArray(sums, c1);
        FloatVector.fromArray(F, sums, c2).add(o2).intoArray(sums, c2);
        FloatVector.fromArray(F, sums, c3).add(o3).intoArray(sums, c3);
    }

    /** 4 bits, 2 tokens. */
    static void bits4Tokens2(
            byte[] data,
            int q0,
            int q1,
            int subs,
            float[] s,
            int s0,
            int s1,
            int[] x,
            int xAt,
            int zAt,
            float[] xs,
            int xsAt,
            int offsets,
            float[] sums,
            int c0,
            int c1) {
        FloatVector f00 = FloatVector.fromArray(F, sums, c0);
        FloatVector f01 = FloatVector.fromArray(F, sums, c1);
        FloatVector f10 = FloatVector.fromArray(F, sums, c0 + STRIDE);
        FloatVector f11 = FloatVector.fromArray(F, sums, c1 + STRIDE);
        ShortVector w0;
        ShortVector w1;
        ShortVector y;
        IntVector i;
        FloatVector k;
        for (int j = 0; j < subs; j++) {
            ShortVector a00 = IntVector.broadcast(I, x[zAt]).reinterpretAsShorts();
            ShortVector a01 = a00;
            ShortVector a10 = IntVector.broadcast(I, x[zAt + 1]).reinterpretAsShorts();
            ShortVector a11 = a10;
            zAt += 2;
            for (int t = 0; t < 4; t++) {
                IntVector v0 = ByteVector.fromArray(B, data, q0).reinterpretAsInts();
                IntVector v1 = ByteVector.fromArray(B, data, q1).reinterpretAsInts();
                w0 = v0.reinterpretAsShorts();
                w1 = v1.reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a00 = a00.add(w0.mul(y));
                a01 = a01.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a10 = a10.add(w0.mul(y));
                a11 = a11.add(w1.mul(y));
                VarHandle.loadLoadFence();
                v0 = v0.lanewise(LSHR, 4);
                v1 = v1.lanewise(LSHR, 4);
                w0 = v0.reinterpretAsShorts();
                w1 = v1.reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a00 = a00.add(w0.mul(y));
                a01 = a01.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a10 = a10.add(w0.mul(y));
                a11 = a11.add(w1.mul(y));
                VarHandle.loadLoadFence();
                v0 = v0.lanewise(LSHR, 4);
                v1 = v1.lanewise(LSHR, 4);
                w0 = v0.reinterpretAsShorts();
                w1 = v1.reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                a00 = a00.add(w0.mul(y));
                a01 = a01.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                a10 = a10.add(w0.mul(y));
                a11 = a11.add(w1.mul(y));
                VarHandle.loadLoadFence();
                v0 = v0.lanewise(LSHR, 4);
                v1 = v1.lanewise(LSHR, 4);
                w0 = v0.reinterpretAsShorts();
                w1 = v1.reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                a00 = a00.add(w0.mul(y));
                a01 = a01.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                a10 = a10.add(w0.mul(y));
                a11 = a11.add(w1.mul(y));
                VarHandle.loadLoadFence();
                q0 += LINE;
                q1 += LINE;
                xAt += 8;
            }
            FloatVector p0 = FloatVector.fromArray(F, s, s0 + j * SCALES);
            FloatVector p1 = FloatVector.fromArray(F, s, s1 + j * SCALES);
            int scale = xsAt + j * PanelInput.SCALES * 2;
            k = FloatVector.broadcast(F, xs[scale]);
            i = a00.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            f00 = ((FloatVector) i.convertShape(I2F, F, 0)).mul(k).fma(p0, f00);
            i = a01.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            f01 = ((FloatVector) i.convertShape(I2F, F, 0)).mul(k).fma(p1, f01);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            i = a10.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            f10 = ((FloatVector) i.convertShape(I2F, F, 0)).mul(k).fma(p0, f10);
            i = a11.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            f11 = ((FloatVector) i.convertShape(I2F, F, 0)).mul(k).fma(p1, f11);
        }
        FloatVector o00 = FloatVector.zero(F);
        FloatVector o01 = FloatVector.zero(F);
        FloatVector o10 = FloatVector.zero(F);
        FloatVector o11 = FloatVector.zero(F);
        for (int j = 0; j < offsets; j++) {
            FloatVector p0 = FloatVector.fromArray(F, s, s0 + j * SCALES + ROWS);
            FloatVector p1 = FloatVector.fromArray(F, s, s1 + j * SCALES + ROWS);
            int scale = xsAt + (j * PanelInput.SCALES + PanelInput.SUM) * 2;
            k = FloatVector.broadcast(F, xs[scale]);
            o00 = k.fma(p0, o00);
            o01 = k.fma(p1, o01);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            o10 = k.fma(p0, o10);
            o11 = k.fma(p1, o11);
        }
        f00.add(o00).intoArray(sums, c0);
        f01.add(o01).intoArray(sums, c1);
        f10.add(o10).intoArray(sums, c0 + STRIDE);
        f11.add(o11).intoArray(sums, c1 + STRIDE);
    }

    /** 4 bits, 4 tokens. */
    static void bits4Tokens4(
            byte[] data,
            int q0,
            int q1,
            int subs,
            float[] s,
            int s0,
            int s1,
            int[] x,
            int xAt,
            int zAt,
            float[] xs,
            int xsAt,
            int offsets,
            float[] sums,
            int c0,
            int c1) {
        ShortVector w0;
        ShortVector w1;
        ShortVector y;
        IntVector i;
        FloatVector k;
        for (int j = 0; j < subs; j++) {
            ShortVector a00 = IntVector.broadcast(I, x[zAt]).reinterpretAsShorts();
            ShortVector a01 = a00;
            ShortVector a10 = IntVector.broadcast(I, x[zAt + 1]).reinterpretAsShorts();
            ShortVector a11 = a10;
            ShortVector a20 = IntVector.broadcast(I, x[zAt + 2]).reinterpretAsShorts();
            ShortVector a21 = a20;
            ShortVector a30 = IntVector.broadcast(I, x[zAt + 3]).reinterpretAsShorts();
            ShortVector a31 = a30;
            zAt += 4;
            for (int line = 1; line < TURNS_4; line <<= 1) {
                IntVector v0 = ByteVector.fromArray(B, data, q0).reinterpretAsInts();
                IntVector v1 = ByteVector.fromArray(B, data, q1).reinterpretAsInts();
                w0 = v0.reinterpretAsShorts();
                w1 = v1.reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a00 = a00.add(w0.mul(y));
                a01 = a01.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a10 = a10.add(w0.mul(y));
                a11 = a11.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a20 = a20.add(w0.mul(y));
                a21 = a21.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a30 = a30.add(w0.mul(y));
                a31 = a31.add(w1.mul(y));
                VarHandle.loadLoadFence();
                v0 = v0.lanewise(LSHR, 4);
                v1 = v1.lanewise(LSHR, 4);
                w0 = v0.reinterpretAsShorts();
                w1 = v1.reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                a00 = a00.add(w0.mul(y));
                a01 = a01.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                a10 = a10.add(w0.mul(y));
                a11 = a11.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                a20 = a20.add(w0.mul(y));
                a21 = a21.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                a30 = a30.add(w0.mul(y));
                a31 = a31.add(w1.mul(y));
                VarHandle.loadLoadFence();
                v0 = v0.lanewise(LSHR, 4);
                v1 = v1.lanewise(LSHR, 4);
                w0 = v0.reinterpretAsShorts();
                w1 = v1.reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 8]).reinterpretAsShorts();
                a00 = a00.add(w0.mul(y));
                a01 = a01.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 9]).reinterpretAsShorts();
                a10 = a10.add(w0.mul(y));
                a11 = a11.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 10]).reinterpretAsShorts();
                a20 = a20.add(w0.mul(y));
                a21 = a21.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 11]).reinterpretAsShorts();
                a30 = a30.add(w0.mul(y));
                a31 = a31.add(w1.mul(y));
                VarHandle.loadLoadFence();
                v0 = v0.lanewise(LSHR, 4);
                v1 = v1.lanewise(LSHR, 4);
                w0 = v0.reinterpretAsShorts();
                w1 = v1.reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 12]).reinterpretAsShorts();
                a00 = a00.add(w0.mul(y));
                a01 = a01.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 13]).reinterpretAsShorts();
                a10 = a10.add(w0.mul(y));
                a11 = a11.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 14]).reinterpretAsShorts();
                a20 = a20.add(w0.mul(y));
                a21 = a21.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 15]).reinterpretAsShorts();
                a30 = a30.add(w0.mul(y));
                a31 = a31.add(w1.mul(y));
                VarHandle.loadLoadFence();
                q0 += LINE;
                q1 += LINE;
                xAt += 16;
            }
            FloatVector p0 = FloatVector.fromArray(F, s, s0 + j * SCALES);
            FloatVector p1 = FloatVector.fromArray(F, s, s1 + j * SCALES);
            int scale = xsAt + j * PanelInput.SCALES * 4;
            k = FloatVector.broadcast(F, xs[scale]);
            i = a00.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p0, FloatVector.fromArray(F, sums, c0))
                    .intoArray(sums, c0);
            i = a01.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p1, FloatVector.fromArray(F, sums, c1))
                    .intoArray(sums, c1);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            i = a10.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p0, FloatVector.fromArray(F, sums, c0 + STRIDE))
                    .intoArray(sums, c0 + STRIDE);
            i = a11.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p1, FloatVector.fromArray(F, sums, c1 + STRIDE))
                    .intoArray(sums, c1 + STRIDE);
            k = FloatVector.broadcast(F, xs[scale + 2]);
            i = a20.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p0, FloatVector.fromArray(F, sums, c0 + 2 * STRIDE))
                    .intoArray(sums, c0 + 2 * STRIDE);
            i = a21.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p1, FloatVector.fromArray(F, sums, c1 + 2 * STRIDE))
                    .intoArray(sums, c1 + 2 * STRIDE);
            k = FloatVector.broadcast(F, xs[scale + 3]);
            i = a30.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p0, FloatVector.fromArray(F, sums, c0 + 3 * STRIDE))
                    .intoArray(sums, c0 + 3 * STRIDE);
            i = a31.reinterpretAsInts();
            i = i.add(i.lanewise(LSHL, 16)).lanewise(ASHR, 16);
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p1, FloatVector.fromArray(F, sums, c1 + 3 * STRIDE))
                    .intoArray(sums, c1 + 3 * STRIDE);
        }
        if (offsets == 0) {
            return;
        }
        FloatVector o00 = FloatVector.zero(F);
        FloatVector o01 = FloatVector.zero(F);
        FloatVector o10 = FloatVector.zero(F);
        FloatVector o11 = FloatVector.zero(F);
        FloatVector o20 = FloatVector.zero(F);
        FloatVector o21 = FloatVector.zero(F);
        FloatVector o30 = FloatVector.zero(F);
        FloatVector o31 = FloatVector.zero(F);
        for (int j = 0; j < offsets; j++) {
            FloatVector p0 = FloatVector.fromArray(F, s, s0 + j * SCALES + ROWS);
            FloatVector p1 = FloatVector.fromArray(F, s, s1 + j * SCALES + ROWS);
            int scale = xsAt + (j * PanelInput.SCALES + PanelInput.SUM) * 4;
            k = FloatVector.broadcast(F, xs[scale]);
            o00 = k.fma(p0, o00);
            o01 = k.fma(p1, o01);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            o10 = k.fma(p0, o10);
            o11 = k.fma(p1, o11);
            k = FloatVector.broadcast(F, xs[scale + 2]);
            o20 = k.fma(p0, o20);
            o21 = k.fma(p1, o21);
            k = FloatVector.broadcast(F, xs[scale + 3]);
            o30 = k.fma(p0, o30);
            o31 = k.fma(p1, o31);
        }
        FloatVector.fromArray(F, sums, c0).add(o00).intoArray(sums, c0);
        FloatVector.fromArray(F, sums, c1).add(o01).intoArray(sums, c1);
        FloatVector.fromArray(F, sums, c0 + STRIDE).add(o10).intoArray(sums, c0 + STRIDE);
        FloatVector.fromArray(F, sums, c1 + STRIDE).add(o11).intoArray(sums, c1 + STRIDE);
        FloatVector.fromArray(F, sums, c0 + 2 * STRIDE).add(o20).intoArray(sums, c0 + 2 * STRIDE);
        FloatVector.fromArray(F, sums, c1 + 2 * STRIDE).add(o21).intoArray(sums, c1 + 2 * STRIDE);
        FloatVector.fromArray(F, sums, c0 + 3 * STRIDE).add(o30).intoArray(sums, c0 + 3 * STRIDE);
        FloatVector.fromArray(F, sums, c1 + 3 * STRIDE).add(o31).intoArray(sums, c1 + 3 * STRIDE);
    }

    /** 5 bits, 1 token: pairs folded lane by lane. */
    static void bits5Tokens1(
            byte[] data,
            int q0,
            int q1,
            int subs,
            float[] s,
            int s0,
            int s1,
            int[] x,
            int xAt,
            int zAt,
            float[] xs,
            int xsAt,
            int offsets,
            float[] sums,
            int c0,
            int c1) {
        FloatVector f0 = FloatVector.fromArray(F, sums, c0);
        FloatVector f1 = FloatVector.fromArray(F, sums, c1);
        ShortVector y;
        IntVector n;
        FloatVector k;
        for (int j = 0; j < subs; j++) {
            IntVector h0 = ByteVector.fromArray(B, data, q0).reinterpretAsInts();
            IntVector h1 = ByteVector.fromArray(B, data, q1).reinterpretAsInts();
            ShortVector a0 = IntVector.broadcast(I, x[zAt + j]).reinterpretAsShorts();
            ShortVector a1 = a0;
            q0 += LINE;
            q1 += LINE;
            for (int turn = 1; turn < TURNS_4; turn <<= 1) {
                IntVector v0 = ByteVector.fromArray(B, data, q0).reinterpretAsInts();
                IntVector v1 = ByteVector.fromArray(B, data, q1).reinterpretAsInts();
                IntVector e0 = v0.and(NIBBLES).or(h0.lanewise(LSHL, 4).and(HIGH_5));
                IntVector e1 = v1.and(NIBBLES).or(h1.lanewise(LSHL, 4).and(HIGH_5));
                y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a0 = a0.add(e0.reinterpretAsShorts().mul(y));
                a1 = a1.add(e1.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a0 = a0.add(e0.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().mul(y));
                a1 = a1.add(e1.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().mul(y));
                IntVector o0 = v0.lanewise(LSHR, 4)
                        .and(NIBBLES)
                        .or(h0.lanewise(LSHL, 3).and(HIGH_5));
                IntVector o1 = v1.lanewise(LSHR, 4)
                        .and(NIBBLES)
                        .or(h1.lanewise(LSHL, 3).and(HIGH_5));
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a0 = a0.add(o0.reinterpretAsShorts().mul(y));
                a1 = a1.add(o1.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a0 = a0.add(o0.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().mul(y));
                a1 = a1.add(o1.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().mul(y));
                h0 = h0.lanewise(LSHR, 2);
                h1 = h1.lanewise(LSHR, 2);
                q0 += LINE;
                q1 += LINE;
                xAt += 4;
            }
            k = FloatVector.broadcast(F, xs[xsAt + j * PanelInput.SCALES]);
            n = a0.reinterpretAsInts();
            n = n.lanewise(LSHL, 16).lanewise(ASHR, 16).add(n.lanewise(ASHR, 16));
            f0 = ((FloatVector) n.convertShape(I2F, F, 0)).mul(k).fma(FloatVector.fromArray(F, s, s0 + j * SCALES), f0);
            n = a1.reinterpretAsInts();
            n = n.lanewise(LSHL, 16).lanewise(ASHR, 16).add(n.lanewise(ASHR, 16));
            f1 = ((FloatVector) n.convertShape(I2F, F, 0)).mul(k).fma(FloatVector.fromArray(F, s, s1 + j * SCALES), f1);
        }
        FloatVector r0 = FloatVector.zero(F);
        FloatVector r1 = FloatVector.zero(F);
        for (int j = 0; j < offsets; j++) {
            k = FloatVector.broadcast(F, xs[xsAt + j * PanelInput.SCALES + PanelInput.SUM]);
            r0 = k.fma(FloatVector.fromArray(F, s, s0 + j * SCALES + ROWS), r0);
            r1 = k.fma(FloatVector.fromArray(F, s, s1 + j * SCALES + ROWS), r1);
        }
        f0.add(r0).intoArray(sums, c0);
        f1.add(r1).intoArray(sums, c1);
    }

    /** 5 bits, 2 tokens: pairs folded lane by lane, as with one. */
    static void bits5Tokens2(
            byte[] data,
            int q0,
            int q1,
            int subs,
            float[] s,
            int s0,
            int s1,
            int[] x,
            int xAt,
            int zAt,
            float[] xs,
            int xsAt,
            int offsets,
            float[] sums,
            int c0,
            int c1) {
        FloatVector f00 = FloatVector.fromArray(F, sums, c0);
        FloatVector f01 = FloatVector.fromArray(F, sums, c1);
        FloatVector f10 = FloatVector.fromArray(F, sums, c0 + STRIDE);
        FloatVector f11 = FloatVector.fromArray(F, sums, c1 + STRIDE);
        ShortVector w0;
        ShortVector w1;
        ShortVector y;
        IntVector i;
        FloatVector k;
        for (int j = 0; j < subs; j++) {
            ShortVector a00 = IntVector.broadcast(I, x[zAt]).reinterpretAsShorts();
            ShortVector a01 = a00;
            ShortVector a10 = IntVector.broadcast(I, x[zAt + 1]).reinterpretAsShorts();
            ShortVector a11 = a10;
            zAt += 2;
            IntVector h0 = ByteVector.fromArray(B, data, q0).reinterpretAsInts();
            IntVector h1 = ByteVector.fromArray(B, data, q1).reinterpretAsInts();
            q0 += LINE;
            q1 += LINE;
            for (int line = 1; line < TURNS_4; line <<= 1) {
                IntVector v0 = ByteVector.fromArray(B, data, q0).reinterpretAsInts();
                IntVector v1 = ByteVector.fromArray(B, data, q1).reinterpretAsInts();
                IntVector e0 = v0.and(NIBBLES).or(h0.lanewise(LSHL, 4).and(HIGH_5));
                IntVector e1 = v1.and(NIBBLES).or(h1.lanewise(LSHL, 4).and(HIGH_5));
                w0 = e0.reinterpretAsShorts();
                w1 = e1.reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a00 = a00.add(w0.mul(y));
                a01 = a01.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a10 = a10.add(w0.mul(y));
                a11 = a11.add(w1.mul(y));
                VarHandle.loadLoadFence();
                w0 = e0.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts();
                w1 = e1.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a00 = a00.add(w0.mul(y));
                a01 = a01.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a10 = a10.add(w0.mul(y));
                a11 = a11.add(w1.mul(y));
                VarHandle.loadLoadFence();
                v0 = v0.lanewise(LSHR, 4);
                v1 = v1.lanewise(LSHR, 4);
                e0 = v0.and(NIBBLES).or(h0.lanewise(LSHL, 3).and(HIGH_5));
                e1 = v1.and(NIBBLES).or(h1.lanewise(LSHL, 3).and(HIGH_5));
                h0 = h0.lanewise(LSHR, 2);
                h1 = h1.lanewise(LSHR, 2);
                w0 = e0.reinterpretAsShorts();
                w1 = e1.reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                a00 = a00.add(w0.mul(y));
                a01 = a01.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                a10 = a10.add(w0.mul(y));
                a11 = a11.add(w1.mul(y));
                VarHandle.loadLoadFence();
                w0 = e0.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts();
                w1 = e1.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                a00 = a00.add(w0.mul(y));
                a01 = a01.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                a10 = a10.add(w0.mul(y));
                a11 = a11.add(w1.mul(y));
                VarHandle.loadLoadFence();
                q0 += LINE;
                q1 += LINE;
                xAt += 8;
            }
            FloatVector p0 = FloatVector.fromArray(F, s, s0 + j * SCALES);
            FloatVector p1 = FloatVector.fromArray(F, s, s1 + j * SCALES);
            int scale = xsAt + j * PanelInput.SCALES * 2;
            k = FloatVector.broadcast(F, xs[scale]);
            i = a00.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f00 = ((FloatVector) i.convertShape(I2F, F, 0)).mul(k).fma(p0, f00);
            i = a01.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f01 = ((FloatVector) i.convertShape(I2F, F, 0)).mul(k).fma(p1, f01);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            i = a10.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f10 = ((FloatVector) i.convertShape(I2F, F, 0)).mul(k).fma(p0, f10);
            i = a11.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f11 = ((FloatVector) i.convertShape(I2F, F, 0)).mul(k).fma(p1, f11);
        }
        FloatVector o00 = FloatVector.zero(F);
        FloatVector o01 = FloatVector.zero(F);
        FloatVector o10 = FloatVector.zero(F);
        FloatVector o11 = FloatVector.zero(F);
        for (int j = 0; j < offsets; j++) {
            FloatVector p0 = FloatVector.fromArray(F, s, s0 + j * SCALES + ROWS);
            FloatVector p1 = FloatVector.fromArray(F, s, s1 + j * SCALES + ROWS);
            int scale = xsAt + (j * PanelInput.SCALES + PanelInput.SUM) * 2;
            k = FloatVector.broadcast(F, xs[scale]);
            o00 = k.fma(p0, o00);
            o01 = k.fma(p1, o01);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            o10 = k.fma(p0, o10);
            o11 = k.fma(p1, o11);
        }
        f00.add(o00).intoArray(sums, c0);
        f01.add(o01).intoArray(sums, c1);
        f10.add(o10).intoArray(sums, c0 + STRIDE);
        f11.add(o11).intoArray(sums, c1 + STRIDE);
    }

    /** 5 bits, 4 tokens. */
    static void bits5Tokens4(
            byte[] data,
            int q0,
            int q1,
            int subs,
            float[] s,
            int s0,
            int s1,
            int[] x,
            int xAt,
            int zAt,
            float[] xs,
            int xsAt,
            int offsets,
            float[] sums,
            int c0,
            int c1) {
        ShortVector w0;
        ShortVector w1;
        ShortVector y;
        IntVector i;
        FloatVector k;
        for (int j = 0; j < subs; j++) {
            ShortVector a00 = IntVector.broadcast(I, x[zAt]).reinterpretAsShorts();
            ShortVector a01 = a00;
            ShortVector a10 = IntVector.broadcast(I, x[zAt + 1]).reinterpretAsShorts();
            ShortVector a11 = a10;
            ShortVector a20 = IntVector.broadcast(I, x[zAt + 2]).reinterpretAsShorts();
            ShortVector a21 = a20;
            ShortVector a30 = IntVector.broadcast(I, x[zAt + 3]).reinterpretAsShorts();
            ShortVector a31 = a30;
            zAt += 4;
            IntVector h0 = ByteVector.fromArray(B, data, q0).reinterpretAsInts();
            IntVector h1 = ByteVector.fromArray(B, data, q1).reinterpretAsInts();
            q0 += LINE;
            q1 += LINE;
            for (int line = 1; line < TURNS_4; line <<= 1) {
                IntVector v0 = ByteVector.fromArray(B, data, q0).reinterpretAsInts();
                IntVector v1 = ByteVector.fromArray(B, data, q1).reinterpretAsInts();
                IntVector e0 = v0.and(NIBBLES).or(h0.lanewise(LSHL, 4).and(HIGH_5));
                IntVector e1 = v1.and(NIBBLES).or(h1.lanewise(LSHL, 4).and(HIGH_5));
                v0 = v0.lanewise(LSHR, 4);
                v1 = v1.lanewise(LSHR, 4);
                h0 = h0.lanewise(LSHR, 1);
                h1 = h1.lanewise(LSHR, 1);
                w0 = e0.reinterpretAsShorts();
                w1 = e1.reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a00 = a00.add(w0.mul(y));
                a01 = a01.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a10 = a10.add(w0.mul(y));
                a11 = a11.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a20 = a20.add(w0.mul(y));
                a21 = a21.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a30 = a30.add(w0.mul(y));
                a31 = a31.add(w1.mul(y));
                VarHandle.loadLoadFence();
                w0 = e0.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts();
                w1 = e1.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                a00 = a00.add(w0.mul(y));
                a01 = a01.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                a10 = a10.add(w0.mul(y));
                a11 = a11.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                a20 = a20.add(w0.mul(y));
                a21 = a21.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                a30 = a30.add(w0.mul(y));
                a31 = a31.add(w1.mul(y));
                VarHandle.loadLoadFence();
                e0 = v0.and(NIBBLES).or(h0.lanewise(LSHL, 4).and(HIGH_5));
                e1 = v1.and(NIBBLES).or(h1.lanewise(LSHL, 4).and(HIGH_5));
                h0 = h0.lanewise(LSHR, 1);
                h1 = h1.lanewise(LSHR, 1);
                w0 = e0.reinterpretAsShorts();
                w1 = e1.reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 8]).reinterpretAsShorts();
                a00 = a00.add(w0.mul(y));
                a01 = a01.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 9]).reinterpretAsShorts();
                a10 = a10.add(w0.mul(y));
                a11 = a11.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 10]).reinterpretAsShorts();
                a20 = a20.add(w0.mul(y));
                a21 = a21.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 11]).reinterpretAsShorts();
                a30 = a30.add(w0.mul(y));
                a31 = a31.add(w1.mul(y));
                VarHandle.loadLoadFence();
                w0 = e0.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts();
                w1 = e1.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 12]).reinterpretAsShorts();
                a00 = a00.add(w0.mul(y));
                a01 = a01.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 13]).reinterpretAsShorts();
                a10 = a10.add(w0.mul(y));
                a11 = a11.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 14]).reinterpretAsShorts();
                a20 = a20.add(w0.mul(y));
                a21 = a21.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 15]).reinterpretAsShorts();
                a30 = a30.add(w0.mul(y));
                a31 = a31.add(w1.mul(y));
                VarHandle.loadLoadFence();
                q0 += LINE;
                q1 += LINE;
                xAt += 16;
            }
            FloatVector p0 = FloatVector.fromArray(F, s, s0 + j * SCALES);
            FloatVector p1 = FloatVector.fromArray(F, s, s1 + j * SCALES);
            int scale = xsAt + j * PanelInput.SCALES * 4;
            k = FloatVector.broadcast(F, xs[scale]);
            i = a00.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p0, FloatVector.fromArray(F, sums, c0))
                    .intoArray(sums, c0);
            i = a01.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p1, FloatVector.fromArray(F, sums, c1))
                    .intoArray(sums, c1);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            i = a10.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p0, FloatVector.fromArray(F, sums, c0 + STRIDE))
                    .intoArray(sums, c0 + STRIDE);
            i = a11.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p1, FloatVector.fromArray(F, sums, c1 + STRIDE))
                    .intoArray(sums, c1 + STRIDE);
            k = FloatVector.broadcast(F, xs[scale + 2]);
            i = a20.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p0, FloatVector.fromArray(F, sums, c0 + 2 * STRIDE))
                    .intoArray(sums, c0 + 2 * STRIDE);
            i = a21.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p1, FloatVector.fromArray(F, sums, c1 + 2 * STRIDE))
                    .intoArray(sums, c1 + 2 * STRIDE);
            k = FloatVector.broadcast(F, xs[scale + 3]);
            i = a30.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p0, FloatVector.fromArray(F, sums, c0 + 3 * STRIDE))
                    .intoArray(sums, c0 + 3 * STRIDE);
            i = a31.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p1, FloatVector.fromArray(F, sums, c1 + 3 * STRIDE))
                    .intoArray(sums, c1 + 3 * STRIDE);
        }
        if (offsets == 0) {
            return;
        }
        FloatVector o00 = FloatVector.zero(F);
        FloatVector o01 = FloatVector.zero(F);
        FloatVector o10 = FloatVector.zero(F);
        FloatVector o11 = FloatVector.zero(F);
        FloatVector o20 = FloatVector.zero(F);
        FloatVector o21 = FloatVector.zero(F);
        FloatVector o30 = FloatVector.zero(F);
        FloatVector o31 = FloatVector.zero(F);
        for (int j = 0; j < offsets; j++) {
            FloatVector p0 = FloatVector.fromArray(F, s, s0 + j * SCALES + ROWS);
            FloatVector p1 = FloatVector.fromArray(F, s, s1 + j * SCALES + ROWS);
            int scale = xsAt + (j * PanelInput.SCALES + PanelInput.SUM) * 4;
            k = FloatVector.broadcast(F, xs[scale]);
            o00 = k.fma(p0, o00);
            o01 = k.fma(p1, o01);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            o10 = k.fma(p0, o10);
            o11 = k.fma(p1, o11);
            k = FloatVector.broadcast(F, xs[scale + 2]);
            o20 = k.fma(p0, o20);
            o21 = k.fma(p1, o21);
            k = FloatVector.broadcast(F, xs[scale + 3]);
            o30 = k.fma(p0, o30);
            o31 = k.fma(p1, o31);
        }
        FloatVector.fromArray(F, sums, c0).add(o00).intoArray(sums, c0);
        FloatVector.fromArray(F, sums, c1).add(o01).intoArray(sums, c1);
        FloatVector.fromArray(F, sums, c0 + STRIDE).add(o10).intoArray(sums, c0 + STRIDE);
        FloatVector.fromArray(F, sums, c1 + STRIDE).add(o11).intoArray(sums, c1 + STRIDE);
        FloatVector.fromArray(F, sums, c0 + 2 * STRIDE).add(o20).intoArray(sums, c0 + 2 * STRIDE);
        FloatVector.fromArray(F, sums, c1 + 2 * STRIDE).add(o21).intoArray(sums, c1 + 2 * STRIDE);
        FloatVector.fromArray(F, sums, c0 + 3 * STRIDE).add(o30).intoArray(sums, c0 + 3 * STRIDE);
        FloatVector.fromArray(F, sums, c1 + 3 * STRIDE).add(o31).intoArray(sums, c1 + 3 * STRIDE);
    }

    /** 6 bits, 1 token: pairs folded lane by lane, 16 columns at a time. */
    static void bits6Tokens1(
            byte[] data,
            int q0,
            int q1,
            int subs,
            float[] s,
            int s0,
            int s1,
            int[] x,
            int xAt,
            int zAt,
            float[] xs,
            int xsAt,
            float[] sums,
            int c0,
            int c1) {
        FloatVector f0 = FloatVector.fromArray(F, sums, c0);
        FloatVector f1 = FloatVector.fromArray(F, sums, c1);
        ShortVector y;
        IntVector n;
        FloatVector k;
        for (int j = 0; j < 2 * subs; j++) {
            IntVector h0 = ByteVector.fromArray(B, data, q0).reinterpretAsInts();
            IntVector h1 = ByteVector.fromArray(B, data, q1).reinterpretAsInts();
            ShortVector a0 = IntVector.broadcast(I, x[zAt + j]).reinterpretAsShorts();
            ShortVector a1 = a0;
            for (int turn = 1; turn < TURNS_2; turn <<= 1) {
                q0 += LINE;
                q1 += LINE;
                IntVector v0 = ByteVector.fromArray(B, data, q0).reinterpretAsInts();
                IntVector v1 = ByteVector.fromArray(B, data, q1).reinterpretAsInts();
                IntVector e0 = v0.and(NIBBLES).or(h0.lanewise(LSHL, 4).and(HIGH_6));
                IntVector e1 = v1.and(NIBBLES).or(h1.lanewise(LSHL, 4).and(HIGH_6));
                y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a0 = a0.add(e0.reinterpretAsShorts().mul(y));
                a1 = a1.add(e1.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a0 = a0.add(e0.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().mul(y));
                a1 = a1.add(e1.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().mul(y));
                IntVector o0 = v0.lanewise(LSHR, 4)
                        .and(NIBBLES)
                        .or(h0.lanewise(LSHL, 2).and(HIGH_6));
                IntVector o1 = v1.lanewise(LSHR, 4)
                        .and(NIBBLES)
                        .or(h1.lanewise(LSHL, 2).and(HIGH_6));
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a0 = a0.add(o0.reinterpretAsShorts().mul(y));
                a1 = a1.add(o1.reinterpretAsShorts().mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a0 = a0.add(o0.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().mul(y));
                a1 = a1.add(o1.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().mul(y));
                h0 = h0.lanewise(LSHR, 4);
                h1 = h1.lanewise(LSHR, 4);
                xAt += 4;
            }
            q0 += LINE;
            q1 += LINE;
            k = FloatVector.broadcast(F, xs[xsAt + (j >> 1) * PanelInput.SCALES]);
            n = a0.reinterpretAsInts();
            n = n.lanewise(LSHL, 16).lanewise(ASHR, 16).add(n.lanewise(ASHR, 16));
            f0 = ((FloatVector) n.convertShape(I2F, F, 0)).mul(k).fma(FloatVector.fromArray(F, s, s0 + j * SCALES), f0);
            n = a1.reinterpretAsInts();
            n = n.lanewise(LSHL, 16).lanewise(ASHR, 16).add(n.lanewise(ASHR, 16));
            f1 = ((FloatVector) n.convertShape(I2F, F, 0)).mul(k).fma(FloatVector.fromArray(F, s, s1 + j * SCALES), f1);
        }
        f0.intoArray(sums, c0);
        f1.intoArray(sums, c1);
    }

    /** 6 bits, 2 tokens: 16 columns at a time. */
    static void bits6Tokens2(
            byte[] data,
            int q0,
            int q1,
            int subs,
            float[] s,
            int s0,
            int s1,
            int[] x,
            int xAt,
            int zAt,
            float[] xs,
            int xsAt,
            float[] sums,
            int c0,
            int c1) {
        FloatVector f00 = FloatVector.fromArray(F, sums, c0);
        FloatVector f01 = FloatVector.fromArray(F, sums, c1);
        FloatVector f10 = FloatVector.fromArray(F, sums, c0 + STRIDE);
        FloatVector f11 = FloatVector.fromArray(F, sums, c1 + STRIDE);
        ShortVector w0;
        ShortVector w1;
        ShortVector y;
        IntVector i;
        FloatVector k;
        for (int j = 0; j < 2 * subs; j++) {
            ShortVector a00 = IntVector.broadcast(I, x[zAt]).reinterpretAsShorts();
            ShortVector a01 = a00;
            ShortVector a10 = IntVector.broadcast(I, x[zAt + 1]).reinterpretAsShorts();
            ShortVector a11 = a10;
            zAt += 2;
            IntVector h0 = ByteVector.fromArray(B, data, q0).reinterpretAsInts();
            IntVector h1 = ByteVector.fromArray(B, data, q1).reinterpretAsInts();
            q0 += LINE;
            q1 += LINE;
            for (int line = 1; line < TURNS_2; line <<= 1) {
                IntVector v0 = ByteVector.fromArray(B, data, q0).reinterpretAsInts();
                IntVector v1 = ByteVector.fromArray(B, data, q1).reinterpretAsInts();
                IntVector e0 = v0.and(NIBBLES).or(h0.lanewise(LSHL, 4).and(HIGH_6));
                IntVector e1 = v1.and(NIBBLES).or(h1.lanewise(LSHL, 4).and(HIGH_6));
                w0 = e0.reinterpretAsShorts();
                w1 = e1.reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a00 = a00.add(w0.mul(y));
                a01 = a01.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a10 = a10.add(w0.mul(y));
                a11 = a11.add(w1.mul(y));
                VarHandle.loadLoadFence();
                w0 = e0.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts();
                w1 = e1.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a00 = a00.add(w0.mul(y));
                a01 = a01.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a10 = a10.add(w0.mul(y));
                a11 = a11.add(w1.mul(y));
                VarHandle.loadLoadFence();
                v0 = v0.lanewise(LSHR, 4);
                v1 = v1.lanewise(LSHR, 4);
                e0 = v0.and(NIBBLES).or(h0.lanewise(LSHL, 2).and(HIGH_6));
                e1 = v1.and(NIBBLES).or(h1.lanewise(LSHL, 2).and(HIGH_6));
                h0 = h0.lanewise(LSHR, 4);
                h1 = h1.lanewise(LSHR, 4);
                w0 = e0.reinterpretAsShorts();
                w1 = e1.reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                a00 = a00.add(w0.mul(y));
                a01 = a01.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                a10 = a10.add(w0.mul(y));
                a11 = a11.add(w1.mul(y));
                VarHandle.loadLoadFence();
                w0 = e0.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts();
                w1 = e1.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                a00 = a00.add(w0.mul(y));
                a01 = a01.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                a10 = a10.add(w0.mul(y));
                a11 = a11.add(w1.mul(y));
                VarHandle.loadLoadFence();
                q0 += LINE;
                q1 += LINE;
                xAt += 8;
            }
            FloatVector p0 = FloatVector.fromArray(F, s, s0 + j * SCALES);
            FloatVector p1 = FloatVector.fromArray(F, s, s1 + j * SCALES);
            int scale = xsAt + (j >> 1) * PanelInput.SCALES * 2;
            k = FloatVector.broadcast(F, xs[scale]);
            i = a00.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f00 = ((FloatVector) i.convertShape(I2F, F, 0)).mul(k).fma(p0, f00);
            i = a01.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f01 = ((FloatVector) i.convertShape(I2F, F, 0)).mul(k).fma(p1, f01);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            i = a10.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f10 = ((FloatVector) i.convertShape(I2F, F, 0)).mul(k).fma(p0, f10);
            i = a11.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f11 = ((FloatVector) i.convertShape(I2F, F, 0)).mul(k).fma(p1, f11);
        }
        f00.intoArray(sums, c0);
        f01.intoArray(sums, c1);
        f10.intoArray(sums, c0 + STRIDE);
        f11.intoArray(sums, c1 + STRIDE);
    }

    /** 6 bits, 4 tokens. */
    static void bits6Tokens4(
            byte[] data,
            int q0,
            int q1,
            int subs,
            float[] s,
            int s0,
            int s1,
            int[] x,
            int xAt,
            int zAt,
            float[] xs,
            int xsAt,
            float[] sums,
            int c0,
            int c1) {
        ShortVector w0;
        ShortVector w1;
        ShortVector y;
        IntVector i;
        FloatVector k;
        for (int j = 0; j < 2 * subs; j++) {
            ShortVector a00 = IntVector.broadcast(I, x[zAt]).reinterpretAsShorts();
            ShortVector a01 = a00;
            ShortVector a10 = IntVector.broadcast(I, x[zAt + 1]).reinterpretAsShorts();
            ShortVector a11 = a10;
            ShortVector a20 = IntVector.broadcast(I, x[zAt + 2]).reinterpretAsShorts();
            ShortVector a21 = a20;
            ShortVector a30 = IntVector.broadcast(I, x[zAt + 3]).reinterpretAsShorts();
            ShortVector a31 = a30;
            zAt += 4;
            IntVector h0 = ByteVector.fromArray(B, data, q0).reinterpretAsInts();
            IntVector h1 = ByteVector.fromArray(B, data, q1).reinterpretAsInts();
            q0 += LINE;
            q1 += LINE;
            for (int line = 1; line < TURNS_2; line <<= 1) {
                IntVector v0 = ByteVector.fromArray(B, data, q0).reinterpretAsInts();
                IntVector v1 = ByteVector.fromArray(B, data, q1).reinterpretAsInts();
                IntVector e0 = v0.and(NIBBLES).or(h0.lanewise(LSHL, 4).and(HIGH_6));
                IntVector e1 = v1.and(NIBBLES).or(h1.lanewise(LSHL, 4).and(HIGH_6));
                v0 = v0.lanewise(LSHR, 4);
                v1 = v1.lanewise(LSHR, 4);
                h0 = h0.lanewise(LSHR, 2);
                h1 = h1.lanewise(LSHR, 2);
                w0 = e0.reinterpretAsShorts();
                w1 = e1.reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a00 = a00.add(w0.mul(y));
                a01 = a01.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a10 = a10.add(w0.mul(y));
                a11 = a11.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a20 = a20.add(w0.mul(y));
                a21 = a21.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a30 = a30.add(w0.mul(y));
                a31 = a31.add(w1.mul(y));
                VarHandle.loadLoadFence();
                w0 = e0.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts();
                w1 = e1.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                a00 = a00.add(w0.mul(y));
                a01 = a01.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                a10 = a10.add(w0.mul(y));
                a11 = a11.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
                a20 = a20.add(w0.mul(y));
                a21 = a21.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
                a30 = a30.add(w0.mul(y));
                a31 = a31.add(w1.mul(y));
                VarHandle.loadLoadFence();
                e0 = v0.and(NIBBLES).or(h0.lanewise(LSHL, 4).and(HIGH_6));
                e1 = v1.and(NIBBLES).or(h1.lanewise(LSHL, 4).and(HIGH_6));
                h0 = h0.lanewise(LSHR, 2);
                h1 = h1.lanewise(LSHR, 2);
                w0 = e0.reinterpretAsShorts();
                w1 = e1.reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 8]).reinterpretAsShorts();
                a00 = a00.add(w0.mul(y));
                a01 = a01.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 9]).reinterpretAsShorts();
                a10 = a10.add(w0.mul(y));
                a11 = a11.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 10]).reinterpretAsShorts();
                a20 = a20.add(w0.mul(y));
                a21 = a21.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 11]).reinterpretAsShorts();
                a30 = a30.add(w0.mul(y));
                a31 = a31.add(w1.mul(y));
                VarHandle.loadLoadFence();
                w0 = e0.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts();
                w1 = e1.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts();
                y = IntVector.broadcast(I, x[xAt + 12]).reinterpretAsShorts();
                a00 = a00.add(w0.mul(y));
                a01 = a01.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 13]).reinterpretAsShorts();
                a10 = a10.add(w0.mul(y));
                a11 = a11.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 14]).reinterpretAsShorts();
                a20 = a20.add(w0.mul(y));
                a21 = a21.add(w1.mul(y));
                y = IntVector.broadcast(I, x[xAt + 15]).reinterpretAsShorts();
                a30 = a30.add(w0.mul(y));
                a31 = a31.add(w1.mul(y));
                VarHandle.loadLoadFence();
                q0 += LINE;
                q1 += LINE;
                xAt += 16;
            }
            FloatVector p0 = FloatVector.fromArray(F, s, s0 + j * SCALES);
            FloatVector p1 = FloatVector.fromArray(F, s, s1 + j * SCALES);
            int scale = xsAt + (j >> 1) * PanelInput.SCALES * 4;
            k = FloatVector.broadcast(F, xs[scale]);
            i = a00.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p0, FloatVector.fromArray(F, sums, c0))
                    .intoArray(sums, c0);
            i = a01.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p1, FloatVector.fromArray(F, sums, c1))
                    .intoArray(sums, c1);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            i = a10.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p0, FloatVector.fromArray(F, sums, c0 + STRIDE))
                    .intoArray(sums, c0 + STRIDE);
            i = a11.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p1, FloatVector.fromArray(F, sums, c1 + STRIDE))
                    .intoArray(sums, c1 + STRIDE);
            k = FloatVector.broadcast(F, xs[scale + 2]);
            i = a20.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p0, FloatVector.fromArray(F, sums, c0 + 2 * STRIDE))
                    .intoArray(sums, c0 + 2 * STRIDE);
            i = a21.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p1, FloatVector.fromArray(F, sums, c1 + 2 * STRIDE))
                    .intoArray(sums, c1 + 2 * STRIDE);
            k = FloatVector.broadcast(F, xs[scale + 3]);
            i = a30.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p0, FloatVector.fromArray(F, sums, c0 + 3 * STRIDE))
                    .intoArray(sums, c0 + 3 * STRIDE);
            i = a31.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p1, FloatVector.fromArray(F, sums, c1 + 3 * STRIDE))
                    .intoArray(sums, c1 + 3 * STRIDE);
        }
    }
}
