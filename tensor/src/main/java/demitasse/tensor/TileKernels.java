package demitasse.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Kernels#multiplyTile} for one to six rows. A tile is two vectors wide, and its width a constant: then C2 looks
 * at the bounds of a weight's index once a loop and not once a step, which a variable width would cost.
 */
final class TileKernels {
    private static final VectorSpecies<Float> F = VectorKernels.F;
    private static final int H = F.length();

    /** Lanes of a tile. */
    static final int TILE = 2 * H;

    private static final int MOST_ROWS = 6;

    private TileKernels() {}

    /** Rows are taken in groups of nearly one size, since a group of few leaves multipliers idle. */
    static void multiply(
            float[] w,
            int wo,
            int n,
            float[] x,
            int xo,
            int xs,
            int rows,
            float[] s,
            int so,
            int ss,
            float[] c,
            int co,
            int cs) {
        int row = 0;
        for (int groups = Math.ceilDiv(rows, MOST_ROWS); groups > 0; groups--) {
            int count = Math.ceilDiv(rows - row, groups);
            group(count, w, wo, n, x, xo + row * xs, xs, s, so + row * ss, ss, c, co + row * cs, cs);
            row += count;
        }
    }

    private static void group(
            int count,
            float[] w,
            int wo,
            int n,
            float[] x,
            int xo,
            int xs,
            float[] s,
            int so,
            int ss,
            float[] c,
            int co,
            int cs) {
        switch (count) {
            case 6 -> tile6(w, wo, n, x, xo, xs, s, so, ss, c, co, cs);
            case 5 -> tile5(w, wo, n, x, xo, xs, s, so, ss, c, co, cs);
            case 4 -> tile4(w, wo, n, x, xo, xs, s, so, ss, c, co, cs);
            case 3 -> tile3(w, wo, n, x, xo, xs, s, so, ss, c, co, cs);
            case 2 -> tile2(w, wo, n, x, xo, xs, s, so, ss, c, co, cs);
            default -> tile1(w, wo, n, x, xo, s, so, c, co);
        }
    }

    /** Six rows: twelve sums, two weights and a factor in sixteen registers. */
    private static void tile6(
            float[] w, int wo, int n, float[] x, int xo, int xs, float[] s, int so, int ss, float[] c, int co, int cs) {
        FloatVector a0 = FloatVector.fromArray(F, s, so);
        FloatVector b0 = FloatVector.fromArray(F, s, so + H);
        FloatVector a1 = FloatVector.fromArray(F, s, so + ss);
        FloatVector b1 = FloatVector.fromArray(F, s, so + ss + H);
        FloatVector a2 = FloatVector.fromArray(F, s, so + 2 * ss);
        FloatVector b2 = FloatVector.fromArray(F, s, so + 2 * ss + H);
        FloatVector a3 = FloatVector.fromArray(F, s, so + 3 * ss);
        FloatVector b3 = FloatVector.fromArray(F, s, so + 3 * ss + H);
        FloatVector a4 = FloatVector.fromArray(F, s, so + 4 * ss);
        FloatVector b4 = FloatVector.fromArray(F, s, so + 4 * ss + H);
        FloatVector a5 = FloatVector.fromArray(F, s, so + 5 * ss);
        FloatVector b5 = FloatVector.fromArray(F, s, so + 5 * ss + H);
        int x1 = xo + xs;
        int x2 = xo + 2 * xs;
        int x3 = xo + 3 * xs;
        int x4 = xo + 4 * xs;
        int x5 = xo + 5 * xs;
        for (int k = 0; k < n; k++) {
            FloatVector u = FloatVector.fromArray(F, w, wo + k * TILE);
            FloatVector v = FloatVector.fromArray(F, w, wo + k * TILE + H);
            FloatVector f = FloatVector.broadcast(F, x[xo + k]);
            a0 = u.fma(f, a0);
            b0 = v.fma(f, b0);
            f = FloatVector.broadcast(F, x[x1 + k]);
            a1 = u.fma(f, a1);
            b1 = v.fma(f, b1);
            f = FloatVector.broadcast(F, x[x2 + k]);
            a2 = u.fma(f, a2);
            b2 = v.fma(f, b2);
            f = FloatVector.broadcast(F, x[x3 + k]);
            a3 = u.fma(f, a3);
            b3 = v.fma(f, b3);
            f = FloatVector.broadcast(F, x[x4 + k]);
            a4 = u.fma(f, a4);
            b4 = v.fma(f, b4);
            f = FloatVector.broadcast(F, x[x5 + k]);
            a5 = u.fma(f, a5);
            b5 = v.fma(f, b5);
        }
        a0.intoArray(c, co);
        b0.intoArray(c, co + H);
        a1.intoArray(c, co + cs);
        b1.intoArray(c, co + cs + H);
        a2.intoArray(c, co + 2 * cs);
        b2.intoArray(c, co + 2 * cs + H);
        a3.intoArray(c, co + 3 * cs);
        b3.intoArray(c, co + 3 * cs + H);
        a4.intoArray(c, co + 4 * cs);
        b4.intoArray(c, co + 4 * cs + H);
        a5.intoArray(c, co + 5 * cs);
        b5.intoArray(c, co + 5 * cs + H);
    }

