package demitasse.cli.eval;

import demitasse.cli.data.DataFile;
import demitasse.rag.Embedder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The embedder by itself: do cosines rank pairs of sentences as people do? */
final class StsPart {
    private final Sheet sheet;
    private final Embedder embedder;

    StsPart(Sheet sheet, Embedder embedder) {
        this.sheet = sheet;
        this.embedder = embedder;
    }

    static List<Path> files(Path data) throws IOException {
        return DataFile.in(data.resolve("sts"), ".csv");
    }

    void run(Path file) throws IOException {
        List<String> texts = new ArrayList<>();
        List<Double> people = new ArrayList<>();
        for (DataFile.Row row : DataFile.read(file)) {
            texts.add(row.text("sentence1"));
            texts.add(row.text("sentence2"));
            people.add(row.number("score"));
        }
        List<float[]> vectors = embedder.embed(texts);
        double[] cosines = new double[people.size()];
        for (int i = 0; i < cosines.length; i++) {
            cosines[i] = dot(vectors.get(2 * i), vectors.get(2 * i + 1));
        }
        double[] scores = people.stream().mapToDouble(Double::doubleValue).toArray();
        sheet.of(Part.STS, DataFile.stem(file), "")
                .figure(
                        "spearman",
                        scores.length,
                        scores.length,
                        items -> spearman(pick(cosines, items), pick(scores, items)));
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double[] pick(double[] values, int[] items) {
        return Arrays.stream(items).mapToDouble(i -> values[i]).toArray();
    }

    /** Correlation of ranks; NaN where one side is constant. */
    static double spearman(double[] a, double[] b) {
        return correlation(ranks(a), ranks(b));
    }

    /** Equal values share the mean of their ranks. */
    private static double[] ranks(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double[] ranks = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            ranks[i] = (below(sorted, values[i], false) + below(sorted, values[i], true) + 1) / 2.0;
        }
        return ranks;
    }

    /** How many of the sorted values are less, or not greater. */
    private static int below(double[] sorted, double value, boolean orEqual) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < value || (orEqual && sorted[middle] == value)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static double correlation(double[] a, double[] b) {
        double meanA = Arrays.stream(a).average().orElse(Double.NaN);
        double meanB = Arrays.stream(b).average().orElse(Double.NaN);
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += (a[i] - meanA) * (b[i] - meanB);
            aa += (a[i] - meanA) * (a[i] - meanA);
            bb += (b[i] - meanB) * (b[i] - meanB);
        }
        return ab / Math.sqrt(aa * bb);
    }
}
