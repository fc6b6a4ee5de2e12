package demitasse.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Where tests find reference data. A test whose data is missing is skipped, and says so. */
public final class SharedData {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SharedData() {}

    /** The root of the checkout. */
    public static Path root() {
        String configured = System.getProperty("demitasse.root");
        if (configured != null) {
            return Path.of(configured);
        }
        Path here = Path.of("").toAbsolutePath();
        while (here != null && !Files.exists(here.resolve(".mvn"))) {
            here = here.getParent();
        }
        return here == null ? Path.of("").toAbsolutePath() : here;
    }

    /** A file or folder beside the checkout, for example {@code golden/quant}; skips the test when it is not there. */
    public static Path require(String relative) {
        return present(root().resolve("../shared").resolve(relative).normalize());
    }

    /** A file of the checkout, for example {@code models/all-MiniLM-L6-v2.Q8_0.gguf}. */
    public static Path repository(String relative) {
        return present(root().resolve(relative));
    }

    private static Path present(Path path) {
        if (!Files.exists(path)) {
            System.err.println("SKIPPED: needs " + path);
        }
        Assumptions.assumeTrue(Files.exists(path), () -> "needs " + path);
        return path;
    }

    /** One JSON document a line. Lines end with {@code \n} only: texts may hold U+0085 or U+2028. */
    public static List<JsonNode> jsonLines(Path file) {
        try {
            List<JsonNode> rows = new ArrayList<>();
            for (String line : Files.readString(file, StandardCharsets.UTF_8).split("\n")) {
                if (!line.isBlank()) {
                    rows.add(JSON.readTree(line));
                }
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JsonNode json(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A raw little-endian f32 file. */
    public static float[] floats(Path file) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            float[] values = new float[bytes.remaining() / Float.BYTES];
            bytes.asFloatBuffer().get(values);
            return values;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Normalised mean squared error: sum (a-b)^2 / sum b^2, b the reference. */
    public static double nmse(float[] actual, float[] reference) {
        double error = 0;
        double power = 0;
        for (int i = 0; i < reference.length; i++) {
            double d = (double) actual[i] - reference[i];
            error += d * d;
            power += (double) reference[i] * reference[i];
        }
        return error / power;
    }
}
