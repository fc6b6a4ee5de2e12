package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.tensor.Ops;
import demitasse.testkit.SharedData;
import demitasse.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** SmolLM2-135M's real weights, in Phi-3's layout and in its own: golden/trained. */
class TrainedModelsTest {
    /** Below this margin an engine with quantised activations may choose another token. */
    private static final double FAST_MARGIN = 0.5;

    private static final double EXACT_MARGIN = 0.01;
    /** Perplexity with quantised activations: this much below and above the exact one, as golden/README.md allows. */
    private static final double PERPLEXITY_BELOW = 0.995;

    private static final double PERPLEXITY_ABOVE = 1.03;
    private static final int CHUNK = 512;
    private static final int THREADS = 2;

    @Test
    void phi3LayoutGivesTheTexts() throws IOException {
        checkFast(
                phi3File(),
                "golden/trained/phi3.json",
                "phi3 Q4_K_M, exact (dequantised to F32, f32 KV, no flash attention)");
    }

    @Test
    void ownLayoutGivesTheTexts() throws IOException {
        checkFast(ownFile(), "golden/trained/llama.json", "llama Q4_1 (original), exact");
    }

    /** The reference path is slow: a short prompt, and few tokens. */
    @Test
    void exactPathGivesTheTexts() throws IOException {
        JsonNode prompts =
                SharedData.json(SharedData.require("golden/trained/phi3.json")).get("prompts");
        try (LanguageModel model = load(phi3File(), true)) {
            checkGreedy(model, prompts.get(6), EXACT_MARGIN, 6);
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

    private static void checkFast(Path file, String golden, String exactPerplexity) throws IOException {
        JsonNode prompts = SharedData.json(SharedData.require(golden)).get("prompts");
        try (LanguageModel model = load(file, false)) {
            for (JsonNode prompt : prompts) {
                checkGreedy(model, prompt, FAST_MARGIN, Integer.MAX_VALUE);
            }
            checkChat(model, prompts.get(0));
            checkPerplexity(model, exactPerplexity);
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

    /** As llama-perplexity computes it, over the first chunk: the second half is scored. */
    private static void checkPerplexity(LanguageModel model, String exactName) {
        JsonNode golden = SharedData.json(SharedData.require("golden/trained/perplexity.json"));
        double exact =
                golden.get("results").get(exactName).get("running").get(0).asDouble();
        int[] ids = Arrays.copyOf(GoldenCase.ints(golden.get("first_2048_tokens")), CHUNK);
        double sum = 0;
        int count = 0;
        try (Session session = model.newSession(CHUNK)) {
            float[] logits = session.evaluateAll(ids);
            for (int i = CHUNK / 2; i < CHUNK - 1; i++) {
                sum -= logProbability(logits, i * model.vocabularySize(), model.vocabularySize(), ids[i + 1]);
                count++;
            }
        }
        double perplexity = Math.exp(sum / count);
        assertTrue(
                perplexity >= exact * PERPLEXITY_BELOW && perplexity <= exact * PERPLEXITY_ABOVE,
                () -> "perplexity " + perplexity + ", exact " + exact);
    }

    private static double logProbability(float[] logits, int offset, int vocabulary, int id) {
        double largest = logits[offset + Ops.argmax(logits, offset, vocabulary)];
        double total = 0;
        for (int i = 0; i < vocabulary; i++) {
            total += Math.exp(logits[offset + i] - largest);
        }
        return logits[offset + id] - largest - Math.log(total);
    }
}
