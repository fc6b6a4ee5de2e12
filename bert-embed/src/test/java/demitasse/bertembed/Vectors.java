package demitasse.bertembed;

/** Comparisons of vectors. */
final class Vectors {
    private Vectors() {}

    /** 1 - cosine of vector {@code a} and row {@code row} of {@code rows}. */
    static double distance(float[] a, float[] rows, int row) {
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            double b = rows[row * a.length + i];
            dot += a[i] * b;
            aa += (double) a[i] * a[i];
            bb += b * b;
        }
        return 1 - dot / Math.sqrt(aa * bb);
    }
}
