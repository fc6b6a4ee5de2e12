package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.testkit.SharedData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** golden/sampler: the cases whose samplers we have. */
class SamplersTest {
    private static final double RELATIVE = 1e-5;
    private static final int LEAST_CASES = 150;

    @Test
    void chainsLeaveWhatLlamaCppLeaves() {
        int compared = 0;
        JsonNode vectors = vectors();
        for (JsonNode row : SharedData.jsonLines(SharedData.require("golden/sampler/cases.jsonl"))) {
            float[] logits = floats(vectors.get(row.get("vector").asText()));
            List<Sampler> chain = chain(row, logits.length);
            if (chain == null) {
                continue;
            }
            Candidates candidates = new Candidates(logits.length);
            candidates.fill(logits);
            chain.forEach(sampler -> sampler.apply(candidates));
            compare(row, candidates);
            compared++;
        }
        assertTrue(compared >= LEAST_CASES, "only " + compared);
    }

    @Test
    void drawsAreThoseOfTheSeed() {
        JsonNode vectors = vectors();
        for (JsonNode row : SharedData.jsonLines(SharedData.require("golden/sampler/sequences.jsonl"))) {
            if (row.get("name").asText().equals("dist")) {
                float[] logits = floats(vectors.get(row.get("vector").asText()));
                JsonNode dist = row.get("chain").get(row.get("chain").size() - 1);
                Mt19937 random = new Mt19937(dist.get("seed").asInt());
                Candidates candidates = new Candidates(logits.length);
                for (JsonNode id : row.get("steps")) {
                    candidates.fill(logits);
                    chain(row, logits.length).forEach(sampler -> sampler.apply(candidates));
                    assertEquals(id.asInt(), candidates.id(TokenSampler.draw(candidates, random)), row.toString());
                }
            }
        }
    }

    @Test
    void partialSortingIsSorting() {
        Random random = new Random(5);
        int size = 5000;
        float[] logits = new float[size];
        for (int i = 0; i < size; i++) {
            // Many equal ones, both zeros, and impossible ones.
            logits[i] = random.nextInt(10) == 0 ? Float.NEGATIVE_INFINITY : random.nextInt(-300, 300) / 16f;
        }
        Integer[] order = new Integer[size];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> logits[a] == logits[b] ? a - b : Float.compare(logits[b], logits[a]));
        Candidates candidates = new Candidates(size);
        candidates.fill(logits);
        assertEquals(order[0], candidates.best());
        for (int count : new int[] {1, 2, 40, 41, 600, 700, size}) {
            candidates.sort(count);
            for (int i = 0; i < count; i++) {
                assertEquals(order[i], candidates.id(i));
                assertEquals(logits[order[i]], candidates.logit(i));
            }
        }
        int[] ids = new int[size];
        Arrays.setAll(ids, candidates::id);
        Arrays.sort(ids);
        for (int i = 0; i < size; i++) {
            assertEquals(i, ids[i]);
        }
    }

    @Test
    void seedsRepeatThemselvesAndGreedyTakesTheLargest() {
        float[] logits = new float[1000];
        Random random = new Random(1);
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) random.nextGaussian() * 4;
        }
        SamplingOptions options = new SamplingOptions(1f, 0, 1f, 0f, 1f, 64, 42);
        assertArrayEquals(draws(options, logits), draws(options, logits));
        SamplingOptions greedyAgain = new SamplingOptions(0f, 40, 0.9f, 0.1f, 1f, 64, 7);
        int best = draws(SamplingOptions.GREEDY, logits)[0];
        assertEquals(best, draws(greedyAgain, logits)[5]);
        SamplingOptions penalised = new SamplingOptions(0f, 0, 1f, 0f, 100f, 64, 7);
        assertTrue(draws(penalised, logits)[1] != best);
    }

    private static int[] draws(SamplingOptions options, float[] logits) {
        TokenSampler sampler = new TokenSampler(options, logits.length);
        int[] ids = new int[10];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = sampler.next(logits);
            sampler.accept(ids[i]);
        }
        return ids;
    }

    private static JsonNode vectors() {
        return SharedData.json(SharedData.require("golden/sampler/logits.json")).get("vectors");
    }

    /** Samplers of a case; null if one of them is not ours. */
    private static List<Sampler> chain(JsonNode row, int vocabulary) {
        List<Sampler> chain = new ArrayList<>();
        for (JsonNode step : row.get("chain")) {
            switch (step.get("type").asText()) {
                case "top_k" -> {
                    if (step.get("k").asInt() > 0) {
                        chain.add(new Sampler.TopK(step.get("k").asInt()));
                    }
                }
                case "top_p" -> {
                    if (step.get("min_keep").asInt() > 1) {
                        return null;
                    }
                    if (step.get("p").asDouble() < 1) {
                        chain.add(new Sampler.TopP((float) step.get("p").asDouble()));
                    }
                }
                case "min_p" -> {
                    if (step.get("min_keep").asInt() > 1) {
                        return null;
                    }
                    if (step.get("p").asDouble() > 0) {
                        chain.add(new Sampler.MinP((float) step.get("p").asDouble()));
                    }
                }
                case "temp" ->
                    chain.add(new Sampler.Temperature((float) step.get("t").asDouble()));
                case "penalties" -> chain.add(penalties(step, row, vocabulary));
                case "greedy", "dist" -> {}
                default -> {
                    return null;
                }
            }
        }
        return chain;
    }

    private static Penalties penalties(JsonNode step, JsonNode row, int vocabulary) {
        Penalties penalties = new Penalties(
                vocabulary,
                step.get("last_n").asInt(),
                (float) step.get("repeat").asDouble(),
                (float) step.get("frequency").asDouble(),
                (float) step.get("presence").asDouble());
        if (row.has("accept")) {
            row.get("accept").forEach(id -> penalties.accept(id.asInt()));
        }
        return penalties;
    }

    private static void compare(JsonNode row, Candidates candidates) {
        String name = row.get("name").asText() + " on " + row.get("vector").asText();
        float[] expected = floats(row.get("logits"));
        assertEquals(expected.length, candidates.size(), name);
        if (row.get("tie_at_cut").asBoolean()) {
            float[] actual = new float[expected.length];
            for (int i = 0; i < actual.length; i++) {
                actual[i] = candidates.logit(i);
            }
            Arrays.sort(actual);
            Arrays.sort(expected);
            for (int i = 0; i < actual.length; i++) {
                close(expected[i], actual[i], name);
            }
            return;
        }
        Map<Integer, Float> actual = new TreeMap<>();
        for (int i = 0; i < candidates.size(); i++) {
            actual.put(candidates.id(i), candidates.logit(i));
        }
        assertEquals(
                Arrays.stream(GoldenCase.ints(row.get("ids"))).boxed().toList(), List.copyOf(actual.keySet()), name);
        for (int i = 0; i < expected.length; i++) {
            close(expected[i], actual.get(row.get("ids").get(i).asInt()), name);
        }
        if (row.has("selected")) {
            assertEquals(row.get("selected").asInt(), candidates.id(candidates.best()), name);
        }
    }

    private static void close(float expected, float actual, String name) {
        if (Float.isInfinite(expected)) {
            assertEquals(expected, actual, name);
        } else {
            assertEquals(expected, actual, RELATIVE * Math.abs(expected), name);
        }
    }

    /** null is minus infinity. */
    private static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).isNull()
                    ? Float.NEGATIVE_INFINITY
                    : (float) array.get(i).asDouble();
        }
        return values;
    }
}
