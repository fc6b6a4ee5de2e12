package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.tensor.Ops;
import demitasse.testkit.SharedData;
import demitasse.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** SmolLM2-135M's real weights, in Phi-3's layout and in its own: golden/trained. */
class TrainedModelsTest {
    /** Below this margin an engine with quantised activations may choose another token. */
    private static final double FAST_MARGIN = 0.5;

    private static final double EXACT_MARGIN = 0.01;
    /** Perplexity with quantised activations: not further below the exact one, as golden/README.md allows. */
    private static final double PERPLEXITY_BELOW = 0.995;

    private static final double PERPLEXITY_EXACT = 0.001;
    private static final String PHI3_EXACT = "phi3 Q4_K_M, exact (dequantised to F32, f32 KV, no flash attention)";
    private static final int CHUNK = 512;
    private static final int THREADS = 2;

    @Test
    void phi3LayoutGivesTheTexts() throws IOException {
        checkFast(
                phi3File(), "golden/trained/phi3.json", PHI3_EXACT, "phi3 Q4_K_M, default (int8 activations, f16 KV)");
    }

    @Test
    void ownLayoutGivesTheTexts() throws IOException {
        checkFast(
                ownFile(),
                "golden/trained/llama.json",
                "llama Q4_1 (original), exact",
                "llama Q4_1 (original), default");
    }

    /** The reference path is slow: a short prompt, and few tokens. */
    @Test
    void exactPathGivesTheTexts() throws IOException {
        JsonNode prompts =
                SharedData.json(SharedData.require("golden/trained/phi3.json")).get("prompts");
        try (LanguageModel model = load(phi3File(), true)) {
            checkGreedy(model, prompts.get(6), EXACT_MARGIN, 6);
            double first = perplexities()
                    .get("results")
                    .get(PHI3_EXACT)
                    .get("running")
                    .get(0)
                    .asDouble();
            assertEquals(first, perplexity(model, 1), first * PERPLEXITY_EXACT);
        }
    }

    @Test
    void perplexityTakesWholeChunksOnly() throws IOException {
        int[] ids = GoldenCase.ints(perplexities().get("first_2048_tokens"));
        try (LanguageModel model = load(phi3File(), false)) {
            String text = Files.readString(SharedData.require("eval/lmtext/support_rhobank.txt"));
            int[] encoded = Perplexity.encode(model, text.substring(0, text.length() - 1));
            assertEquals(perplexities().get("n_tokens_whole_text").asInt(), encoded.length);
            assertArrayEquals(ids, Arrays.copyOf(encoded, ids.length));
            List<Perplexity.Result> seen = new ArrayList<>();
            Perplexity.Result result = Perplexity.of(model, Arrays.copyOf(ids, 75), 24, 3, seen::add);
            assertEquals(
                    List.of(1, 2, 3),
                    seen.stream().map(Perplexity.Result::chunks).toList());
            assertEquals(seen.get(2), result);
            assertEquals(3 * 11, result.scored());
            assertThrows(IllegalArgumentException.class, () -> Perplexity.of(model, ids, 24, 86, soFar -> {}));
            assertThrows(IllegalArgumentException.class, () -> Perplexity.of(model, ids, 2, 1, soFar -> {}));
        }
    }

    /** The same tokens give the same logits to the last bit, whatever has been compiled in between. */
    @Test
    void evaluationsRepeatThemselves() throws IOException {
        int[] ids = Arrays.copyOf(GoldenCase.ints(perplexities().get("first_2048_tokens")), 20);
        try (LanguageModel model = load(phi3File(), false);
                Session session = model.newSession(ids.length)) {
            float[] first = session.evaluateAll(ids);
            for (int i = 0; i < 8; i++) {
                session.rewind(0);
                assertArrayEquals(first, session.evaluateAll(ids), "evaluation " + i);
            }
        }
    }

