package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From options to tokens. */
class TokenSamplerTest {
    private static final int CONTEXT = 64;
    private static final int VOCABULARY = 20_000;

    /** The shortcut of greedy generation does the same as the whole chain. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "penalties;dry;top_n_sigma;top_k;typ_p;top_p;min_p;xtc;temperature",
                "top_k;penalties;temperature",
                "temperature;penalties",
                "penalties;top_k"
            })
    void temperatureZeroIsGreedyInAnyOrder(String order) {
        float[] logits = logits(1000, 4);
        SamplingOptions options = SamplingOptions.DEFAULT
                .with()
                .temperature(0)
                .topK(1)
                .repeatPenalty(1.5f)
                .order(SamplerKind.order(order))
                .build();
        TokenSampler sampler = sampler(options, logits.length);
        Candidates candidates = new Candidates(logits.length);
        candidates.fill(logits);
        int best = candidates.id(candidates.best());
        sampler.acceptPrompt(new int[] {best});
        boolean penaltyFirst = order.startsWith("penalties");
        assertEquals(!penaltyFirst, sampler.next(logits) == best, order);
    }

    @Test
    void anEmptyOrderDrawsFromAllAndTheSeedDecides() {
        float[] logits = new float[VOCABULARY];
        SamplingOptions options =
                SamplingOptions.DEFAULT.with().seed(3).order(List.of()).build();
        int[] first = draws(options, logits);
        assertArrayEquals(first, draws(options, logits));
        assertTrue(Arrays.stream(first).distinct().count() > 5);
        assertNotEquals(
                Arrays.toString(first),
                Arrays.toString(draws(options.with().seed(4).build(), logits)));
    }

    @Test
    void biasForbidsAndForces() {
        float[] logits = logits(1000, 1);
        SamplingOptions forced =
                SamplingOptions.DEFAULT.with().logitBias(Map.of(7, 100f)).build();
        assertTrue(Arrays.stream(draws(forced, logits)).allMatch(id -> id == 7));
        int best = draws(SamplingOptions.GREEDY, logits)[0];
        SamplingOptions without = SamplingOptions.GREEDY
                .with()
                .logitBias(Map.of(best, Float.NEGATIVE_INFINITY))
                .build();
        assertTrue(Arrays.stream(draws(without, logits)).noneMatch(id -> id == best));
        SamplingOptions outside = forced.with().logitBias(Map.of(1000, 1f)).build();
        assertThrows(IllegalArgumentException.class, () -> sampler(outside, 1000));
    }

    @Test
    void dryBreaksARepetition() {
        float[] logits = new float[10];
        logits[3] = 2;
        SamplingOptions.Dry dry = new SamplingOptions.Dry(1, 2, 2, -1, List.of());
        int[] text = {1, 2, 3, 1, 2, 3, 1, 2};
        SamplingOptions options = SamplingOptions.GREEDY.with().dry(dry).build();
        TokenSampler broken = sampler(options, logits.length);
        broken.acceptPrompt(text);
        assertNotEquals(3, broken.next(logits));
        TokenSampler allowed = new TokenSampler(options, logits.length, CONTEXT, Map.of(2, List.of(new int[0])));
        allowed.acceptPrompt(text);
        assertEquals(3, allowed.next(logits));
    }

    @Test
    void samplersHaveLlamaCppsNames() {
        assertEquals(
                SamplerKind.DEFAULT_ORDER,
                SamplerKind.order("penalties;dry;top_n_sigma;top_k;typ_p;top_p;min_p;xtc;temperature"));
        assertEquals(
                List.of(SamplerKind.TOP_P, SamplerKind.TEMPERATURE, SamplerKind.TYPICAL),
                SamplerKind.order("nucleus; Temp;typical-p"));
        assertEquals(List.of(), SamplerKind.order(""));
        assertThrows(IllegalArgumentException.class, () -> SamplerKind.order("top_k;luck"));
    }

    @Test
    void sortingAllOfALargeVocabularyIsExact() {
        float[] logits = logits(VOCABULARY, 3);
        for (int i = 0; i < VOCABULARY; i += 7) {
            logits[i] = Math.round(logits[i]); // equal ones
        }
        logits[5] = Float.NEGATIVE_INFINITY;
        Integer[] order = new Integer[VOCABULARY];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> logits[a] == logits[b] ? a - b : Float.compare(logits[b], logits[a]));
        Candidates candidates = new Candidates(VOCABULARY);
        for (int first : new int[] {1, 100, VOCABULARY}) {
            candidates.fill(logits);
            candidates.sort(first);
            candidates.sort(VOCABULARY);
            for (int i = 0; i < VOCABULARY; i++) {
                assertEquals(logits[order[i]], candidates.logit(i), 0f);
            }
        }
    }

    /** Cutting and drawing without sorting give what sorting gives. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 1})
    void longWalksEndWhereSortedOnesDo(double width) {
        float[] logits = logits(VOCABULARY, width);
        Candidates sorted = new Candidates(VOCABULARY);
        sorted.fill(logits);
        sorted.sort(VOCABULARY);
        double total = sorted.total();
        Candidates candidates = new Candidates(VOCABULARY);
        for (double share : new double[] {0.3, 0.9, 0.9999}) {
            int index = 0;
            double sum = sorted.weight(0);
            while (sum < share * total) {
                sum += sorted.weight(++index);
            }
            candidates.fill(logits);
            candidates.total();
            long key = candidates.keyAtMass(share * total);
            assertEquals(logits[sorted.id(index)], logits[(int) key], 1e-3);
            candidates.keepUpTo(key);
            assertEquals(index + 1, candidates.size(), 1);
            candidates.fill(logits);
            new Sampler.TopP((float) share, 0).apply(candidates);
            assertEquals(index + 1, candidates.size(), 2);
            candidates.sort(VOCABULARY);
            assertEquals(sorted.id(0), candidates.id(0));
        }
    }

    /** Arrays are made once per generation. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void tokensAllocateNothingThatGrowsWithTheVocabulary(int mirostat) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        float[] logits = logits(VOCABULARY, 0.5);
        SamplingOptions options = SamplingOptions.DEFAULT
                .with()
                .seed(1)
                .topK(0)
                .minP(0)
                .typicalP(0.9f)
                .topNSigma(3)
                .dynamicRange(0.3f)
                .presencePenalty(0.5f)
                .xtc(new SamplingOptions.Xtc(1, 0.1f))
                .dry(new SamplingOptions.Dry(0.8f, 1.75f, 1, -1, List.of()))
                .mirostat(new SamplingOptions.Mirostat(mirostat, 5, 0.1f))
                .logitBias(Map.of(3, 1f))
                .build();
        TokenSampler sampler = sampler(options, VOCABULARY);
        sampler.accept(sampler.next(logits));
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().threadId());
        sampler.accept(sampler.next(logits));
        long bytes = threads.getThreadAllocatedBytes(Thread.currentThread().threadId()) - before;
        assertTrue(bytes < VOCABULARY, bytes + " bytes");
    }

    private static TokenSampler sampler(SamplingOptions options, int vocabulary) {
        return new TokenSampler(options, vocabulary, CONTEXT, Map.of());
    }

    private static float[] logits(int count, double width) {
        Random random = new Random(1);
        float[] logits = new float[count];
        for (int i = 0; i < count; i++) {
            logits[i] = (float) (random.nextGaussian() * width);
        }
        return logits;
    }

    private static int[] draws(SamplingOptions options, float[] logits) {
        TokenSampler sampler = sampler(options, logits.length);
        int[] ids = new int[10];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = sampler.next(logits);
            sampler.accept(ids[i]);
        }
        return ids;
    }
}
