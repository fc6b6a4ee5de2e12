package demitasse.tensor;

import java.util.Arrays;

/**
 * Finds the scale and the levels 0..most of numbers that are mostly positive: the scales, or the minima, of a block.
 * All float expressions are in ggml's order. Source: ggml-quants.c, make_qp_quants.
 */
final class PositiveFit {
    /** Scales around the obvious one that are tried, in steps of a tenth of a level. */
    private static final int STEPS = 4;

    private static final float STEP = 0.1f;
    private static final int MOST_ROUNDS = 5;

    /** ggml keeps levels in uint8_t: those of negative numbers, which a fit can give, wrap around. */
    private static final int WRAP = 0xff;

    private PositiveFit() {}

    /** Sets {@code levels}, 0..255 where there are negative numbers; returns the scale. */
    static float solve(float[] x, float[] weights, int[] levels, int most) {
        float largest = Math.max(0, Fit.maximum(x, 0, x.length));
        if (largest < Fit.ALL_ZERO) {
            Arrays.fill(levels, 0);
            return 0;
        }
        float inverse = inverse(x, weights, most, largest);
        float sumLx = 0;
        float sumL2 = 0;
        for (int i = 0; i < x.length; i++) {
            int level = Math.min(most, Rounding.nearest(inverse * x[i]));
            levels[i] = level & WRAP;
            float w = weights[i];
            sumLx += w * x[i] * level;
            sumL2 += w * level * level;
        }
        return byTurns(x, weights, levels, most, sumLx, sumL2);
    }

    /** The best of several, turned round. */
    private static float inverse(float[] x, float[] weights, int most, float largest) {
        float inverse = most / largest;
        float scale = 1 / inverse;
        float best = 0;
        for (int i = 0; i < x.length; i++) {
            float difference = x[i] - scale * (Rounding.nearest(inverse * x[i]) & WRAP);
            best += weights[i] * difference * difference;
        }
        for (int step = -STEPS; step <= STEPS; step++) {
            if (step == 0) {
                continue;
            }
            float trial = (STEP * step + most) / largest;
            float trialScale = 1 / trial;
            float error = 0;
            for (int i = 0; i < x.length; i++) {
                int level = Math.min(most, Rounding.nearest(trial * x[i]));
                float difference = x[i] - trialScale * level;
                error += weights[i] * difference * difference;
            }
            if (error < best) {
                best = error;
                inverse = trial;
            }
        }
        return inverse;
    }

    /** Moves one number at a time to a better level. */
    private static float byTurns(float[] x, float[] weights, int[] levels, int most, float sumLx, float sumL2) {
        boolean changed = true;
        for (int round = 0; round < MOST_ROUNDS && changed; round++) {
            changed = false;
            for (int i = 0; i < x.length; i++) {
                float w = weights[i];
                int old = levels[i];
                float lx = sumLx - w * x[i] * old;
                float l2 = sumL2 - w * old * old;
                if (lx > 0 && l2 > 0) {
                    int level = Math.min(most, Rounding.nearest(x[i] * l2 / lx));
                    if (level != old) {
                        lx += w * x[i] * level;
                        l2 += w * level * level;
                        if (lx * lx * sumL2 > sumLx * sumLx * l2) {
                            levels[i] = level & WRAP;
                            sumLx = lx;
                            sumL2 = l2;
                            changed = true;
                        }
                    }
                }
            }
        }
        return sumL2 > 0 ? sumLx / sumL2 : 0;
    }
}
