package demitasse.agent;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Arithmetic on embeddings. Draws no random numbers: the same vectors give the same result. */
final class Vectors {
    private static final int ROUNDS = 15;

    private Vectors() {}

    /** The mean of some vectors, made as long as a unit vector; zeros if it has no direction. */
    static float[] unitMean(List<float[]> vectors, int dimensions) {
        float[] mean = new float[dimensions];
        for (float[] vector : vectors) {
            for (int d = 0; d < dimensions; d++) {
                mean[d] += vector[d];
            }
        }
        double squares = 0;
        for (float value : mean) {
            squares += value * value;
        }
        for (int d = 0; d < dimensions && squares > 0; d++) {
            mean[d] = (float) (mean[d] / Math.sqrt(squares));
        }
        return mean;
    }

    /** Without those that are nearer than a cosine to one that stays. */
    static List<float[]> thinned(List<float[]> unitVectors, double nearest) {
        List<float[]> kept = new ArrayList<>();
        for (float[] vector : unitVectors) {
            if (kept.stream().noneMatch(other -> dot(vector, other) > nearest)) {
                kept.add(vector);
            }
        }
        return kept;
    }

    /**
     * Centres of clusters: each vector belongs to the nearest, which is the unit mean of its vectors (spherical k-means, Dhillon
     * and Modha 2001). All vectors, if there are no more than centres are wanted.
     */
    static List<float[]> centres(List<float[]> unitVectors, int count) {
        int n = unitVectors.size();
        if (n <= count) {
            return unitVectors;
        }
        List<float[]> centres = IntStream.range(0, count)
                .mapToObj(i -> unitVectors.get((int) ((long) i * n / count)))
                .toList();
        for (int round = 0; round < ROUNDS; round++) {
            centres = moved(centres, unitVectors);
        }
        return centres;
    }

    private static List<float[]> moved(List<float[]> centres, List<float[]> vectors) {
        List<List<float[]>> members = Stream.<List<float[]>>generate(ArrayList::new)
                .limit(centres.size())
                .toList();
        for (float[] vector : vectors) {
            members.get(nearest(centres, vector)).add(vector);
        }
        List<float[]> moved = new ArrayList<>();
        for (int i = 0; i < centres.size(); i++) {
            float[] old = centres.get(i);
            moved.add(members.get(i).isEmpty() ? old : unitMean(members.get(i), old.length));
        }
        return Collections.unmodifiableList(moved);
    }

    private static int nearest(List<float[]> centres, float[] vector) {
        int best = 0;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < centres.size(); i++) {
            double cosine = dot(centres.get(i), vector);
            if (cosine > most) {
                most = cosine;
                best = i;
            }
        }
        return best;
    }

    /** The cosine of unit vectors. */
    static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int d = 0; d < a.length; d++) {
            sum += a[d] * b[d];
        }
        return sum;
    }
}
