package demitasse.tensor;

import java.util.Arrays;

/**
 * Finds the scale and the levels of a group of weights {@code w = scale * (level - half)} with the least squared error,
 * of which large weights count more. All float expressions are in ggml's order, for the sums decide near ties. Source:
 * ggml-quants.c, make_qx_quants (with rmse_type 1) and make_q3_quants.
 */
final class Fit {
    /** Groups whose largest magnitude is below this are stored as zeros. Source: ggml-quants.c, GROUP_MAX_EPS. */
    static final float ALL_ZERO = 1e-15f;

    /** Scales around the obvious one that are tried, in steps of a tenth of a level. */
    private static final int STEPS = 9;

    private static final float STEP = 0.1f;
    private static final int MOST_ROUNDS = 5;

    private Fit() {}

    /** The value of largest magnitude, with its sign; the first one if there are several; 0 if all are. */
    static float largest(float[] x, int from, int n) {
        float magnitude = 0;
        float value = 0;
        for (int i = from; i < from + n; i++) {
            float m = Math.abs(x[i]);
            if (m > magnitude) {
                magnitude = m;
                value = x[i];
            }
        }
        return value;
    }

    static float minimum(float[] x, int from, int n) {
        float minimum = x[from];
        for (int i = from + 1; i < from + n; i++) {
            // Not Math.min: of 0 and -0 the first one counts.
            if (x[i] < minimum) {
                minimum = x[i];
            }
        }
        return minimum;
    }

    static float maximum(float[] x, int from, int n) {
        float maximum = x[from];
        for (int i = from + 1; i < from + n; i++) {
            if (x[i] > maximum) {
                maximum = x[i];
            }
        }
        return maximum;
    }

    /** What errors count without an importance: the squares of the weights. */
    static void squares(float[] x, int from, float[] weights) {
        for (int i = 0; i < weights.length; i++) {
            weights[i] = x[from + i] * x[from + i];
        }
    }

    /**
     * Levels 0..2 half - 1 by trying several scales.
     *
     * @param weights how much the errors of as many weights of {@code x} count
     */
    static float signed(float[] x, int from, float[] weights, int[] levels, int to, int half) {
        int n = weights.length;
        float largest = largest(x, from, n);
        if (Math.abs(largest) < ALL_ZERO) {
            Arrays.fill(levels, to, to + n, 0);
            return 0;
        }
        float chosen = -half / largest;
        float scale = 0;
        float best = 0;
        for (int step = 0; step <= 2 * STEPS; step++) {
            // The obvious scale first, then -9..9 without 0.
            int offset = step <= STEPS ? step - STEPS - 1 : step - STEPS;
            float inverse = step == 0 ? -half / largest : -(half + STEP * offset) / largest;
            float sumLx = 0;
            float sumL2 = 0;
            for (int i = 0; i < n; i++) {
                float v = x[from + i];
                int level = level(inverse * v, half);
                float w = weights[i];
                sumLx += w * v * level;
                sumL2 += w * level * level;
            }
            if (step == 0) {
                scale = sumL2 == 0 ? 0 : sumLx / sumL2;
                best = scale * sumLx;
            } else if (sumL2 > 0 && sumLx * sumLx > best * sumL2) {
                scale = sumLx / sumL2;
                best = scale * sumLx;
                chosen = inverse;
            }
        }
        for (int i = 0; i < n; i++) {
            levels[to + i] = half + level(chosen * x[from + i], half);
        }
        return scale;
    }

    /** Levels 0..2 half - 1 by moving one weight at a time to a better level. */
    static float byTurns(float[] x, int from, int[] levels, int to, int n, int half) {
        float largest = largest(x, from, n);
        if (Math.abs(largest) < ALL_ZERO) {
            Arrays.fill(levels, to, to + n, 0);
            return 0;
        }
        float inverse = -half / largest;
        float sumLx = 0;
        float sumL2 = 0;
        for (int i = 0; i < n; i++) {
            float v = x[from + i];
            int level = level(inverse * v, half);
            levels[to + i] = level;
            float w = v * v;
            sumLx += w * v * level;
            sumL2 += w * level * level;
        }
        boolean changed = true;
        for (int round = 0; round < MOST_ROUNDS && changed; round++) {
            changed = false;
            for (int i = 0; i < n; i++) {
                float v = x[from + i];
                int old = levels[to + i];
                float w = v * v;
                float lx = sumLx - w * v * old;
                if (lx > 0) {
                    float l2 = sumL2 - w * old * old;
                    int level = level(v * l2 / lx, half);
                    if (level != old) {
                        lx += w * v * level;
                        l2 += w * level * level;
                        if (l2 > 0 && lx * lx * sumL2 > sumLx * sumLx * l2) {
                            levels[to + i] = level;
                            sumLx = lx;
                            sumL2 = l2;
                            changed = true;
                        }
                    }
                }
            }
        }
        for (int i = to; i < to + n; i++) {
            levels[i] += half;
        }
        return sumL2 > 0 ? sumLx / sumL2 : 0;
    }

    private static int level(float x, int half) {
        return Math.max(-half, Math.min(half - 1, Rounding.nearest(x)));
    }

    /** Levels 0..2 half - 1 for a given scale; weights and levels both start at {@code group}. */
    static void roundSigned(float[] x, int from, int[] levels, int group, int n, float scale, int half) {
        for (int i = group; i < group + n; i++) {
            levels[i] = half + level(x[from + i] / scale, half);
        }
    }

    /** Levels 0..most for a given scale and minimum; weights and levels both start at {@code group}. */
    static void round(float[] x, int from, int[] levels, int group, int n, float scale, float minimum, int most) {
        for (int i = group; i < group + n; i++) {
            levels[i] = Math.max(0, Math.min(most, Rounding.nearest((x[from + i] + minimum) / scale)));
        }
    }
}
