package demitasse.bertembed;

import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.testkit.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rank correlation of cosines with people's similarity scores (STS-B). */
class SimilarityTest {
    /** llama.cpp's own: 0.8759 with these weights. */
    private static final double LEAST_SPEARMAN = 0.874;

    @Test
    void ranksSentencePairsAsPeopleDo() throws IOException {
        Path file = SharedData.require("eval/sts/stsb_dev.csv");
        List<String> texts = new ArrayList<>();
        List<Double> people = new ArrayList<>();
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        for (String line : lines.subList(1, lines.size())) {
            List<String> fields = fields(line);
            texts.add(fields.get(0));
            texts.add(fields.get(1));
            people.add(Double.valueOf(fields.get(2)));
        }
        double[] cosines = new double[people.size()];
        try (Embedding model = Embedding.load(SharedData.repository("models/all-MiniLM-L6-v2.Q8_0.gguf"))) {
            List<Embedding.Result> results = model.embed(texts);
            for (int i = 0; i < cosines.length; i++) {
                cosines[i] = -Vectors.distance(
                        results.get(2 * i).vector(), results.get(2 * i + 1).vector(), 0);
            }
        }
        double[] scores = people.stream().mapToDouble(Double::doubleValue).toArray();
        double spearman = correlation(ranks(cosines), ranks(scores));
        System.out.printf("STS-B dev: Spearman %.4f over %d pairs%n", spearman, scores.length);
        assertTrue(spearman >= LEAST_SPEARMAN, "Spearman " + spearman);
    }

    /** One line of CSV with quotes doubled inside quoted fields; no field of this file holds a line end. */
    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                if (quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                    field.append(c);
                    i++;
                } else {
                    quoted = !quoted;
                }
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }

    /** Equal values share the mean of their ranks. */
    private static double[] ranks(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double[] ranks = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            int low = 0;
            int high = 0;
            for (double v : sorted) {
                low += v < values[i] ? 1 : 0;
                high += v <= values[i] ? 1 : 0;
            }
            ranks[i] = (low + high + 1) / 2.0;
        }
        return ranks;
    }

    private static double correlation(double[] a, double[] b) {
        double meanA = Arrays.stream(a).average().orElseThrow();
        double meanB = Arrays.stream(b).average().orElseThrow();
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
