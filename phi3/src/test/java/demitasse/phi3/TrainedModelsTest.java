package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** SmolLM2-135M's real weights, in Phi-3's layout and in its own: golden/trained. */
class TrainedModelsTest {
    /** Below this margin an engine with quantised activations may choose another token. */
    private static final double NEAR_TIE = 0.5;

    private static final int THREADS = 2;

    @Test
    void phi3LayoutGivesTheTexts() throws IOException {
        check(SharedData.require("models/smollm2-135m-as-phi3.Q4_K_M.gguf"), "golden/trained/phi3.json");
    }

    @Test
    void ownLayoutGivesTheTexts() throws IOException {
        Path home = Path.of(System.getProperty("user.home"), ".cache", "demitasse");
        Path file = home.resolve("SmolLM2-135M-Instruct.Q4_1.gguf");
        if (!Files.exists(file)) {
            System.err.println("SKIPPED: needs " + file);
        }
        Assumptions.assumeTrue(Files.exists(file), () -> "needs " + file);
        check(file, "golden/trained/llama.json");
    }

    private static void check(Path file, String golden) throws IOException {
        JsonNode expected = SharedData.json(SharedData.require(golden));
        try (LanguageModel model = LanguageModel.load(file, new LoadOptions(THREADS, false))) {
            for (JsonNode prompt : expected.get("prompts")) {
                String text = prompt.get("prompt").asText();
                int[] ids = model.encode(Prompt.raw(text));
                assertArrayEquals(GoldenCase.ints(prompt.get("tokens")), ids, text);
                checkGreedy(model, ids, text, prompt.get("exact"));
            }
        }
    }

    private static void checkGreedy(LanguageModel model, int[] ids, String text, JsonNode exact) {
        int[] greedy = GoldenCase.ints(exact.get("greedy"));
        int clear = 0;
        while (clear < greedy.length && exact.get("margins").get(clear).asDouble() >= NEAR_TIE) {
            clear++;
        }
        boolean whole = clear == greedy.length;
        try (Session session = model.newSession(ids.length + greedy.length)) {
            long start = System.nanoTime();
            GenerationResult result = session.generate(ids, GenerationOptions.greedy(greedy.length), piece -> true);
            System.err.printf(
                    "%d prompt tokens in %.2f s, %d in %.2f s%n",
                    ids.length, result.promptSeconds(), result.generatedTokens(), result.generationSeconds());
            String expected = exact.get("text").asText();
            System.err.println(clear + " " + greedy.length + " | " + result.text() + " | " + expected);
            if (whole) {
                assertEquals(expected, result.text(), text);
            }
        }
    }
}
