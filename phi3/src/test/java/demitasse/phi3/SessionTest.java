package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.testkit.SharedData;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SessionTest {
    /** Batches and single tokens are summed in different orders, and a rounding decides between two halves. */
    private static final double SAME = 1e-10;

    private static LanguageModel model;

    @BeforeAll
    static void load() throws IOException {
        model = NanoModels.qwen2(true);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void logitsDoNotDependOnHowTokensAreBatched() {
        int[] ids = ids(Decoder.MAX_BATCH + 44);
        int vocabulary = model.vocabularySize();
        try (Session whole = model.newSession(ids.length);
                Session parts = model.newSession(512)) {
            float[] all = whole.evaluateAll(ids);
            assertEquals(ids.length * vocabulary, all.length);
            parts.evaluate(Arrays.copyOf(ids, 7));
            same(row(all, 7), parts.evaluate(Arrays.copyOfRange(ids, 7, 8)));
            same(row(all, ids.length - 1), parts.evaluate(Arrays.copyOfRange(ids, 8, ids.length)));
            parts.rewind(20);
            same(row(all, 20), parts.evaluate(Arrays.copyOfRange(ids, 20, 21)));
            assertEquals(21, parts.position());
        }
    }

    private static void same(float[] expected, float[] actual) {
        double nmse = SharedData.nmse(actual, expected);
        assertTrue(nmse <= SAME, () -> "NMSE " + nmse);
    }

    private static float[] row(float[] all, int row) {
        int n = model.vocabularySize();
        return Arrays.copyOfRange(all, row * n, (row + 1) * n);
    }

    @Test
    void badInputChangesNothing() {
        try (Session session = model.newSession(10)) {
            float[] before = session.evaluate(ids(5)).clone();
            assertThrows(PromptTooLongException.class, () -> session.evaluate(ids(6)));
            assertThrows(PromptTooLongException.class, () -> session.evaluateAll(ids(6)));
            assertThrows(IllegalArgumentException.class, () -> session.evaluate(new int[] {1, -1}));
            assertThrows(IllegalArgumentException.class, () -> session.evaluate(new int[] {model.vocabularySize()}));
            assertThrows(IllegalArgumentException.class, () -> session.evaluate(new int[0]));
            assertThrows(IllegalArgumentException.class, () -> session.rewind(6));
            assertThrows(PromptTooLongException.class, () -> generate(session, ids(10), 1));
            assertEquals(5, session.position());
            session.rewind(4);
            assertArrayEquals(before, session.evaluate(Arrays.copyOfRange(ids(5), 4, 5)), 1e-4f);
        }
        assertThrows(IllegalArgumentException.class, () -> model.newSession(0));
        assertThrows(IllegalArgumentException.class, () -> model.newSession(Integer.MAX_VALUE));
        Session closed = model.newSession(1);
        closed.close();
        assertThrows(IllegalStateException.class, () -> closed.evaluate(ids(1)));
    }

    @Test
    void generationKeepsTheCommonPrefix() {
        try (Session session = model.newSession(64)) {
            int[] prompt = ids(20);
            assertEquals(0, generate(session, prompt, 4).cachedTokens());
            assertEquals(19, generate(session, prompt, 4).cachedTokens());
            int[] other = prompt.clone();
            other[12]++;
            GenerationResult reused = generate(session, other, 4);
            assertEquals(12, reused.cachedTokens());
            assertEquals(20, reused.promptTokens());
            assertEquals(4, reused.generatedTokens());
            assertEquals(7, generate(session, Arrays.copyOf(prompt, 8), 0).cachedTokens());
        }
    }

    @Test
    void generationEndsWithTheContext() {
        try (Session session = model.newSession(24)) {
            GenerationResult result = generate(session, ids(20), -1);
            assertEquals(4, result.generatedTokens());
            assertEquals(FinishReason.LENGTH, result.finishReason());
            assertEquals(1, generate(session, ids(23), 100).generatedTokens());
        }
    }

    @Test
    void sessionsOfSeveralThreadsDoNotDisturbEachOther() {
        float[] alone;
        try (Session session = model.newSession(100)) {
            alone = session.evaluateAll(ids(100));
        }
        CompletableFuture<?>[] runs = new CompletableFuture<?>[3];
        for (int i = 0; i < runs.length; i++) {
            runs[i] = CompletableFuture.runAsync(() -> {
                try (Session session = model.newSession(100)) {
                    for (int at = 0; at < 100; at += 10) {
                        float[] logits = session.evaluate(Arrays.copyOfRange(ids(100), at, at + 10));
                        assertTrue(SharedData.nmse(logits, row(alone, at + 9)) < SAME);
                    }
                }
            });
        }
        CompletableFuture.allOf(runs).join();
    }

    @Test
    void warmingUpChangesNothing() {
        try (Session session = model.newSession(8)) {
            float[] before = session.evaluate(ids(5)).clone();
            model.warmUp();
            session.rewind(0);
            assertArrayEquals(before, session.evaluate(ids(5)), 1e-4f);
        }
    }

    @Test
    void modelsWithoutTokenizerSaySo() {
        assertThrows(IllegalStateException.class, model::tokenizer);
        assertThrows(IllegalStateException.class, () -> model.encode(Prompt.raw("x")));
        assertTrue(model.chatTemplate().isEmpty());
    }

    private static GenerationResult generate(Session session, int[] prompt, int maxTokens) {
        return session.generate(prompt, GenerationOptions.greedy(maxTokens), text -> true);
    }

    private static int[] ids(int count) {
        return new Random(3).ints(count, 0, 320).toArray();
    }
}
