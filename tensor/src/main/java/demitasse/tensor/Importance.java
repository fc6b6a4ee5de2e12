package demitasse.tensor;

/**
 * How much the errors in the columns of one row count: mean squares of what the columns are multiplied with. Source:
 * ggml-quants.c, {@code quant_weights}; all float expressions are in its order.
 *
 * @param at index of the first column's value
 */
record Importance(float[] values, int at) {
    /** Of {@code n} weights, added from the first to the last. */
    static float sumOfSquares(float[] x, int from, int n) {
        float sum = 0;
        for (int i = from; i < from + n; i++) {
            sum += x[i] * x[i];
        }
        return sum;
    }

    /**
     * Sets what each error of some neighbouring weights counts: more where the weight is large.
     *
     * @param column of the first weight
     * @param square a typical square of a weight around here
     * @return the sum of what was set
     */
    float weigh(float[] x, int from, int column, float square, float[] weights) {
        float sum = 0;
        for (int i = 0; i < weights.length; i++) {
            float v = x[from + i];
            weights[i] = values[at + column + i] * (float) Math.sqrt(square + v * v);
            sum += weights[i];
        }
        return sum;
    }
}
