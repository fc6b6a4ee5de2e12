package demitasse.tensor;

import java.util.Arrays;

/**
 * Finds scale, minimum and levels of a group of weights {@code w = scale * level - minimum} by weighted least squares
 * over several roundings. All float expressions are in ggml's order. Source: ggml-quants.c, make_qkx2_quants and
 * make_qkx3_quants, which do the same with different searches.
 */
final class MinimumFit {
    /**
     * What is tried: scales that stretch the range to {@code most + first + step * i} levels, i from 0 to {@code steps}.
     *
     * @param most the highest level; the lowest is 0
     * @param absolute the error is |difference|, not its square
     */
    record Search(int most, float first, float step, int steps, boolean absolute) {
        /** What is tried with an importance. */
        static Search thorough(int most) {
            return new Search(most, -0.9f, 0.05f, 36, false);
        }
    }

    /** How much each weight's error counts; set by the caller. */
    final float[] weights;

    private final Search search;
    private final int[] trial;
    private float minimum;

    MinimumFit(int n, Search search) {
        this.weights = new float[n];
        this.trial = new int[n];
        this.search = search;
    }

    /** What is subtracted; never negative but for -0. */
    float minimum() {
        return minimum;
    }

    /** Sets {@code levels} and {@link #minimum}; returns the scale. */
    float solve(float[] x, int from, int[] levels, int to) {
        int n = weights.length;
        int most = search.most;
        float low = Fit.minimum(x, from, n);
        float high = Fit.maximum(x, from, n);
        if (low > 0) {
            low = 0;
        }
        if (high == low) {
            Arrays.fill(levels, to, to + n, 0);
            minimum = -low;
            return 0;
        }
        float sumW = weights[0];
        float sumX = sumW * x[from];
        for (int i = 1; i < n; i++) {
            sumW += weights[i];
            sumX += weights[i] * x[from + i];
        }
        float inverse = most / (high - low);
        float scale = 1 / inverse;
        for (int i = 0; i < n; i++) {
            levels[to + i] = Math.max(0, Math.min(most, Rounding.nearest(inverse * (x[from + i] - low))));
        }
        float best = error(x, from, levels, to, scale, low);
        for (int step = 0; step <= search.steps; step++) {
            inverse = (search.first + search.step * step + most) / (high - low);
            float sumL = 0;
            float sumL2 = 0;
            float sumLx = 0;
            for (int i = 0; i < n; i++) {
                float v = x[from + i];
                int level = Math.max(0, Math.min(most, Rounding.nearest(inverse * (v - low))));
                trial[i] = level;
                float wl = weights[i] * level;
                sumL += wl;
                sumL2 += wl * level;
                sumLx += wl * v;
            }
            float determinant = sumW * sumL2 - sumL * sumL;
            if (determinant > 0) {
                float trialScale = (sumW * sumLx - sumX * sumL) / determinant;
                float trialLow = (sumL2 * sumX - sumL * sumLx) / determinant;
                if (trialLow > 0) {
                    trialLow = 0;
                    trialScale = sumLx / sumL2;
                }
                float error = error(x, from, trial, 0, trialScale, trialLow);
                if (error < best) {
                    System.arraycopy(trial, 0, levels, to, n);
                    best = error;
                    scale = trialScale;
                    // The next roundings start from this minimum: so does ggml.
                    low = trialLow;
                }
            }
        }
        minimum = -low;
        return scale;
    }

    private float error(float[] x, int from, int[] levels, int to, float scale, float low) {
        float sum = 0;
        if (search.absolute) {
            for (int i = 0; i < weights.length; i++) {
                sum += weights[i] * Math.abs(scale * levels[to + i] + low - x[from + i]);
            }
            return sum;
        }
        for (int i = 0; i < weights.length; i++) {
            float difference = scale * levels[to + i] + low - x[from + i];
            sum += weights[i] * (difference * difference);
        }
        return sum;
    }
}
