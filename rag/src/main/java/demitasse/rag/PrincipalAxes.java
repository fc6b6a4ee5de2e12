package demitasse.rag;

import java.util.List;
import java.util.SplittableRandom;

/**
 * The axes along which vectors differ most, by subspace iteration on their covariance; scaled so that an axis counts by the
 * root of its deviation, not by all of it.
 */
final class PrincipalAxes {
    private static final int ROUNDS = 60;
    private static final long SEED = 1;

    final float[] mean;
    /** [dimensions][axes]. */
    final float[] projection;

    /** @param states vectors one after the other, in several arrays */
    PrincipalAxes(List<float[]> states, int dimensions, int axes) {
        double[] sum = new double[dimensions];
        long rows = 0;
        for (float[] some : states) {
            for (int i = 0; i < some.length; i++) {
                sum[i % dimensions] += some[i];
            }
            rows += some.length / dimensions;
        }
        mean = new float[dimensions];
        for (int d = 0; d < dimensions; d++) {
            mean[d] = (float) (sum[d] / rows);
        }
        double[][] covariance = covariance(states, dimensions, rows);
        double[][] basis = new double[axes][dimensions];
        SplittableRandom random = new SplittableRandom(SEED);
        for (double[] axis : basis) {
            for (int d = 0; d < dimensions; d++) {
                axis[d] = random.nextDouble() - 0.5;
            }
        }
        double[] variances = new double[axes];
        for (int round = 0; round < ROUNDS; round++) {
            for (int a = 0; a < axes; a++) {
                basis[a] = product(covariance, basis[a]);
            }
            orthonormalize(basis, variances);
        }
        projection = new float[dimensions * axes];
        for (int a = 0; a < axes; a++) {
            double scale = 1 / Math.sqrt(Math.sqrt(variances[a]));
            for (int d = 0; d < dimensions; d++) {
                projection[d * axes + a] = (float) (basis[a][d] * scale);
            }
        }
    }

    private double[][] covariance(List<float[]> states, int dimensions, long rows) {
        double[][] sums = new double[dimensions][dimensions];
        double[] centred = new double[dimensions];
        for (float[] some : states) {
            for (int from = 0; from < some.length; from += dimensions) {
                for (int d = 0; d < dimensions; d++) {
                    centred[d] = some[from + d] - mean[d];
                }
                for (int d = 0; d < dimensions; d++) {
                    addScaled(centred[d] / rows, centred, sums[d]);
                }
            }
        }
        return sums;
    }

    private static double[] product(double[][] symmetric, double[] vector) {
        double[] product = new double[vector.length];
        for (int d = 0; d < vector.length; d++) {
            addScaled(vector[d], symmetric[d], product);
        }
        return product;
    }

    /** Gram-Schmidt; the lengths that are left are the variances in the end. */
    private static void orthonormalize(double[][] basis, double[] lengths) {
        for (int a = 0; a < basis.length; a++) {
            for (int b = 0; b < a; b++) {
                addScaled(-dot(basis[a], basis[b]), basis[b], basis[a]);
            }
            lengths[a] = Math.sqrt(dot(basis[a], basis[a]));
            for (int d = 0; d < basis[a].length; d++) {
                basis[a][d] /= lengths[a];
            }
        }
    }

    private static void addScaled(double factor, double[] from, double[] to) {
        for (int i = 0; i < to.length; i++) {
            to[i] += factor * from[i];
        }
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }
}
