package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.tensor.Ops;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions beside others give what they give alone, to the last bit. */
class ParallelSessionsTest {
    private static final int SESSIONS = 8;
    private static final int TOKENS = 40;
    private static final int CONTEXT = 512;

    private static int[] prompt(int seed) {
        return new Random(seed).ints(5 + 37 * seed, 0, 320).toArray();
    }

    /** Logits of the prompt's last token and of what follows greedily, one after the other. */
    private static float[] greedy(Session session, int seed) {
        float[] logits = session.evaluate(prompt(seed));
        float[] all = new float[TOKENS * logits.length];
        for (int t = 0; t < TOKENS; t++) {
            System.arraycopy(logits, 0, all, t * logits.length, logits.length);
            logits = session.evaluate(new int[] {Ops.argmax(logits, 0, logits.length)});
        }
        return all;
    }

    @ParameterizedTest
    @EnumSource
    void logitsAreTheSameAloneAndBesideOthers(CacheType type) throws IOException {
        try (LanguageModel model = LanguageModel.load(
                        NanoModels.folder().resolve("qwen2.Q4_K_M.gguf"),
                        new LoadOptions(NanoModels.THREADS, false).withCacheType(type));
                ExecutorService threads = Executors.newFixedThreadPool(SESSIONS)) {
            float[][] alone = new float[SESSIONS][];
            for (int i = 0; i < SESSIONS; i++) {
                try (Session session = model.newSession(CONTEXT)) {
                    alone[i] = greedy(session, i);
                }
            }
            List<CompletableFuture<float[]>> beside = IntStream.range(0, SESSIONS)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> {
                                try (Session session = model.newSession(CONTEXT)) {
                                    return greedy(session, i);
                                }
                            },
                            threads))
                    .toList();
            for (int i = 0; i < SESSIONS; i++) {
                assertArrayEquals(alone[i], beside.get(i).join(), "session " + i);
            }
        }
    }

    @Test
    void textsAreTheSameAloneAndBesideOthers() throws IOException {
        try (LanguageModel model = NanoModels.withTokenizer();
                ExecutorService threads = Executors.newFixedThreadPool(SESSIONS)) {
            List<String> alone =
                    IntStream.range(0, SESSIONS).mapToObj(i -> text(model, i)).toList();
            List<CompletableFuture<String>> beside = IntStream.range(0, SESSIONS)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> text(model, i), threads))
                    .toList();
            assertEquals(alone, beside.stream().map(CompletableFuture::join).toList());
        }
    }

    private static String text(LanguageModel model, int seed) {
        int[] ids =
                new Random(seed).ints(3 + 11 * seed, 3, model.vocabularySize()).toArray();
        try (Session session = model.newSession(CONTEXT)) {
            return session.generate(ids, GenerationOptions.greedy(TOKENS), piece -> true)
                    .text();
        }
    }

    /** Memory for two pages, where the sessions want more than three. */
    @Test
    void sessionsThatLoseTheirMemoryGoOnAsBefore() throws IOException {
        float[][] expected = new float[3][];
        long page;
        try (LanguageModel model = NanoModels.qwen2(false)) {
            for (int i = 0; i < expected.length; i++) {
                try (Session session = model.newSession(CONTEXT)) {
                    expected[i] = greedy(session, i);
                }
            }
            try (Session session = model.newSession(CONTEXT)) {
                session.evaluate(prompt(0));
                page = model.cacheBytes();
            }
            assertEquals(0, model.cacheBytes());
        }
        LoadOptions tight = new LoadOptions(NanoModels.THREADS, false).withCacheBytes(2 * page);
        try (LanguageModel model = LanguageModel.load(NanoModels.folder().resolve("qwen2.Q4_K_M.gguf"), tight);
                ExecutorService threads = Executors.newFixedThreadPool(expected.length)) {
            List<CompletableFuture<float[]>> beside = IntStream.range(0, expected.length)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> greedy(model.newSession(CONTEXT), i), threads))
                    .toList();
            for (int i = 0; i < expected.length; i++) {
                assertArrayEquals(expected[i], beside.get(i).join(), "session " + i);
            }
            assertTrue(model.cacheBytes() <= 2 * page);
            Session large = model.newSession(CONTEXT);
            assertThrows(KvMemoryException.class, () -> large.evaluate(prompt(10)));
            assertEquals(0, large.position());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSavedSessionGoesOnAsIfNothingHadBeen(CacheType type, @TempDir Path folder) throws IOException {
        Path file = folder.resolve("session.kv");
        LoadOptions options = new LoadOptions(NanoModels.THREADS, false).withCacheType(type);
        Path qwen2 = NanoModels.folder().resolve("qwen2.Q4_K_M.gguf");
        int[] next = {7};
        float[] expected;
        try (LanguageModel model = LanguageModel.load(qwen2, options)) {
            Session session = model.newSession(CONTEXT);
            session.evaluate(prompt(6));
            session.save(file);
            expected = session.evaluate(next).clone();
        }
        try (LanguageModel model = LanguageModel.load(qwen2, options)) {
            Session session = model.newSession(CONTEXT);
            session.restore(file);
            assertEquals(prompt(6).length, session.position());
            assertArrayEquals(expected, session.evaluate(next));
            try (Session small = model.newSession(50)) {
                refused(small, file, "has 227 tokens, this context holds 50");
            }
            byte[] whole = Files.readAllBytes(file);
            Path broken = folder.resolve("broken.kv");
            Files.write(broken, Arrays.copyOf(whole, whole.length - 1));
            refused(session, broken, "its length is wrong");
            whole[whole.length / 2] ^= 1;
            Files.write(broken, whole);
            refused(session, broken, "its checksum is wrong");
            Files.write(broken, new byte[100]);
            refused(session, broken, "no saved session");
            Files.write(broken, new byte[3]);
            refused(session, broken, "it ends too early");
            session.rewind(prompt(6).length);
            assertArrayEquals(expected, session.evaluate(next), "what was refused has changed nothing");
            assertThrows(IOException.class, () -> session.restore(folder.resolve("none.kv")));
        }
        CacheType other = type == CacheType.F32 ? CacheType.F16 : CacheType.F32;
        try (LanguageModel model = LanguageModel.load(qwen2, options.withCacheType(other))) {
            refused(
                    model.newSession(CONTEXT),
                    file,
                    "this session's " + other.name().toLowerCase());
        }
        try (LanguageModel model = NanoModels.withTokenizer()) {
            refused(model.newSession(CONTEXT), file, "a session of another model");
        }
        try (var left = Files.list(folder)) {
            assertEquals(2, left.count(), "no parts are left");
        }
    }

    private static void refused(Session session, Path file, String why) {
        int position = session.position();
        String message = assertThrows(SessionFileException.class, () -> session.restore(file))
                .getMessage();
        assertTrue(message.contains(why), message);
        assertEquals(position, session.position());
    }

    @Test
    void memoryIsWhatIsUsed() throws IOException {
        try (LanguageModel model = NanoModels.qwen2(false)) {
            int huge = 131_072;
            if (huge > model.trainedContext()) {
                Session session = model.newSession(huge);
                assertEquals(0, model.cacheBytes());
                session.evaluate(prompt(1));
                assertTrue(model.cacheBytes() > 0);
            }
        }
    }
}