    private static void tile5(
            float[] w, int wo, int n, float[] x, int xo, int xs, float[] s, int so, int ss, float[] c, int co, int cs) {
        FloatVector a0 = FloatVector.fromArray(F, s, so);
        FloatVector b0 = FloatVector.fromArray(F, s, so + H);
        FloatVector a1 = FloatVector.fromArray(F, s, so + ss);
        FloatVector b1 = FloatVector.fromArray(F, s, so + ss + H);
        FloatVector a2 = FloatVector.fromArray(F, s, so + 2 * ss);
        FloatVector b2 = FloatVector.fromArray(F, s, so + 2 * ss + H);
        FloatVector a3 = FloatVector.fromArray(F, s, so + 3 * ss);
        FloatVector b3 = FloatVector.fromArray(F, s, so + 3 * ss + H);
        FloatVector a4 = FloatVector.fromArray(F, s, so + 4 * ss);
        FloatVector b4 = FloatVector.fromArray(F, s, so + 4 * ss + H);
        int x1 = xo + xs;
        int x2 = xo + 2 * xs;
        int x3 = xo + 3 * xs;
        int x4 = xo + 4 * xs;
        for (int k = 0; k < n; k++) {
            FloatVector u = FloatVector.fromArray(F, w, wo + k * TILE);
            FloatVector v = FloatVector.fromArray(F, w, wo + k * TILE + H);
            FloatVector f = FloatVector.broadcast(F, x[xo + k]);
            a0 = u.fma(f, a0);
            b0 = v.fma(f, b0);
            f = FloatVector.broadcast(F, x[x1 + k]);
            a1 = u.fma(f, a1);
            b1 = v.fma(f, b1);
            f = FloatVector.broadcast(F, x[x2 + k]);
            a2 = u.fma(f, a2);
            b2 = v.fma(f, b2);
            f = FloatVector.broadcast(F, x[x3 + k]);
            a3 = u.fma(f, a3);
            b3 = v.fma(f, b3);
            f = FloatVector.broadcast(F, x[x4 + k]);
            a4 = u.fma(f, a4);
            b4 = v.fma(f, b4);
        }
        a0.intoArray(c, co);
        b0.intoArray(c, co + H);
        a1.intoArray(c, co + cs);
        b1.intoArray(c, co + cs + H);
        a2.intoArray(c, co + 2 * cs);
        b2.intoArray(c, co + 2 * cs + H);
        a3.intoArray(c, co + 3 * cs);
        b3.intoArray(c, co + 3 * cs + H);
        a4.intoArray(c, co + 4 * cs);
        b4.intoArray(c, co + 4 * cs + H);
    }

    private static void tile4(
            float[] w, int wo, int n, float[] x, int xo, int xs, float[] s, int so, int ss, float[] c, int co, int cs) {
        FloatVector a0 = FloatVector.fromArray(F, s, so);
        FloatVector b0 = FloatVector.fromArray(F, s, so + H);
        FloatVector a1 = FloatVector.fromArray(F, s, so + ss);
        FloatVector b1 = FloatVector.fromArray(F, s, so + ss + H);
        FloatVector a2 = FloatVector.fromArray(F, s, so + 2 * ss);
        FloatVector b2 = FloatVector.fromArray(F, s, so + 2 * ss + H);
        FloatVector a3 = FloatVector.fromArray(F, s, so + 3 * ss);
        FloatVector b3 = FloatVector.fromArray(F, s, so + 3 * ss + H);
        int x1 = xo + xs;
        int x2 = xo + 2 * xs;
        int x3 = xo + 3 * xs;
        for (int k = 0; k < n; k++) {
            FloatVector u = FloatVector.fromArray(F, w, wo + k * TILE);
            FloatVector v = FloatVector.fromArray(F, w, wo + k * TILE + H);
            FloatVector f = FloatVector.broadcast(F, x[xo + k]);
            a0 = u.fma(f, a0);
            b0 = v.fma(f, b0);
            f = FloatVector.broadcast(F, x[x1 + k]);
            a1 = u.fma(f, a1);
            b1 = v.fma(f, b1);
            f = FloatVector.broadcast(F, x[x2 + k]);
            a2 = u.fma(f, a2);
            b2 = v.fma(f, b2);
            f = FloatVector.broadcast(F, x[x3 + k]);
            a3 = u.fma(f, a3);
            b3 = v.fma(f, b3);
        }
        a0.intoArray(c, co);
        b0.intoArray(c, co + H);
        a1.intoArray(c, co + cs);
        b1.intoArray(c, co + cs + H);
        a2.intoArray(c, co + 2 * cs);
        b2.intoArray(c, co + 2 * cs + H);
        a3.intoArray(c, co + 3 * cs);
        b3.intoArray(c, co + 3 * cs + H);
    }

