package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.tensor.Ops;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** All decoder models of golden/models, with its README's tolerances. */
class GoldenModelsTest {
    private static final double EXACT_NMSE = 1e-8;
    private static final double NATIVE_RATIO = 3;
    /** The fast path on F32 weights rounds keys and values to F16 only. */
    private static final double HALF_CACHE_NMSE = 5e-6;

    private static final double EXACT_MARGIN = 0.01;
    private static final double FAST_MARGIN = 0.5;
    private static final int THREADS = 2;
    private static final int CACHE_TOKENS = 150;

    @Test
    void exactLogitsEqualLlamaCpps() throws IOException {
        checkExact(GoldenCase.all(SharedData.require("golden/models")));
    }

    @Test
    void fastLogitsAreNotWorseThanLlamaCpps() throws IOException {
        checkFast(GoldenCase.all(SharedData.require("golden/models")));
    }

    /** The two models that are in the repository. */
    @Test
    void nanoModels() throws IOException {
        List<GoldenCase> cases = GoldenCase.all(NanoModels.folder());
        assertFalse(cases.isEmpty());
        checkExact(cases);
        checkFast(cases);
    }

    /** Against a cache in float, on the models in the repository; figures of all are in docs/BENCHMARKS.md. */
    @Test
    void smallerCachesCostLittle() throws IOException {
        double[] limits = {0, 1e-6, 4e-4};
        for (String name : List.of("qwen2.Q4_K_M.gguf", "llama-spm.gguf")) {
            float[] reference = null;
            for (CacheType type : CacheType.values()) {
                LoadOptions options = new LoadOptions(THREADS, true).withCacheType(type);
                try (LanguageModel model =
                                LanguageModel.load(NanoModels.folder().resolve(name), options);
                        Session session = model.newSession(CACHE_TOKENS)) {
                    float[] logits = session.evaluateAll(new Random(4)
                            .ints(CACHE_TOKENS, 3, model.vocabularySize())
                            .toArray());
                    reference = reference == null ? logits : reference;
                    double nmse = SharedData.nmse(logits, reference);
                    assertTrue(nmse <= limits[type.ordinal()], name + ", " + type + ": NMSE " + nmse);
                }
            }
        }
    }

    private static void checkExact(List<GoldenCase> cases) throws IOException {
        for (GoldenCase golden : cases) {
            try (LanguageModel model = load(golden, true);
                    Session session = model.newSession(golden.context())) {
                double nmse = SharedData.nmse(logits(session, golden), golden.exactLogits());
                assertTrue(nmse <= EXACT_NMSE, golden + ": NMSE " + nmse);
                checkGreedy(session, golden, EXACT_MARGIN);
            }
        }
    }

    private static void checkFast(List<GoldenCase> cases) throws IOException {
        double ours = 0;
        double theirs = 0;
        for (GoldenCase golden : cases) {
            try (LanguageModel model = load(golden, false);
                    Session session = model.newSession(golden.context())) {
                double nmse = SharedData.nmse(logits(session, golden), golden.exactLogits());
                double limit = Math.max(NATIVE_RATIO * golden.nativeNmse(), HALF_CACHE_NMSE);
                assertTrue(nmse <= limit, golden + ": NMSE " + nmse + ", limit " + limit);
                checkGreedy(session, golden, FAST_MARGIN);
                if (!golden.type().equals("F32")) {
                    ours += nmse;
                    theirs += golden.nativeNmse();
                }
            }
        }
        assertTrue(ours <= theirs, "sum of NMSE " + ours + ", llama.cpp's " + theirs);
    }

    private static LanguageModel load(GoldenCase golden, boolean exact) throws IOException {
        return LanguageModel.load(golden.model(), new LoadOptions(THREADS, exact));
    }

    private static float[] logits(Session session, GoldenCase golden) {
        float[] all = session.evaluateAll(golden.tokens());
        int vocabulary = all.length / golden.tokens().length;
        return Arrays.copyOfRange(all, golden.firstPosition() * vocabulary, all.length);
    }

    /** Continues after the tokens, which are in the session, up to the first near tie. */
    private static void checkGreedy(Session session, GoldenCase golden, double margin) {
        JsonNode margins = golden.json().get("greedy_exact_margins");
        if (margins == null) {
            return;
        }
        int[] expected = golden.ints("greedy_exact");
        int[] tokens = golden.tokens();
        session.rewind(tokens.length - 1);
        int last = tokens[tokens.length - 1];
        for (int i = 0; i < expected.length && margins.get(i).asDouble() >= margin; i++) {
            float[] logits = session.evaluate(new int[] {last});
            last = Ops.argmax(logits, 0, logits.length);
            assertEquals(expected[i], last, golden + ": greedy token " + i);
        }
    }
}
