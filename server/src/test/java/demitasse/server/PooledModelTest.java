package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.agent.TextGenerator;
import demitasse.phi3.FinishReason;
import demitasse.phi3.GenerationOptions;
import demitasse.phi3.GenerationResult;
import demitasse.phi3.LanguageModel;
import demitasse.testkit.Patience;
import demitasse.testkit.SharedData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PooledModelTest {
    private static final int CONTEXT = 1024;
    /** Tokens that all conversations begin with. */
    private static final int SYSTEM = 150;

    @Test
    void readsALongPromptInPiecesWithTheSameResult() throws Exception {
        Path file = SharedData.require("golden/models/llama-gqa.F32.gguf");
        try (LanguageModel model = LanguageModel.load(file);
                PooledModel pooled = new PooledModel(model, "nano", CONTEXT, 1)) {
            int[] prompt = new int[700];
            for (int i = 0; i < prompt.length; i++) {
                prompt[i] = (i * 7 + i / 13) % model.vocabularySize();
            }
            GenerationOptions options = GenerationOptions.greedy(8);
            GenerationResult expected;
            try (var session = model.newSession(CONTEXT)) {
                expected = session.generate(prompt, options, text -> true);
            }
            AtomicInteger asked = new AtomicInteger();
            GenerationResult first = pooled.generate(prompt, options, text -> true, () -> asked.incrementAndGet() < 0);
            assertEquals(2, asked.get());
            assertEquals(expected.text(), first.text());
            assertEquals(0, first.cachedTokens());
            GenerationResult again = pooled.generate(prompt, options, text -> true, () -> false);
            assertEquals(expected.text(), again.text());
            assertEquals(prompt.length - 1, again.cachedTokens());
        }
    }

    @Test
    void aPromptThatNobodyWantsIsGivenUp() throws Exception {
        Path file = SharedData.require("golden/models/llama-gqa.F32.gguf");
        try (LanguageModel model = LanguageModel.load(file);
                PooledModel pooled = new PooledModel(model, "nano", CONTEXT, 1)) {
            int[] prompt = new int[700];
            GenerationResult result = pooled.generate(prompt, GenerationOptions.greedy(8), text -> true, () -> true);
            assertEquals(FinishReason.CANCELLED, result.finishReason());
            assertEquals(0, result.generatedTokens());
            GenerationResult later = pooled.generate(prompt, GenerationOptions.greedy(1), text -> true, () -> false);
            assertTrue(later.cachedTokens() >= 256, "what was read is kept");
        }
    }

    /** All four have read their prompts before any of them goes on. */
    @Test
    void conversationsGoOnAtOnceAndShareTheirBeginning() throws Exception {
        int parallel = 4;
        Path file = SharedData.require("golden/models/llama-gqa.F32.gguf");
        try (LanguageModel model = LanguageModel.load(file);
                PooledModel pooled = new PooledModel(model, "nano", CONTEXT, parallel);
                ExecutorService threads = Executors.newFixedThreadPool(parallel)) {
            GenerationOptions options = GenerationOptions.greedy(30);
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < parallel; i++) {
                try (var session = model.newSession(CONTEXT)) {
                    expected.add(session.generate(conversation(i), options, text -> true)
                            .text());
                }
            }
            pooled.generate(conversation(parallel), options, text -> true, () -> false);
            CountDownLatch together = new CountDownLatch(parallel);
            List<Future<GenerationResult>> results = new ArrayList<>();
            for (int i = 0; i < parallel; i++) {
                int number = i;
                results.add(threads.submit(
                        () -> pooled.generate(conversation(number), options, text -> met(together), () -> false)));
            }
            for (int i = 0; i < parallel; i++) {
                assertEquals(expected.get(i), results.get(i).get().text());
                assertTrue(results.get(i).get().cachedTokens() >= SYSTEM, "the system message is shared");
            }
        }
    }

    /** What was computed for a session cannot be found again when the session is forgotten: it is computed anew. */
    @Test
    void aForgottenSessionLeavesNoKeysAndValues() throws Exception {
        Path file = SharedData.require("golden/models/llama-gqa.F32.gguf");
        try (LanguageModel model = LanguageModel.load(file);
                PooledModel pooled = new PooledModel(model, "nano", CONTEXT, 4)) {
            GenerationOptions options = GenerationOptions.greedy(8);
            int[] prompt = conversation(1);
            GenerationResult first = inSession("a", () -> pooled.generate(prompt, options, text -> true, () -> false));
            assertEquals(
                    prompt.length - 1,
                    inSession("a", () -> pooled.generate(prompt, options, text -> true, () -> false))
                            .cachedTokens());
            pooled.forget("b");
            pooled.forget("a");
            GenerationResult again = inSession("b", () -> pooled.generate(prompt, options, text -> true, () -> false));
            assertEquals(0, again.cachedTokens());
            assertEquals(first.text(), again.text());
        }
    }

    private static GenerationResult inSession(String session, ScopedValue.CallableOp<GenerationResult, Exception> run)
            throws Exception {
        return ScopedValue.where(TextGenerator.SESSION, session).call(run);
    }

    private static boolean met(CountDownLatch together) {
        together.countDown();
        try {
            Patience.await(together);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private static int[] conversation(int number) {
        int[] prompt = new int[SYSTEM + 20];
        for (int i = 0; i < prompt.length; i++) {
            prompt[i] = i < SYSTEM ? i % 50 : (i + 3 * number) % 70;
        }
        return prompt;
    }
}