    private static void tile3(
            float[] w, int wo, int n, float[] x, int xo, int xs, float[] s, int so, int ss, float[] c, int co, int cs) {
        FloatVector a0 = FloatVector.fromArray(F, s, so);
        FloatVector b0 = FloatVector.fromArray(F, s, so + H);
        FloatVector a1 = FloatVector.fromArray(F, s, so + ss);
        FloatVector b1 = FloatVector.fromArray(F, s, so + ss + H);
        FloatVector a2 = FloatVector.fromArray(F, s, so + 2 * ss);
        FloatVector b2 = FloatVector.fromArray(F, s, so + 2 * ss + H);
        int x1 = xo + xs;
        int x2 = xo + 2 * xs;
        for (int k = 0; k < n; k++) {
            FloatVector u = FloatVector.fromArray(F, w, wo + k * TILE);
            FloatVector v = FloatVector.fromArray(F, w, wo + k * TILE + H);
            FloatVector f = FloatVector.broadcast(F, x[xo + k]);
            a0 = u.fma(f, a0);
            b0 = v.fma(f, b0);
            f = FloatVector.broadcast(F, x[x1 + k]);
            a1 = u.fma(f, a1);
            b1 = v.fma(f, b1);
            f = FloatVector.broadcast(F, x[x2 + k]);
            a2 = u.fma(f, a2);
            b2 = v.fma(f, b2);
        }
        a0.intoArray(c, co);
        b0.intoArray(c, co + H);
        a1.intoArray(c, co + cs);
        b1.intoArray(c, co + cs + H);
        a2.intoArray(c, co + 2 * cs);
        b2.intoArray(c, co + 2 * cs + H);
    }

    private static void tile2(
            float[] w, int wo, int n, float[] x, int xo, int xs, float[] s, int so, int ss, float[] c, int co, int cs) {
        FloatVector a0 = FloatVector.fromArray(F, s, so);
        FloatVector b0 = FloatVector.fromArray(F, s, so + H);
        FloatVector a1 = FloatVector.fromArray(F, s, so + ss);
        FloatVector b1 = FloatVector.fromArray(F, s, so + ss + H);
        int x1 = xo + xs;
        for (int k = 0; k < n; k++) {
            FloatVector u = FloatVector.fromArray(F, w, wo + k * TILE);
            FloatVector v = FloatVector.fromArray(F, w, wo + k * TILE + H);
            FloatVector f = FloatVector.broadcast(F, x[xo + k]);
            a0 = u.fma(f, a0);
            b0 = v.fma(f, b0);
            f = FloatVector.broadcast(F, x[x1 + k]);
            a1 = u.fma(f, a1);
            b1 = v.fma(f, b1);
        }
        a0.intoArray(c, co);
        b0.intoArray(c, co + H);
        a1.intoArray(c, co + cs);
        b1.intoArray(c, co + cs + H);
    }

    private static void tile1(float[] w, int wo, int n, float[] x, int xo, float[] s, int so, float[] c, int co) {
        FloatVector a0 = FloatVector.fromArray(F, s, so);
        FloatVector b0 = FloatVector.fromArray(F, s, so + H);
        for (int k = 0; k < n; k++) {
            FloatVector u = FloatVector.fromArray(F, w, wo + k * TILE);
            FloatVector v = FloatVector.fromArray(F, w, wo + k * TILE + H);
            FloatVector f = FloatVector.broadcast(F, x[xo + k]);
            a0 = u.fma(f, a0);
            b0 = v.fma(f, b0);
        }
        a0.intoArray(c, co);
        b0.intoArray(c, co + H);
    }
}
