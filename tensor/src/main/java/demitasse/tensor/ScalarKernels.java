package demitasse.tensor;

/** The twin without SIMD: for JVMs without the vector module, and what the SIMD twin is tested against. */
final class ScalarKernels implements Kernels {
    @Override
    public float dot(float[] a, int ao, float[] b, int bo, int n) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int i = 0;
        for (; i + 4 <= n; i += 4) {
            s0 += a[ao + i] * b[bo + i];
            s1 += a[ao + i + 1] * b[bo + i + 1];
            s2 += a[ao + i + 2] * b[bo + i + 2];
            s3 += a[ao + i + 3] * b[bo + i + 3];
        }
        for (; i < n; i++) {
            s0 += a[ao + i] * b[bo + i];
        }
        return s0 + s1 + (s2 + s3);
    }

    @Override
    public float sum(float[] x, int xo, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += x[xo + i];
        }
        return (float) sum;
    }

    @Override
    public float squares(float[] x, int xo, float centre, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            float d = x[xo + i] - centre;
            sum += d * d;
        }
        return (float) sum;
    }

    @Override
    public float max(float[] x, int xo, int n) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            if (x[xo + i] > max) {
                max = x[xo + i];
            }
        }
        return max;
    }

    @Override
    public void add(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            x[xo + i] += y[yo + i];
        }
    }

    @Override
    public void scale(float[] x, int xo, float factor, int n) {
        for (int i = 0; i < n; i++) {
            x[xo + i] *= factor;
        }
    }

    @Override
    public void scaleBy(float[] x, int xo, float factor, float[] w, float[] out, int oo, int n) {
        for (int i = 0; i < n; i++) {
            out[oo + i] = x[xo + i] * factor * w[i];
        }
    }

    @Override
    public void normalize(
            float[] x, int xo, float centre, float factor, float[] w, float[] b, float[] out, int oo, int n) {
        for (int i = 0; i < n; i++) {
            out[oo + i] = (x[xo + i] - centre) * factor * w[i] + b[i];
        }
    }

    @Override
    public float exp(float[] x, int xo, float top, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            float e = Exp.of(x[xo + i] - top);
            x[xo + i] = e;
            sum += e;
        }
        return (float) sum;
    }

    @Override
    public void swiglu(float[] g, int go, float[] u, int uo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i++) {
            float gate = g[go + i];
            out[oo + i] = gate / (1 + Exp.of(-gate)) * u[uo + i];
        }
    }

    @Override
    public void gelu(float[] x, int xo, int n) {
        for (int i = 0; i < n; i++) {
            x[xo + i] = Gelu.of(x[xo + i]);
        }
    }

    @Override
    public void geluUnrounded(float[] x, int xo, int n) {
        for (int i = 0; i < n; i++) {
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
        for (int row = 0; row < rows; row++) {
            for (int k = 0; k < n; k++) {
                float factor = x[xo + row * xStride + k];
                for (int lane = 0; lane < lanes; lane++) {
                    c[co + row * cStride + lane] += w[wo + k * wStride + lane] * factor;
                }
            }
        }
    }

    @Override
    public void widenF16(short[] in, int at, float[] out, int to, int n) {
        for (int i = 0; i < n; i++) {
            out[to + i] = Float.float16ToFloat(in[at + i]);
        }
    }

    @Override
    public void widenBF16(short[] in, int at, float[] out, int to, int n) {
        for (int i = 0; i < n; i++) {
            out[to + i] = Float.intBitsToFloat(in[at + i] << 16);
        }
    }

    @Override
    public void widenQ8(byte[] q, int qo, short[] scales, int so, int blocks, float[] out, int to) {
        for (int k = 0; k < 32 * blocks; k++) {
            for (int lane = 0; lane < 32; lane++) {
                float scale = Float.float16ToFloat(scales[so + k / 32 * 32 + lane]);
                out[to + 32 * k + lane] = q[qo + 32 * k + lane] * scale;
            }
        }
    }

    @Override
    public int tileLanes() {
        return 32;
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
        int lanes = tileLanes();
        for (int row = 0; row < rows; row++) {
            System.arraycopy(start, so + row * startStride, c, co + row * cStride, lanes);
        }
        multiplyAdd(w, wo, lanes, lanes, n, x, xo, xStride, rows, c, co, cStride);
    }

    @Override
    public void widenQ8Tile(byte[] q, int qo, float[] scales, int so, int blocks, float[] out, int to) {
        for (int i = 0; i < 1024 * blocks; i++) {
            out[to + i] = q[qo + i] * scales[so + i / 1024 * 32 + i % 32];
        }
    }

    @Override
    public void widenQ8Runs(byte[] q, int qo, short[] scales, int so, int runs, float[] out, int to) {
        for (int i = 0; i < 32 * runs; i++) {
            out[to + i] = q[qo + i] * Float.float16ToFloat(scales[so + i / 32]);
        }
    }

    @Override
    public boolean fusesQ8() {
        return true;
    }

    @Override
    public void multiplyAddQ8(
            byte[] q, int qo, float[] scales, int so, int blocks, float[] x, int xo, float[] c, int co) {
        for (int k = 0; k < 32 * blocks; k++) {
            for (int lane = 0; lane < 32; lane++) {
                c[co + lane] += q[qo + 32 * k + lane] * scales[so + k / 32 * 32 + lane] * x[xo + k];
            }
        }
    }
}
