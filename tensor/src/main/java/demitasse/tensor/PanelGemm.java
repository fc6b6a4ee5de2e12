package demitasse.tensor;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of two vectors of rows with 1, 2, 4 or 6 tokens: lanes are rows x 2 columns as shorts, a token's two columns
 * are broadcast as one int, and products are summed in 16 bits over one sub-block ({@link PanelFormat} has the bit
 * budget). Then the two halves of each int lane are added and go into the float sums.
 *
 * <p>The bodies are written out because C2 keeps accumulators in registers only if they are locals of one compiled
 * method. Parameters: {@code w} unpacked weights, the two vectors at {@code w0} and {@code w1}; {@code s} decoded scales,
 * likewise; {@code blocks} sub-blocks of {@code pairs} column pairs; {@code x}, {@code xs} a token group's pairs and
 * scales; {@code sums} at {@code c0} and {@code c1}, {@link #STRIDE} floats from token to token.
 */
final class PanelGemm {
    private static final VectorSpecies<Short> S = ShortVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;

    /** Shorts of an unpacked line. */
    private static final int LINE = 2 * PanelFormat.ROWS;

    private static final int ROWS = PanelFormat.ROWS;
    private static final int SCALES = PanelFormat.SUB_SCALES;

    /** log2 of the pairs that share an activation scale. */
    private static final int PAIR_SHIFT = 4;

    /** Floats between the sums of two tokens: the rows of a tile. */
    static final int STRIDE = PanelScratch.TILE_PANELS * PanelFormat.ROWS;

    private PanelGemm() {}

    /** 1 token: see the class comment for the parameters. */
    static void tokens1(
            short[] w,
            int w0,
            int w1,
            float[] s,
            int s0,
            int s1,
            int blocks,
            int pairs,
            int[] x,
            int xAt,
            float[] xs,
            int xsAt,
            float[] sums,
            int c0,
            int c1) {
        for (int block = 0; block < blocks; block++) {
            ShortVector a0 = ShortVector.zero(S);
            ShortVector b0 = ShortVector.zero(S);
            for (int p = 0; p < pairs; p++) {
                ShortVector u = ShortVector.fromArray(S, w, w0);
                ShortVector v = ShortVector.fromArray(S, w, w1);
                ShortVector y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a0 = a0.add(u.mul(y));
                b0 = b0.add(v.mul(y));
                w0 += LINE;
                w1 += LINE;
                xAt += 1;
            }
            int scale = xsAt + (block * pairs >> PAIR_SHIFT) * 2;
            FloatVector p = FloatVector.fromArray(F, s, s0);
            FloatVector q = FloatVector.fromArray(F, s, s1);
            IntVector i;
            FloatVector k;
            FloatVector f;
            FloatVector g;
            k = FloatVector.broadcast(F, xs[scale]);
            i = a0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, c0));
            i = b0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            g = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(q, FloatVector.fromArray(F, sums, c1));
            f.intoArray(sums, c0);
            g.intoArray(sums, c1);
            s0 += SCALES;
            s1 += SCALES;
        }
    }

    /** 2 tokens: see the class comment for the parameters. */
    static void tokens2(
            short[] w,
            int w0,
            int w1,
            float[] s,
            int s0,
            int s1,
            int blocks,
            int pairs,
            int[] x,
            int xAt,
            float[] xs,
            int xsAt,
            float[] sums,
            int c0,
            int c1) {
        for (int block = 0; block < blocks; block++) {
            ShortVector a0 = ShortVector.zero(S);
            ShortVector a1 = ShortVector.zero(S);
            ShortVector b0 = ShortVector.zero(S);
            ShortVector b1 = ShortVector.zero(S);
            for (int p = 0; p < pairs; p++) {
                ShortVector u = ShortVector.fromArray(S, w, w0);
                ShortVector v = ShortVector.fromArray(S, w, w1);
                ShortVector y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a0 = a0.add(u.mul(y));
                b0 = b0.add(v.mul(y));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a1 = a1.add(u.mul(y));
                b1 = b1.add(v.mul(y));
                w0 += LINE;
                w1 += LINE;
                xAt += 2;
            }
            int scale = xsAt + (block * pairs >> PAIR_SHIFT) * 4;
            FloatVector p = FloatVector.fromArray(F, s, s0);
            FloatVector q = FloatVector.fromArray(F, s, s1);
            IntVector i;
            FloatVector k;
            FloatVector f;
            FloatVector g;
            k = FloatVector.broadcast(F, xs[scale]);
            i = a0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, c0));
            i = b0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            g = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(q, FloatVector.fromArray(F, sums, c1));
            f.intoArray(sums, c0);
            g.intoArray(sums, c1);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            i = a1.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, c0 + STRIDE));
            i = b1.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            g = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(q, FloatVector.fromArray(F, sums, c1 + STRIDE));
            f.intoArray(sums, c0 + STRIDE);
            g.intoArray(sums, c1 + STRIDE);
            s0 += SCALES;
            s1 += SCALES;
        }
    }

    /** 4 tokens: see the class comment for the parameters. */
    static void tokens4(
            short[] w,
            int w0,
            int w1,
            float[] s,
            int s0,
            int s1,
            int blocks,
            int pairs,
            int[] x,
            int xAt,
            float[] xs,
            int xsAt,
            float[] sums,
            int c0,
            int c1) {
        for (int block = 0; block < blocks; block++) {
            ShortVector a0 = ShortVector.zero(S);
            ShortVector a1 = ShortVector.zero(S);
            ShortVector a2 = ShortVector.zero(S);
            ShortVector a3 = ShortVector.zero(S);
            ShortVector b0 = ShortVector.zero(S);
            ShortVector b1 = ShortVector.zero(S);
            ShortVector b2 = ShortVector.zero(S);
            ShortVector b3 = ShortVector.zero(S);
            for (int p = 0; p < pairs; p++) {
                ShortVector u = ShortVector.fromArray(S, w, w0);
                ShortVector v = ShortVector.fromArray(S, w, w1);
                ShortVector y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a0 = a0.add(u.mul(y));
                b0 = b0.add(v.mul(y));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a1 = a1.add(u.mul(y));
                b1 = b1.add(v.mul(y));
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a2 = a2.add(u.mul(y));
                b2 = b2.add(v.mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a3 = a3.add(u.mul(y));
                b3 = b3.add(v.mul(y));
                w0 += LINE;
                w1 += LINE;
                xAt += 4;
            }
            int scale = xsAt + (block * pairs >> PAIR_SHIFT) * 8;
            FloatVector p = FloatVector.fromArray(F, s, s0);
            FloatVector q = FloatVector.fromArray(F, s, s1);
            IntVector i;
            FloatVector k;
            FloatVector f;
            FloatVector g;
            k = FloatVector.broadcast(F, xs[scale]);
            i = a0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, c0));
            i = b0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            g = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(q, FloatVector.fromArray(F, sums, c1));
            f.intoArray(sums, c0);
            g.intoArray(sums, c1);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            i = a1.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, c0 + STRIDE));
            i = b1.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            g = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(q, FloatVector.fromArray(F, sums, c1 + STRIDE));
            f.intoArray(sums, c0 + STRIDE);
            g.intoArray(sums, c1 + STRIDE);
            k = FloatVector.broadcast(F, xs[scale + 2]);
            i = a2.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, c0 + 2 * STRIDE));
            i = b2.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            g = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(q, FloatVector.fromArray(F, sums, c1 + 2 * STRIDE));
            f.intoArray(sums, c0 + 2 * STRIDE);
            g.intoArray(sums, c1 + 2 * STRIDE);
            k = FloatVector.broadcast(F, xs[scale + 3]);
            i = a3.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, c0 + 3 * STRIDE));
            i = b3.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            g = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(q, FloatVector.fromArray(F, sums, c1 + 3 * STRIDE));
            f.intoArray(sums, c0 + 3 * STRIDE);
            g.intoArray(sums, c1 + 3 * STRIDE);
            s0 += SCALES;
            s1 += SCALES;
        }
    }

    /** 6 tokens: see the class comment for the parameters. */
    static void tokens6(
            short[] w,
            int w0,
            int w1,
            float[] s,
            int s0,
            int s1,
            int blocks,
            int pairs,
            int[] x,
            int xAt,
            float[] xs,
            int xsAt,
            float[] sums,
            int c0,
            int c1) {
        for (int block = 0; block < blocks; block++) {
            ShortVector a0 = ShortVector.zero(S);
            ShortVector a1 = ShortVector.zero(S);
            ShortVector a2 = ShortVector.zero(S);
            ShortVector a3 = ShortVector.zero(S);
            ShortVector a4 = ShortVector.zero(S);
            ShortVector a5 = ShortVector.zero(S);
            ShortVector b0 = ShortVector.zero(S);
            ShortVector b1 = ShortVector.zero(S);
            ShortVector b2 = ShortVector.zero(S);
            ShortVector b3 = ShortVector.zero(S);
            ShortVector b4 = ShortVector.zero(S);
            ShortVector b5 = ShortVector.zero(S);
            for (int p = 0; p < pairs; p++) {
                ShortVector u = ShortVector.fromArray(S, w, w0);
                ShortVector v = ShortVector.fromArray(S, w, w1);
                ShortVector y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                a0 = a0.add(u.mul(y));
                b0 = b0.add(v.mul(y));
                y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
                a1 = a1.add(u.mul(y));
                b1 = b1.add(v.mul(y));
                y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
                a2 = a2.add(u.mul(y));
                b2 = b2.add(v.mul(y));
                y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
                a3 = a3.add(u.mul(y));
                b3 = b3.add(v.mul(y));
                y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
                a4 = a4.add(u.mul(y));
                b4 = b4.add(v.mul(y));
                y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
                a5 = a5.add(u.mul(y));
                b5 = b5.add(v.mul(y));
                w0 += LINE;
                w1 += LINE;
                xAt += 6;
            }
            int scale = xsAt + (block * pairs >> PAIR_SHIFT) * 12;
            FloatVector p = FloatVector.fromArray(F, s, s0);
            FloatVector q = FloatVector.fromArray(F, s, s1);
            IntVector i;
            FloatVector k;
            FloatVector f;
            FloatVector g;
            k = FloatVector.broadcast(F, xs[scale]);
            i = a0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, c0));
            i = b0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            g = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(q, FloatVector.fromArray(F, sums, c1));
            f.intoArray(sums, c0);
            g.intoArray(sums, c1);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            i = a1.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, c0 + STRIDE));
            i = b1.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            g = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(q, FloatVector.fromArray(F, sums, c1 + STRIDE));
            f.intoArray(sums, c0 + STRIDE);
            g.intoArray(sums, c1 + STRIDE);
            k = FloatVector.broadcast(F, xs[scale + 2]);
            i = a2.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, c0 + 2 * STRIDE));
            i = b2.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            g = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(q, FloatVector.fromArray(F, sums, c1 + 2 * STRIDE));
            f.intoArray(sums, c0 + 2 * STRIDE);
            g.intoArray(sums, c1 + 2 * STRIDE);
            k = FloatVector.broadcast(F, xs[scale + 3]);
            i = a3.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, c0 + 3 * STRIDE));
            i = b3.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            g = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(q, FloatVector.fromArray(F, sums, c1 + 3 * STRIDE));
            f.intoArray(sums, c0 + 3 * STRIDE);
            g.intoArray(sums, c1 + 3 * STRIDE);
            k = FloatVector.broadcast(F, xs[scale + 4]);
            i = a4.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, c0 + 4 * STRIDE));
            i = b4.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            g = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(q, FloatVector.fromArray(F, sums, c1 + 4 * STRIDE));
            f.intoArray(sums, c0 + 4 * STRIDE);
            g.intoArray(sums, c1 + 4 * STRIDE);
            k = FloatVector.broadcast(F, xs[scale + 5]);
            i = a5.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            f = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(p, FloatVector.fromArray(F, sums, c0 + 5 * STRIDE));
            i = b5.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            g = ((FloatVector) i.convert(I2F, 0)).mul(k).fma(q, FloatVector.fromArray(F, sums, c1 + 5 * STRIDE));
            f.intoArray(sums, c0 + 5 * STRIDE);
            g.intoArray(sums, c1 + 5 * STRIDE);
            s0 += SCALES;
            s1 += SCALES;
        }
    }

    /**
     * Adds the offsets' part for {@code width} tokens, one vector of rows at {@code s} and {@code sums}: after the
     * products of all sub-blocks of a group, as the other kernels do. In the loops above it would cost registers.
     *
     * @param s0 the scales, so that offsets begin {@link #ROWS} further on
     */
    static void offsets(float[] s, int s0, int subs, float[] xs, int xsAt, int width, float[] sums, int c0) {
        for (int t = 0; t < width; t++) {
            FloatVector f = FloatVector.fromArray(F, sums, c0 + t * STRIDE);
            for (int j = 0; j < subs; j++) {
                FloatVector k = FloatVector.broadcast(F, xs[xsAt + (2 * j + 1) * width + t]);
                f = k.fma(FloatVector.fromArray(F, s, s0 + j * SCALES + ROWS), f);
            }
            f.intoArray(sums, c0 + t * STRIDE);
        }
    }

    /** As {@link #offsets} for six tokens, which share the loads of the offsets. */
    static void offsets6(float[] s, int s0, int subs, float[] xs, int xsAt, float[] sums, int c0) {
        FloatVector f0 = FloatVector.fromArray(F, sums, c0);
        FloatVector f1 = FloatVector.fromArray(F, sums, c0 + STRIDE);
        FloatVector f2 = FloatVector.fromArray(F, sums, c0 + 2 * STRIDE);
        FloatVector f3 = FloatVector.fromArray(F, sums, c0 + 3 * STRIDE);
        FloatVector f4 = FloatVector.fromArray(F, sums, c0 + 4 * STRIDE);
        FloatVector f5 = FloatVector.fromArray(F, sums, c0 + 5 * STRIDE);
        int k = xsAt + 6;
        for (int j = 0; j < subs; j++) {
            FloatVector o = FloatVector.fromArray(F, s, s0 + j * SCALES + ROWS);
            f0 = FloatVector.broadcast(F, xs[k]).fma(o, f0);
            f1 = FloatVector.broadcast(F, xs[k + 1]).fma(o, f1);
            f2 = FloatVector.broadcast(F, xs[k + 2]).fma(o, f2);
            f3 = FloatVector.broadcast(F, xs[k + 3]).fma(o, f3);
            f4 = FloatVector.broadcast(F, xs[k + 4]).fma(o, f4);
            f5 = FloatVector.broadcast(F, xs[k + 5]).fma(o, f5);
            k += 12;
        }
        f0.intoArray(sums, c0);
        f1.intoArray(sums, c0 + STRIDE);
        f2.intoArray(sums, c0 + 2 * STRIDE);
        f3.intoArray(sums, c0 + 3 * STRIDE);
        f4.intoArray(sums, c0 + 4 * STRIDE);
        f5.intoArray(sums, c0 + 5 * STRIDE);
    }
}