    private static Path phi3File() {
        return SharedData.require("models/smollm2-135m-as-phi3.Q4_K_M.gguf");
    }

    private static Path ownFile() {
        Path file = Path.of(System.getProperty("user.home"), ".cache", "demitasse", "SmolLM2-135M-Instruct.Q4_1.gguf");
        if (!Files.exists(file)) {
            System.err.println("SKIPPED: needs " + file);
        }
        Assumptions.assumeTrue(Files.exists(file), () -> "needs " + file);
        return file;
    }

    private static LanguageModel load(Path file, boolean exact) throws IOException {
        return LanguageModel.load(file, new LoadOptions(THREADS, exact));
    }

    private static void checkFast(Path file, String golden, String exactPerplexity, String nativePerplexity)
            throws IOException {
        JsonNode prompts = SharedData.json(SharedData.require(golden)).get("prompts");
        try (LanguageModel model = load(file, false)) {
            for (JsonNode prompt : prompts) {
                checkGreedy(model, prompt, FAST_MARGIN, Integer.MAX_VALUE);
            }
            checkChat(model, prompts.get(0));
            checkPerplexity(model, exactPerplexity, nativePerplexity);
        }
    }

    /** The prompt's ids, and the tokens of the exact continuation up to the first near tie. */
    private static void checkGreedy(LanguageModel model, JsonNode prompt, double margin, int limit) {
        String text = prompt.get("prompt").asText();
        JsonNode exact = prompt.get("exact");
        int[] ids = model.encode(Prompt.raw(text));
        assertArrayEquals(GoldenCase.ints(prompt.get("tokens")), ids, text);
        int[] greedy = Arrays.copyOf(GoldenCase.ints(exact.get("greedy")), clear(exact, margin, limit));
        try (Session session = model.newSession(ids.length + greedy.length)) {
            float[] logits = session.evaluate(ids);
            for (int i = 0; i < greedy.length; i++) {
                assertEquals(greedy[i], Ops.argmax(logits, 0, logits.length), text + ": token " + i);
                logits = session.evaluate(new int[] {greedy[i]});
            }
            if (greedy.length > 0) {
                String generated = session.generate(ids, GenerationOptions.greedy(greedy.length), piece -> true)
                        .text();
                Tokenizer tokenizer = model.tokenizer();
                assertEquals(new String(tokenizer.decode(greedy, true, false), StandardCharsets.UTF_8), generated);
            }
        }
    }

    private static int clear(JsonNode exact, double margin, int limit) {
        int clear = 0;
        while (clear < Math.min(limit, exact.get("greedy").size())
                && exact.get("margins").get(clear).asDouble() >= margin) {
            clear++;
        }
        return clear;
    }

    /** The first prompt is what the model's template makes of a question. */
    private static void checkChat(LanguageModel model, JsonNode prompt) {
        ChatMessage question = new ChatMessage("user", "What is the capital of France?");
        assertEquals(
                prompt.get("prompt").asText(),
                model.chatPrompt(List.of(question)).text());
    }

    /** Quantised activations cost something, but less than they cost llama.cpp; the last figure is of all four chunks. */
    private static void checkPerplexity(LanguageModel model, String exactName, String nativeName) {
        JsonNode results = perplexities().get("results");
        double exact = results.get(exactName).get("final").asDouble();
        double fast = perplexity(model, results.get(exactName).get("running").size());
        assertTrue(
                fast >= exact * PERPLEXITY_BELOW
                        && fast <= results.get(nativeName).get("final").asDouble(),
                () -> "perplexity " + fast + ", exact " + exact);
    }

    private static JsonNode perplexities() {
        return SharedData.json(SharedData.require("golden/trained/perplexity.json"));
    }

    private static double perplexity(LanguageModel model, int chunks) {
        int[] ids = GoldenCase.ints(perplexities().get("first_2048_tokens"));
        return Perplexity.of(model, ids, CHUNK, chunks, soFar -> {}).value();
    }
}
