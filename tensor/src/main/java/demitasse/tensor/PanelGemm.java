package demitasse.tensor;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of two vectors of rows with four tokens: a token's activations are broadcast as ints of two shorts, and products
 * are summed in 16 bits over one block ({@link PanelFormat} has the bit budget), then widened and added to float sums. These
 * stand in memory: with 16 registers C2 would spill them, and then some of the integer sums too, inside the innermost loop.
 *
 * <p>The bodies are written out because C2 keeps accumulators in registers only if they are locals of one compiled method.
 * Parameters: {@code w} unpacked weights, the two vectors at {@code w0} and {@code w1}; {@code s} decoded scales, likewise;
 * {@code x}, {@code xs} a token group's activations and scales; {@code sums} at {@code c0} and {@code c1}, {@link #STRIDE}
 * floats from token to token.
 */
final class PanelGemm {
    private static final VectorSpecies<Short> S = VectorUnit.SHORTS;
    private static final VectorSpecies<Integer> I = VectorUnit.INTS;
    private static final VectorSpecies<Float> F = VectorUnit.FLOATS;

    /** Shorts of an unpacked line. */
    private static final int LINE = 2 * PanelFormat.ROWS;

    private static final int ROWS = PanelFormat.ROWS;
    private static final int SCALES = PanelFormat.SUB_SCALES;
    private static final int TOKENS = PanelInput.TOKENS;

    /** Floats of a token group's scales for 32 columns. */
    private static final int SCALE_ROWS = PanelInput.SCALES * TOKENS;

    /** Pairs of a block: a loop of a fixed number of turns is compiled without side loops. */
    private static final int PAIRS_16 = PanelFormat.SUB / 2;

    private static final int PAIRS_8 = PanelFormat.SUB / 4;

    /** Floats between the sums of two tokens: the rows of a tile. */
    static final int STRIDE = PanelScratch.TILE_PANELS * PanelFormat.ROWS;

    private PanelGemm() {}

