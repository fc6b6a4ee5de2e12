package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.gguf.ModelLoadException;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Sound files, impossible models: golden/gguf-malformed. */
class MalformedModelsTest {
    @Test
    void errorsNameTheCulprit() throws IOException {
        Path folder = SharedData.require("golden/gguf-malformed");
        int failed = 0;
        for (JsonNode row : SharedData.json(folder.resolve("index.json")).get("models")) {
            String expect = row.get("expect").asText();
            Path file = folder.resolve(row.get("file").asText());
            if (expect.startsWith("must fail")) {
                ModelLoadException e =
                        assertThrows(ModelLoadException.class, () -> run(file), () -> "no error: " + file);
                JsonNode names = row.get("error_should_name");
                assertTrue(
                        StreamSupport.stream(names.spliterator(), false)
                                .anyMatch(name -> e.getMessage().contains(name.asText())),
                        () -> file + ": " + e.getMessage() + " should name " + names);
                failed++;
            } else if (expect.startsWith("must load")) {
                run(file);
            } else {
                runIfItLoads(file);
            }
        }
        assertEquals(true, failed > 0);
    }

    private static void runIfItLoads(Path file) throws IOException {
        try {
            run(file);
        } catch (ModelLoadException e) {
            assertTrue(e.getMessage().contains("expected"), e.getMessage());
        }
    }

    private static void run(Path file) throws IOException {
        try (LanguageModel model = LanguageModel.load(file, new LoadOptions(1, false))) {
            GenerationResult result = model.generate("abc", GenerationOptions.greedy(3), text -> true);
            assertTrue(result.generatedTokens() > 0, file.toString());
        }
    }
}
