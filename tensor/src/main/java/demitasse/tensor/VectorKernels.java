package demitasse.tensor;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The SIMD twin, for vectors of 128 to 512 bits. Bodies are written out: C2 stops inlining helpers that are called from
 * a large loop, and a vector that leaves its method is boxed.
 *
 * <p>Every sum has one order, so that interpreted and compiled code give the same bits: lanes are added by {@link
 * #total}, and what is left over at the end is multiplied and added with one rounding, as lanes are.
 */
final class VectorKernels implements Kernels {
    static final VectorSpecies<Float> F =
            VectorUnit.FLOATS.length() > LANES ? FloatVector.SPECIES_512 : VectorUnit.FLOATS;
    private static final int H = F.length();
    private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
    private static final VectorSpecies<Short> S = VectorSpecies.of(short.class, VectorShape.forBitSize(H * Short.SIZE));
    /** There is no shape below 64 bits: with vectors of 128 bits this one is too wide, and not used. */
    private static final VectorSpecies<Byte> B =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, H * Byte.SIZE)));

    private static final VectorShuffle<Float> SWAP_8 = swap(8);
    private static final VectorShuffle<Float> SWAP_4 = swap(4);
    private static final VectorShuffle<Float> SWAP_2 = swap(2);
    private static final VectorShuffle<Float> SWAP_1 = swap(1);

    private static final int ROW_TILE = 6;
    private static final int HALF_TILE = 3;

    static int bits() {
        return F.vectorBitSize();
    }

    /** Each lane and the one at this distance change places; wider than the vector, all stay. */
    private static VectorShuffle<Float> swap(int distance) {
        return VectorShuffle.fromOp(F, lane -> (lane ^ distance) < H ? lane ^ distance : lane);
    }

    /**
     * The sum of the lanes, by halves. Not {@code reduceLanes(ADD)}, whose order is open: the interpreter takes lanes
     * one after the other, C2 does not, and results changed once a kernel was compiled.
     */
    private static float total(FloatVector lanes) {
        FloatVector s = lanes;
        if (H > 8) {
            s = s.add(s.rearrange(SWAP_8));
        }
        if (H > 4) {
            s = s.add(s.rearrange(SWAP_4));
        }
        if (H > 2) {
            s = s.add(s.rearrange(SWAP_2));
        }
        return s.add(s.rearrange(SWAP_1)).lane(0);
    }

    @Override
    public float dot(float[] a, int ao, float[] b, int bo, int n) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int i = 0;
        for (; i <= n - 4 * H; i += 4 * H) {
            s0 = FloatVector.fromArray(F, a, ao + i).fma(FloatVector.fromArray(F, b, bo + i), s0);
            s1 = FloatVector.fromArray(F, a, ao + i + H).fma(FloatVector.fromArray(F, b, bo + i + H), s1);
            s2 = FloatVector.fromArray(F, a, ao + i + 2 * H).fma(FloatVector.fromArray(F, b, bo + i + 2 * H), s2);
            s3 = FloatVector.fromArray(F, a, ao + i + 3 * H).fma(FloatVector.fromArray(F, b, bo + i + 3 * H), s3);
        }
        for (; i <= n - H; i += H) {
            s0 = FloatVector.fromArray(F, a, ao + i).fma(FloatVector.fromArray(F, b, bo + i), s0);
        }
        float sum = total(s0.add(s1).add(s2.add(s3)));
        for (; i < n; i++) {
            sum = Math.fma(a[ao + i], b[bo + i], sum);
        }
        return sum;
    }

    @Override
    public float sum(float[] x, int xo, int n) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = s0;
        int i = 0;
        for (; i <= n - 2 * H; i += 2 * H) {
            s0 = s0.add(FloatVector.fromArray(F, x, xo + i));
            s1 = s1.add(FloatVector.fromArray(F, x, xo + i + H));
        }
        float sum = total(s0.add(s1));
        for (; i < n; i++) {
            sum += x[xo + i];
        }
        return sum;
    }

    @Override
    public float squares(float[] x, int xo, float centre, int n) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = s0;
        FloatVector c = FloatVector.broadcast(F, centre);
        int i = 0;
        for (; i <= n - 2 * H; i += 2 * H) {
            FloatVector d0 = FloatVector.fromArray(F, x, xo + i).sub(c);
            FloatVector d1 = FloatVector.fromArray(F, x, xo + i + H).sub(c);
            s0 = d0.fma(d0, s0);
            s1 = d1.fma(d1, s1);
        }
        float sum = total(s0.add(s1));
        for (; i < n; i++) {
            float d = x[xo + i] - centre;
            sum = Math.fma(d, d, sum);
        }
        return sum;
    }

    @Override
    public float max(float[] x, int xo, int n) {
        FloatVector m = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
        int i = 0;
        for (; i <= n - H; i += H) {
            FloatVector v = FloatVector.fromArray(F, x, xo + i);
            m = m.blend(v, v.compare(VectorOperators.GT, m));
        }
        float max = m.reduceLanes(VectorOperators.MAX);
        for (; i < n; i++) {
            if (x[xo + i] > max) {
                max = x[xo + i];
            }
        }
        return max;
    }

    @Override
    public void add(float[] x, int xo, float[] y, int yo, int n) {
        int i = 0;
        for (; i <= n - H; i += H) {
            FloatVector.fromArray(F, x, xo + i)
                    .add(FloatVector.fromArray(F, y, yo + i))
                    .intoArray(x, xo + i);
        }
        for (; i < n; i++) {
            x[xo + i] += y[yo + i];
        }
    }

    @Override
    public void scale(float[] x, int xo, float factor, int n) {
        int i = 0;
        for (; i <= n - H; i += H) {
            FloatVector.fromArray(F, x, xo + i).mul(factor).intoArray(x, xo + i);
        }
        for (; i < n; i++) {
            x[xo + i] *= factor;
        }
    }

    @Override
    public void scaleBy(float[] x, int xo, float factor, float[] w, float[] out, int oo, int n) {
        int i = 0;
        for (; i <= n - H; i += H) {
            FloatVector.fromArray(F, x, xo + i)
                    .mul(factor)
                    .mul(FloatVector.fromArray(F, w, i))
                    .intoArray(out, oo + i);
        }
        for (; i < n; i++) {
            out[oo + i] = x[xo + i] * factor * w[i];
        }
    }

    @Override
    public void normalize(
            float[] x, int xo, float centre, float factor, float[] w, float[] b, float[] out, int oo, int n) {
        int i = 0;
        for (; i <= n - H; i += H) {
            FloatVector.fromArray(F, x, xo + i)
                    .sub(centre)
                    .mul(factor)
                    .mul(FloatVector.fromArray(F, w, i))
                    .add(FloatVector.fromArray(F, b, i))
                    .intoArray(out, oo + i);
        }
        for (; i < n; i++) {
            out[oo + i] = (x[xo + i] - centre) * factor * w[i] + b[i];
        }
    }

    /** See {@link Exp}. Small enough to be inlined into its three callers. */
    private static FloatVector exp(FloatVector argument) {
        FloatVector x = argument.min(Exp.HIGHEST);
        FloatVector shifted = x.fma(FloatVector.broadcast(F, Exp.LOG2_E), FloatVector.broadcast(F, Exp.ROUND));
        FloatVector n = shifted.sub(Exp.ROUND);
        FloatVector r = n.fma(FloatVector.broadcast(F, -Exp.LN2_HIGH), x);
        r = n.fma(FloatVector.broadcast(F, -Exp.LN2_LOW), r);
        FloatVector p = r.fma(FloatVector.broadcast(F, Exp.C0), FloatVector.broadcast(F, Exp.C1));
        p = p.fma(r, FloatVector.broadcast(F, Exp.C2));
        p = p.fma(r, FloatVector.broadcast(F, Exp.C3));
        p = p.fma(r, FloatVector.broadcast(F, Exp.C4));
        p = p.fma(r, FloatVector.broadcast(F, Exp.C5));
        FloatVector e = p.fma(r.mul(r), r).add(1f);
        IntVector power = shifted.reinterpretAsInts()
                .lanewise(VectorOperators.LSHL, Exp.EXPONENT_BITS)
                .add(Exp.ONE);
        VectorMask<Float> tiny = argument.compare(VectorOperators.LT, Exp.LOWEST);
        return e.mul(power.reinterpretAsFloats()).blend(0f, tiny);
    }

    @Override
    public float exp(float[] x, int xo, float top, int n) {
        FloatVector s = FloatVector.zero(F);
        int i = 0;
        for (; i <= n - H; i += H) {
            FloatVector e = exp(FloatVector.fromArray(F, x, xo + i).sub(top));
            e.intoArray(x, xo + i);
            s = s.add(e);
        }
        float sum = total(s);
        for (; i < n; i++) {
            float e = Exp.of(x[xo + i] - top);
            x[xo + i] = e;
            sum += e;
        }
        return sum;
    }

    @Override
    public void swiglu(float[] g, int go, float[] u, int uo, float[] out, int oo, int n) {
        int i = 0;
        for (; i <= n - H; i += H) {
            FloatVector gate = FloatVector.fromArray(F, g, go + i);
            gate.div(exp(gate.neg()).add(1f))
                    .mul(FloatVector.fromArray(F, u, uo + i))
                    .intoArray(out, oo + i);
        }
        for (; i < n; i++) {
            float gate = g[go + i];
            out[oo + i] = gate / (1 + Exp.of(-gate)) * u[uo + i];
        }
    }

    @Override
    public void gelu(float[] x, int xo, int n) {
        int i = 0;
        for (; i <= n - H; i += H) {
            FloatVector argument = FloatVector.fromArray(F, x, xo + i);
            FloatVector c = argument.mul(Gelu.SPLIT);
            FloatVector v = c.sub(c.sub(argument));
            FloatVector cube = v.mul(v).fma(FloatVector.broadcast(F, Gelu.CUBE), FloatVector.broadcast(F, 1f));
            FloatVector y = v.div(exp(cube.mul(v.mul(-Gelu.SLOPE))).add(1f));
            FloatVector d = y.mul(Gelu.SPLIT);
            d.sub(d.sub(y))
                    .blend(argument, argument.compare(VectorOperators.GE, Gelu.LIMIT))
                    .blend(0f, argument.compare(VectorOperators.LE, -Gelu.LIMIT))
                    .intoArray(x, xo + i);
        }
        for (; i < n; i++) {
            x[xo + i] = Gelu.of(x[xo + i]);
        }
    }

    @Override
    public void geluUnrounded(float[] x, int xo, int n) {
        int i = 0;
        for (; i <= n - H; i += H) {
            FloatVector v = FloatVector.fromArray(F, x, xo + i);
            FloatVector z = v.max(-Gelu.END).min(Gelu.END);
            FloatVector s = z.mul(z);
            FloatVector p = s.fma(FloatVector.broadcast(F, Gelu.P8), FloatVector.broadcast(F, Gelu.P7));
            p = p.fma(s, FloatVector.broadcast(F, Gelu.P6));
            p = p.fma(s, FloatVector.broadcast(F, Gelu.P5));
            p = p.fma(s, FloatVector.broadcast(F, Gelu.P4));
            p = p.fma(s, FloatVector.broadcast(F, Gelu.P3));
            p = p.fma(s, FloatVector.broadcast(F, Gelu.P2));
            p = p.fma(s, FloatVector.broadcast(F, Gelu.P1));
            p = p.fma(s, FloatVector.broadcast(F, Gelu.P0));
            p.fma(z, FloatVector.broadcast(F, 0.5f)).mul(v).intoArray(x, xo + i);
        }
        for (; i < n; i++) {
            x[xo + i] = Gelu.unrounded(x[xo + i]);
        }
    }

    @Override
    public void multiplyAdd(
            float[] w,
            int wo,
            int wStride,
            int lanes,
            int n,
            float[] x,
            int xo,
            int xStride,
            int rows,
            float[] c,
            int co,
            int cStride) {
        int lane = 0;
        int single = rows % HALF_TILE;
        for (; lane <= lanes - 2 * H; lane += 2 * H) {
            int row = 0;
            for (; row <= rows - ROW_TILE; row += ROW_TILE) {
                six(w, wo + lane, wStride, n, x, xo + row * xStride, xStride, c, co + row * cStride + lane, cStride);
            }
            for (; row <= rows - HALF_TILE; row += HALF_TILE) {
                three(w, wo + lane, wStride, n, x, xo + row * xStride, xStride, c, co + row * cStride + lane, cStride);
            }
        }
        for (int row = rows - single; row < rows; row++) {
            oneRow(w, wo, wStride, lanes, n, x, xo + row * xStride, c, co + row * cStride);
        }
        for (; lane < lanes; lane += H) {
            for (int row = 0; row < rows - single; row++) {
                narrow(w, wo + lane, wStride, n, x, xo + row * xStride, c, co + row * cStride + lane);
            }
        }
    }

    private static void oneRow(float[] w, int wo, int ws, int lanes, int n, float[] x, int xo, float[] c, int co) {
        int lane = 0;
        for (; lane <= lanes - 4 * H; lane += 4 * H) {
            wide(w, wo + lane, ws, n, x, xo, c, co + lane);
        }
        for (; lane <= lanes - 2 * H; lane += 2 * H) {
            one(w, wo + lane, ws, n, x, xo, c, co + lane);
        }
        for (; lane < lanes; lane += H) {
            narrow(w, wo + lane, ws, n, x, xo, c, co + lane);
        }
    }

    /** Six rows, two vectors of lanes: twelve sums, two weights and a factor in sixteen registers. */
    private static void six(float[] w, int wo, int ws, int n, float[] x, int xo, int xs, float[] c, int co, int cs) {
        FloatVector a0 = FloatVector.fromArray(F, c, co);
        FloatVector b0 = FloatVector.fromArray(F, c, co + H);
        FloatVector a1 = FloatVector.fromArray(F, c, co + cs);
        FloatVector b1 = FloatVector.fromArray(F, c, co + cs + H);
        FloatVector a2 = FloatVector.fromArray(F, c, co + 2 * cs);
        FloatVector b2 = FloatVector.fromArray(F, c, co + 2 * cs + H);
        FloatVector a3 = FloatVector.fromArray(F, c, co + 3 * cs);
        FloatVector b3 = FloatVector.fromArray(F, c, co + 3 * cs + H);
        FloatVector a4 = FloatVector.fromArray(F, c, co + 4 * cs);
        FloatVector b4 = FloatVector.fromArray(F, c, co + 4 * cs + H);
        FloatVector a5 = FloatVector.fromArray(F, c, co + 5 * cs);
        FloatVector b5 = FloatVector.fromArray(F, c, co + 5 * cs + H);
        int x1 = xo + xs;
        int x2 = xo + 2 * xs;
        int x3 = xo + 3 * xs;
        int x4 = xo + 4 * xs;
        int x5 = xo + 5 * xs;
        for (int k = 0; k < n; k++) {
            FloatVector u = FloatVector.fromArray(F, w, wo + k * ws);
            FloatVector v = FloatVector.fromArray(F, w, wo + k * ws + H);
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

    private static void three(float[] w, int wo, int ws, int n, float[] x, int xo, int xs, float[] c, int co, int cs) {
        FloatVector a0 = FloatVector.fromArray(F, c, co);
        FloatVector b0 = FloatVector.fromArray(F, c, co + H);
        FloatVector a1 = FloatVector.fromArray(F, c, co + cs);
        FloatVector b1 = FloatVector.fromArray(F, c, co + cs + H);
        FloatVector a2 = FloatVector.fromArray(F, c, co + 2 * cs);
        FloatVector b2 = FloatVector.fromArray(F, c, co + 2 * cs + H);
        int x1 = xo + xs;
        int x2 = xo + 2 * xs;
        for (int k = 0; k < n; k++) {
            FloatVector u = FloatVector.fromArray(F, w, wo + k * ws);
            FloatVector v = FloatVector.fromArray(F, w, wo + k * ws + H);
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

    /** One row and four vectors of lanes: as many sums as hide the time that one takes. */
    private static void wide(float[] w, int wo, int ws, int n, float[] x, int xo, float[] c, int co) {
        FloatVector a = FloatVector.fromArray(F, c, co);
        FloatVector b = FloatVector.fromArray(F, c, co + H);
        FloatVector d = FloatVector.fromArray(F, c, co + 2 * H);
        FloatVector e = FloatVector.fromArray(F, c, co + 3 * H);
        for (int k = 0; k < n; k++) {
            int o = wo + k * ws;
            FloatVector f = FloatVector.broadcast(F, x[xo + k]);
            a = FloatVector.fromArray(F, w, o).fma(f, a);
            b = FloatVector.fromArray(F, w, o + H).fma(f, b);
            d = FloatVector.fromArray(F, w, o + 2 * H).fma(f, d);
            e = FloatVector.fromArray(F, w, o + 3 * H).fma(f, e);
        }
        a.intoArray(c, co);
        b.intoArray(c, co + H);
        d.intoArray(c, co + 2 * H);
        e.intoArray(c, co + 3 * H);
    }

    /** One row and two vectors of lanes. */
    private static void one(float[] w, int wo, int ws, int n, float[] x, int xo, float[] c, int co) {
        FloatVector a = FloatVector.fromArray(F, c, co);
        FloatVector b = FloatVector.fromArray(F, c, co + H);
        for (int k = 0; k < n; k++) {
            FloatVector f = FloatVector.broadcast(F, x[xo + k]);
            a = FloatVector.fromArray(F, w, wo + k * ws).fma(f, a);
            b = FloatVector.fromArray(F, w, wo + k * ws + H).fma(f, b);
        }
        a.intoArray(c, co);
        b.intoArray(c, co + H);
    }

    /** One row and one vector of lanes, where the lanes are an odd number of vectors. */
    private static void narrow(float[] w, int wo, int ws, int n, float[] x, int xo, float[] c, int co) {
        FloatVector a = FloatVector.fromArray(F, c, co);
        for (int k = 0; k < n; k++) {
            a = FloatVector.fromArray(F, w, wo + k * ws).fma(FloatVector.broadcast(F, x[xo + k]), a);
        }
        a.intoArray(c, co);
    }

    /** Left to C2, which turns this loop into the machine's half-precision conversion; the Vector API has none. */
    @Override
    public void widenF16(short[] in, int at, float[] out, int to, int n) {
        for (int i = 0; i < n; i++) {
            out[to + i] = Float.float16ToFloat(in[at + i]);
        }
    }

    @Override
    public void widenBF16(short[] in, int at, float[] out, int to, int n) {
        int i = 0;
        for (; i <= n - H; i += H) {
            IntVector wide = (IntVector) ShortVector.fromArray(S, in, at + i).castShape(I, 0);
            wide.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().intoArray(out, to + i);
        }
        for (; i < n; i++) {
            out[to + i] = Float.intBitsToFloat(in[at + i] << 16);
        }
    }

    @Override
    public void widenQ8(byte[] q, int qo, short[] scales, int so, int blocks, float[] out, int to) {
        for (int block = 0; block < blocks; block++) {
            int quants = qo + 1024 * block;
            int target = to + 1024 * block;
            // The scales are put where the last weights of the block go, which are written last.
            int parked = target + 1024 - 32;
            widenF16(scales, so + 32 * block, out, parked, 32);
            for (int lane = 0; lane < 32; lane += H) {
                widenQ8Lanes(q, quants + lane, out, target + lane, parked + lane);
            }
        }
    }

    /** 32 k of one vector of lanes. */
    private static void widenQ8Lanes(byte[] q, int qo, float[] out, int to, int scales) {
        FloatVector scale = FloatVector.fromArray(F, out, scales);
        for (int k = 0; k < 32; k++) {
            if (H * Byte.SIZE < 64) {
                for (int i = 0; i < H; i++) {
                    out[to + 32 * k + i] = q[qo + 32 * k + i];
                }
                FloatVector.fromArray(F, out, to + 32 * k).mul(scale).intoArray(out, to + 32 * k);
            } else {
                FloatVector wide =
                        (FloatVector) ByteVector.fromArray(B, q, qo + 32 * k).castShape(F, 0);
                wide.mul(scale).intoArray(out, to + 32 * k);
            }
        }
    }

    @Override
    public int tileLanes() {
        return TileKernels.TILE;
    }

    @Override
    public void multiplyTile(
            float[] w,
            int wo,
            int n,
            float[] x,
            int xo,
            int xStride,
            int rows,
            float[] start,
            int so,
            int startStride,
            float[] c,
            int co,
            int cStride) {
        TileKernels.multiply(w, wo, n, x, xo, xStride, rows, start, so, startStride, c, co, cStride);
    }

    @Override
    public void widenQ8Tile(byte[] q, int qo, float[] scales, int so, int blocks, float[] out, int to) {
        for (int block = 0; block < blocks; block++) {
            widenQ8Pair(q, qo + 1024 * block, scales, so + 32 * block, out, to + 32 * TileKernels.TILE * block);
        }
    }

    /** 32 k of a tile. */
    private static void widenQ8Pair(byte[] q, int qo, float[] scales, int so, float[] out, int to) {
        FloatVector s0 = FloatVector.fromArray(F, scales, so);
        FloatVector s1 = FloatVector.fromArray(F, scales, so + H);
        for (int k = 0; k < 32; k++) {
            int o = to + TileKernels.TILE * k;
            if (H * Byte.SIZE < 64) {
                for (int i = 0; i < TileKernels.TILE; i++) {
                    out[o + i] = q[qo + 32 * k + i];
                }
                FloatVector.fromArray(F, out, o).mul(s0).intoArray(out, o);
                FloatVector.fromArray(F, out, o + H).mul(s1).intoArray(out, o + H);
            } else {
                FloatVector w =
                        (FloatVector) ByteVector.fromArray(B, q, qo + 32 * k).castShape(F, 0);
                w.mul(s0).intoArray(out, o);
                w = (FloatVector) ByteVector.fromArray(B, q, qo + 32 * k + H).castShape(F, 0);
                w.mul(s1).intoArray(out, o + H);
            }
        }
    }

    @Override
    public void widenQ8Runs(byte[] q, int qo, short[] scales, int so, int runs, float[] out, int to) {
        for (int run = 0; run < runs; run++) {
            float scale = Float.float16ToFloat(scales[so + run]);
            int at = 32 * run;
            if (H * Byte.SIZE < 64) {
                for (int i = 0; i < 32; i++) {
                    out[to + at + i] = q[qo + at + i] * scale;
                }
            } else {
                for (int i = 0; i < 32; i += H) {
                    FloatVector wide = (FloatVector)
                            ByteVector.fromArray(B, q, qo + at + i).castShape(F, 0);
                    wide.mul(scale).intoArray(out, to + at + i);
                }
            }
        }
    }

    /** Not with vectors of 128 bits, which would need a shape of 32 bits for the bytes. */
    @Override
    public boolean fusesQ8() {
        return H * Byte.SIZE >= 64;
    }

    @Override
    public void multiplyAddQ8(
            byte[] q, int qo, float[] scales, int so, int blocks, float[] x, int xo, float[] c, int co) {
        if (!fusesQ8()) {
            throw new UnsupportedOperationException("vectors of " + bits() + " bits");
        }
        for (int lane = 0; lane < 32; lane += 4 * H) {
            if (H < 16) {
                q8Wide(q, qo + lane, scales, so + lane, blocks, x, xo, c, co + lane);
            } else {
                q8(q, qo, scales, so, blocks, x, xo, c, co);
            }
        }
    }

    /** Four vectors of lanes. */
    private static void q8Wide(
            byte[] q, int qo, float[] scales, int so, int blocks, float[] x, int xo, float[] c, int co) {
        FloatVector a0 = FloatVector.fromArray(F, c, co);
        FloatVector a1 = FloatVector.fromArray(F, c, co + H);
        FloatVector a2 = FloatVector.fromArray(F, c, co + 2 * H);
        FloatVector a3 = FloatVector.fromArray(F, c, co + 3 * H);
        for (int block = 0; block < blocks; block++) {
            FloatVector s0 = FloatVector.fromArray(F, scales, so + 32 * block);
            FloatVector s1 = FloatVector.fromArray(F, scales, so + 32 * block + H);
            FloatVector s2 = FloatVector.fromArray(F, scales, so + 32 * block + 2 * H);
            FloatVector s3 = FloatVector.fromArray(F, scales, so + 32 * block + 3 * H);
            for (int k = 32 * block; k < 32 * block + 32; k++) {
                int o = qo + 32 * k;
                FloatVector f = FloatVector.broadcast(F, x[xo + k]);
                FloatVector w = (FloatVector) ByteVector.fromArray(B, q, o).castShape(F, 0);
                a0 = w.mul(s0).fma(f, a0);
                w = (FloatVector) ByteVector.fromArray(B, q, o + H).castShape(F, 0);
                a1 = w.mul(s1).fma(f, a1);
                w = (FloatVector) ByteVector.fromArray(B, q, o + 2 * H).castShape(F, 0);
                a2 = w.mul(s2).fma(f, a2);
                w = (FloatVector) ByteVector.fromArray(B, q, o + 3 * H).castShape(F, 0);
                a3 = w.mul(s3).fma(f, a3);
            }
        }
        a0.intoArray(c, co);
        a1.intoArray(c, co + H);
        a2.intoArray(c, co + 2 * H);
        a3.intoArray(c, co + 3 * H);
    }

    /** Two vectors of lanes. */
    private static void q8(byte[] q, int qo, float[] scales, int so, int blocks, float[] x, int xo, float[] c, int co) {
        FloatVector a0 = FloatVector.fromArray(F, c, co);
        FloatVector a1 = FloatVector.fromArray(F, c, co + H);
        for (int block = 0; block < blocks; block++) {
            FloatVector s0 = FloatVector.fromArray(F, scales, so + 32 * block);
            FloatVector s1 = FloatVector.fromArray(F, scales, so + 32 * block + H);
            for (int k = 32 * block; k < 32 * block + 32; k++) {
                int o = qo + 32 * k;
                FloatVector f = FloatVector.broadcast(F, x[xo + k]);
                FloatVector w = (FloatVector) ByteVector.fromArray(B, q, o).castShape(F, 0);
                a0 = w.mul(s0).fma(f, a0);
                w = (FloatVector) ByteVector.fromArray(B, q, o + H).castShape(F, 0);
                a1 = w.mul(s1).fma(f, a1);
            }
        }
        a0.intoArray(c, co);
        a1.intoArray(c, co + H);
    }
}