    /** Lanes are pairs of columns, 8 a block. */
    static void pairs8(
            short[] w,
            int w0,
            int w1,
            float[] s,
            int s0,
            int s1,
            int blocks,
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
            ShortVector a1 = ShortVector.zero(S);
            ShortVector b1 = ShortVector.zero(S);
            ShortVector a2 = ShortVector.zero(S);
            ShortVector b2 = ShortVector.zero(S);
            ShortVector a3 = ShortVector.zero(S);
            ShortVector b3 = ShortVector.zero(S);
            for (int p = 0; p < PAIRS_8; p++) {
                ShortVector u = ShortVector.fromArray(S, w, w0);
                ShortVector v = ShortVector.fromArray(S, w, w1);
                ShortVector y;
                y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
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
                xAt += TOKENS;
            }
            int scale = xsAt + (block >> 1) * SCALE_ROWS;
            FloatVector p = FloatVector.fromArray(F, s, s0);
            FloatVector q = FloatVector.fromArray(F, s, s1);
            FloatVector k;
            IntVector i;
            k = FloatVector.broadcast(F, xs[scale]);
            i = a0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p, FloatVector.fromArray(F, sums, c0))
                    .intoArray(sums, c0);
            i = b0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(q, FloatVector.fromArray(F, sums, c1))
                    .intoArray(sums, c1);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            i = a1.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p, FloatVector.fromArray(F, sums, c0 + STRIDE))
                    .intoArray(sums, c0 + STRIDE);
            i = b1.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(q, FloatVector.fromArray(F, sums, c1 + STRIDE))
                    .intoArray(sums, c1 + STRIDE);
            k = FloatVector.broadcast(F, xs[scale + 2]);
            i = a2.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p, FloatVector.fromArray(F, sums, c0 + 2 * STRIDE))
                    .intoArray(sums, c0 + 2 * STRIDE);
            i = b2.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(q, FloatVector.fromArray(F, sums, c1 + 2 * STRIDE))
                    .intoArray(sums, c1 + 2 * STRIDE);
            k = FloatVector.broadcast(F, xs[scale + 3]);
            i = a3.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p, FloatVector.fromArray(F, sums, c0 + 3 * STRIDE))
                    .intoArray(sums, c0 + 3 * STRIDE);
            i = b3.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(q, FloatVector.fromArray(F, sums, c1 + 3 * STRIDE))
                    .intoArray(sums, c1 + 3 * STRIDE);
            s0 += SCALES;
            s1 += SCALES;
        }
    }

    /** Lanes are pairs of columns, 16 a block. */
    static void pairs16(
            short[] w,
            int w0,
            int w1,
            float[] s,
            int s0,
            int s1,
            int blocks,
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
            ShortVector a1 = ShortVector.zero(S);
            ShortVector b1 = ShortVector.zero(S);
            ShortVector a2 = ShortVector.zero(S);
            ShortVector b2 = ShortVector.zero(S);
            ShortVector a3 = ShortVector.zero(S);
            ShortVector b3 = ShortVector.zero(S);
            for (int p = 0; p < PAIRS_16; p++) {
                ShortVector u = ShortVector.fromArray(S, w, w0);
                ShortVector v = ShortVector.fromArray(S, w, w1);
                ShortVector y;
                y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
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
                xAt += TOKENS;
            }
            int scale = xsAt + block * SCALE_ROWS;
            FloatVector p = FloatVector.fromArray(F, s, s0);
            FloatVector q = FloatVector.fromArray(F, s, s1);
            FloatVector k;
            IntVector i;
            k = FloatVector.broadcast(F, xs[scale]);
            i = a0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p, FloatVector.fromArray(F, sums, c0))
                    .intoArray(sums, c0);
            i = b0.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(q, FloatVector.fromArray(F, sums, c1))
                    .intoArray(sums, c1);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            i = a1.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p, FloatVector.fromArray(F, sums, c0 + STRIDE))
                    .intoArray(sums, c0 + STRIDE);
            i = b1.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(q, FloatVector.fromArray(F, sums, c1 + STRIDE))
                    .intoArray(sums, c1 + STRIDE);
            k = FloatVector.broadcast(F, xs[scale + 2]);
            i = a2.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p, FloatVector.fromArray(F, sums, c0 + 2 * STRIDE))
                    .intoArray(sums, c0 + 2 * STRIDE);
            i = b2.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(q, FloatVector.fromArray(F, sums, c1 + 2 * STRIDE))
                    .intoArray(sums, c1 + 2 * STRIDE);
            k = FloatVector.broadcast(F, xs[scale + 3]);
            i = a3.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p, FloatVector.fromArray(F, sums, c0 + 3 * STRIDE))
                    .intoArray(sums, c0 + 3 * STRIDE);
            i = b3.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            ((FloatVector) i.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(q, FloatVector.fromArray(F, sums, c1 + 3 * STRIDE))
                    .intoArray(sums, c1 + 3 * STRIDE);
            s0 += SCALES;
            s1 += SCALES;
        }
    }

    /**
     * Lanes are rows of a first and of a second panel in turn, a column at a time. So a lane sums 32 columns, and half as many sums
     * are widened; 4 bits, centred, fit. {@code s0}, {@code s1}, {@code c0} and {@code c1} are the first panel's.
     */
    static void rows(
            short[] w,
            int w0,
            int w1,
            float[] s,
            int s0,
            int s1,
            int blocks,
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
            ShortVector a1 = ShortVector.zero(S);
            ShortVector b1 = ShortVector.zero(S);
            ShortVector a2 = ShortVector.zero(S);
            ShortVector b2 = ShortVector.zero(S);
            ShortVector a3 = ShortVector.zero(S);
            ShortVector b3 = ShortVector.zero(S);
            for (int p = 0; p < PanelFormat.SUB; p++) {
                ShortVector u = ShortVector.fromArray(S, w, w0);
                ShortVector v = ShortVector.fromArray(S, w, w1);
                ShortVector y;
                y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
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
                xAt += TOKENS;
            }
            int scale = xsAt + block * SCALE_ROWS;
            FloatVector p;
            FloatVector q;
            FloatVector k;
            IntVector i;
            p = FloatVector.fromArray(F, s, s0);
            q = FloatVector.fromArray(F, s, s0 + PanelFormat.GROUP_SCALES);
            k = FloatVector.broadcast(F, xs[scale]);
            i = a0.reinterpretAsInts();
            ((FloatVector) i.lanewise(LSHL, 16).lanewise(ASHR, 16).convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p, FloatVector.fromArray(F, sums, c0))
                    .intoArray(sums, c0);
            ((FloatVector) i.lanewise(ASHR, 16).convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(q, FloatVector.fromArray(F, sums, c0 + ROWS))
                    .intoArray(sums, c0 + ROWS);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            i = a1.reinterpretAsInts();
            ((FloatVector) i.lanewise(LSHL, 16).lanewise(ASHR, 16).convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p, FloatVector.fromArray(F, sums, c0 + STRIDE))
                    .intoArray(sums, c0 + STRIDE);
            ((FloatVector) i.lanewise(ASHR, 16).convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(q, FloatVector.fromArray(F, sums, c0 + ROWS + STRIDE))
                    .intoArray(sums, c0 + ROWS + STRIDE);
            k = FloatVector.broadcast(F, xs[scale + 2]);
            i = a2.reinterpretAsInts();
            ((FloatVector) i.lanewise(LSHL, 16).lanewise(ASHR, 16).convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p, FloatVector.fromArray(F, sums, c0 + 2 * STRIDE))
                    .intoArray(sums, c0 + 2 * STRIDE);
            ((FloatVector) i.lanewise(ASHR, 16).convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(q, FloatVector.fromArray(F, sums, c0 + ROWS + 2 * STRIDE))
                    .intoArray(sums, c0 + ROWS + 2 * STRIDE);
            k = FloatVector.broadcast(F, xs[scale + 3]);
            i = a3.reinterpretAsInts();
            ((FloatVector) i.lanewise(LSHL, 16).lanewise(ASHR, 16).convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p, FloatVector.fromArray(F, sums, c0 + 3 * STRIDE))
                    .intoArray(sums, c0 + 3 * STRIDE);
            ((FloatVector) i.lanewise(ASHR, 16).convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(q, FloatVector.fromArray(F, sums, c0 + ROWS + 3 * STRIDE))
                    .intoArray(sums, c0 + ROWS + 3 * STRIDE);
            p = FloatVector.fromArray(F, s, s1);
            q = FloatVector.fromArray(F, s, s1 + PanelFormat.GROUP_SCALES);
            k = FloatVector.broadcast(F, xs[scale]);
            i = b0.reinterpretAsInts();
            ((FloatVector) i.lanewise(LSHL, 16).lanewise(ASHR, 16).convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p, FloatVector.fromArray(F, sums, c1))
                    .intoArray(sums, c1);
            ((FloatVector) i.lanewise(ASHR, 16).convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(q, FloatVector.fromArray(F, sums, c1 + ROWS))
                    .intoArray(sums, c1 + ROWS);
            k = FloatVector.broadcast(F, xs[scale + 1]);
            i = b1.reinterpretAsInts();
            ((FloatVector) i.lanewise(LSHL, 16).lanewise(ASHR, 16).convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p, FloatVector.fromArray(F, sums, c1 + STRIDE))
                    .intoArray(sums, c1 + STRIDE);
            ((FloatVector) i.lanewise(ASHR, 16).convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(q, FloatVector.fromArray(F, sums, c1 + ROWS + STRIDE))
                    .intoArray(sums, c1 + ROWS + STRIDE);
            k = FloatVector.broadcast(F, xs[scale + 2]);
            i = b2.reinterpretAsInts();
            ((FloatVector) i.lanewise(LSHL, 16).lanewise(ASHR, 16).convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p, FloatVector.fromArray(F, sums, c1 + 2 * STRIDE))
                    .intoArray(sums, c1 + 2 * STRIDE);
            ((FloatVector) i.lanewise(ASHR, 16).convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(q, FloatVector.fromArray(F, sums, c1 + ROWS + 2 * STRIDE))
                    .intoArray(sums, c1 + ROWS + 2 * STRIDE);
            k = FloatVector.broadcast(F, xs[scale + 3]);
            i = b3.reinterpretAsInts();
            ((FloatVector) i.lanewise(LSHL, 16).lanewise(ASHR, 16).convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(p, FloatVector.fromArray(F, sums, c1 + 3 * STRIDE))
                    .intoArray(sums, c1 + 3 * STRIDE);
            ((FloatVector) i.lanewise(ASHR, 16).convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(q, FloatVector.fromArray(F, sums, c1 + ROWS + 3 * STRIDE))
                    .intoArray(sums, c1 + ROWS + 3 * STRIDE);
            s0 += SCALES;
            s1 += SCALES;
        }
    }

    /**
     * Adds the offsets of {@code blocks} blocks, whose sums of activations stand in {@code xs} from {@code minima} on, {@code
     * step} apart, times the two vectors of {@code factors} at {@code f0} and {@code f1}.
     */
    static void offsets(
            float[] s,
            int s0,
            int s1,
            int blocks,
            float[] xs,
            int minima,
            int step,
            float[] factors,
            int f0,
            int f1,
            float[] sums,
            int c0,
            int c1) {
        FloatVector o0 = FloatVector.zero(F);
        FloatVector r0 = FloatVector.zero(F);
        FloatVector o1 = FloatVector.zero(F);
        FloatVector r1 = FloatVector.zero(F);
        FloatVector o2 = FloatVector.zero(F);
        FloatVector r2 = FloatVector.zero(F);
        FloatVector o3 = FloatVector.zero(F);
        FloatVector r3 = FloatVector.zero(F);
        for (int block = 0; block < blocks; block++) {
            FloatVector p = FloatVector.fromArray(F, s, s0 + ROWS);
            FloatVector q = FloatVector.fromArray(F, s, s1 + ROWS);
            FloatVector k;
            k = FloatVector.broadcast(F, xs[minima]);
            o0 = k.fma(p, o0);
            r0 = k.fma(q, r0);
            k = FloatVector.broadcast(F, xs[minima + 1]);
            o1 = k.fma(p, o1);
            r1 = k.fma(q, r1);
            k = FloatVector.broadcast(F, xs[minima + 2]);
            o2 = k.fma(p, o2);
            r2 = k.fma(q, r2);
            k = FloatVector.broadcast(F, xs[minima + 3]);
            o3 = k.fma(p, o3);
            r3 = k.fma(q, r3);
            s0 += SCALES;
            s1 += SCALES;
            minima += step;
        }
        FloatVector u = FloatVector.fromArray(F, factors, f0);
        FloatVector v = FloatVector.fromArray(F, factors, f1);
        o0.fma(u, FloatVector.fromArray(F, sums, c0)).intoArray(sums, c0);
        r0.fma(v, FloatVector.fromArray(F, sums, c1)).intoArray(sums, c1);
        o1.fma(u, FloatVector.fromArray(F, sums, c0 + STRIDE)).intoArray(sums, c0 + STRIDE);
        r1.fma(v, FloatVector.fromArray(F, sums, c1 + STRIDE)).intoArray(sums, c1 + STRIDE);
        o2.fma(u, FloatVector.fromArray(F, sums, c0 + 2 * STRIDE)).intoArray(sums, c0 + 2 * STRIDE);
        r2.fma(v, FloatVector.fromArray(F, sums, c1 + 2 * STRIDE)).intoArray(sums, c1 + 2 * STRIDE);
        o3.fma(u, FloatVector.fromArray(F, sums, c0 + 3 * STRIDE)).intoArray(sums, c0 + 3 * STRIDE);
        r3.fma(v, FloatVector.fromArray(F, sums, c1 + 3 * STRIDE)).intoArray(sums, c1 + 3 * STRIDE);
    }

    /** Adds to a tile's sums of four tokens those of a group, times its rows' factors, and leaves zeros there. */
    static void addScaled(float[] part, float[] factors, int f, float[] sums, int c) {
        FloatVector zero = FloatVector.zero(F);
        for (int row = 0; row < STRIDE; row += F.length()) {
            FloatVector u = FloatVector.fromArray(F, factors, f + row / ROWS * PanelFormat.GROUP_SCALES + row % ROWS);
            for (int p = row; p < TOKENS * STRIDE; p += STRIDE) {
                FloatVector.fromArray(F, part, p)
                        .fma(u, FloatVector.fromArray(F, sums, c + p))
                        .intoArray(sums, c + p);
                zero.intoArray(part, p);
            }
        }
    }
}
