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

/** golden/sampler, and what it does not say. */
class SamplersTest {
    private static final double RELATIVE = 1e-5;
    private static final double PROBABILITY = 1e-6;
    private static final double LIMIT = 1e-4;
    private static final int CONTEXT = 100;

    @Test
    void chainsLeaveWhatLlamaCppLeaves() {
        JsonNode vectors = vectors();
        for (JsonNode row : SharedData.jsonLines(SharedData.require("golden/sampler/cases.jsonl"))) {
            float[] logits = floats(vectors.get(row.get("vector").asText()));
            Candidates candidates = new Candidates(logits.length);
            candidates.fill(logits);
            chain(row, logits.length).forEach(sampler -> sampler.apply(candidates));
            compare(row, candidates);
        }
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
    void mirostatMovesItsLimitAsLlamaCppDoes() {
        JsonNode vectors = vectors();
        for (JsonNode row : SharedData.jsonLines(SharedData.require("golden/sampler/sequences.jsonl"))) {
            if (!row.get("name").asText().startsWith("mirostat")) {
                continue;
            }
            float[] logits = floats(vectors.get(row.get("vector").asText()));
            Mirostat mirostat = mirostat(row.get("chain").get(0), logits.length);
            Mirostat choosing = mirostat(row.get("chain").get(0), logits.length);
            Candidates candidates = new Candidates(logits.length);
            for (JsonNode step : row.get("steps")) {
                String name = row.get("name") + " on " + row.get("vector") + ": " + step;
                assertEquals(step.get("mu_before").asDouble(), mirostat.limit(), LIMIT, name);
                candidates.fill(logits);
                mirostat.cut(candidates);
                assertEquals(step.get("n_kept").asInt(), candidates.size(), name);
                int selected = candidates.indexOf(step.get("selected").asInt());
                double total = candidates.total();
                double probability = candidates.weight(selected) / total;
                assertEquals(step.get("selected_prob").asDouble(), probability, PROBABILITY, name);
                mirostat.observe(candidates, selected);
                assertEquals(step.get("mu_after").asDouble(), mirostat.limit(), LIMIT, name);
                candidates.fill(logits);
                assertEquals(step.get("selected").asInt(), candidates.id(choosing.choose(candidates)), name);
            }
        }
    }

    @Test
    void xtcExcludesWhenLlamaCppDoes() {
        JsonNode vectors = vectors();
        for (JsonNode row : SharedData.jsonLines(SharedData.require("golden/sampler/sequences.jsonl"))) {
            if (!row.get("name").asText().equals("xtc_random")) {
                continue;
            }
            float[] logits = floats(vectors.get(row.get("vector").asText()));
            Sampler xtc = chain(row, logits.length).getFirst();
            Candidates candidates = new Candidates(logits.length);
            for (JsonNode step : row.get("steps")) {
                candidates.fill(logits);
                xtc.apply(candidates);
                int[] ids = new int[candidates.size()];
                Arrays.setAll(ids, candidates::id);
                Arrays.sort(ids);
                if (step.isTextual()) {
                    assertEquals(logits.length, ids.length, row.toString());
                } else {
                    assertArrayEquals(GoldenCase.ints(step), ids, row.toString());
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
        TokenSampler sampler = new TokenSampler(options, logits.length, CONTEXT, Map.of());
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

    /** Samplers of a case, with what was accepted; without those that are off. */
    private static List<Sampler> chain(JsonNode row, int vocabulary) {
        List<Sampler> chain = new ArrayList<>();
        for (JsonNode step : row.get("chain")) {
            Sampler sampler = sampler(step, vocabulary);
            if (sampler != null) {
                row.path("accept").forEach(id -> sampler.accept(id.asInt()));
                chain.add(sampler);
            }
        }
        return chain;
    }

    /** Null if it is off. */
    private static Sampler sampler(JsonNode step, int vocabulary) {
        float p = number(step, "p");
        int minKeep = step.path("min_keep").asInt();
        return switch (step.get("type").asText()) {
            case "top_k" ->
                step.get("k").asInt() > 0 ? new Sampler.TopK(step.get("k").asInt()) : null;
            case "top_p" -> p < 1 ? new Sampler.TopP(p, minKeep) : null;
            case "min_p" -> p > 0 ? new Sampler.MinP(p, minKeep) : null;
            case "typical" -> p < 1 ? new TypicalP(p, minKeep) : null;
            case "temp" -> new Sampler.Temperature(number(step, "t"));
            case "temp_ext" ->
                number(step, "delta") > 0
                        ? new DynamicTemperature(number(step, "t"), number(step, "delta"), number(step, "exponent"))
                        : new Sampler.Temperature(number(step, "t"));
            case "xtc" ->
                new Xtc(p, number(step, "threshold"), minKeep, step.get("seed").asInt());
            case "top_n_sigma" -> number(step, "n") > 0 ? new TopNSigma(number(step, "n")) : null;
            case "penalties" ->
                new Penalties(
                        vocabulary,
                        step.get("last_n").asInt(),
                        number(step, "repeat"),
                        number(step, "frequency"),
                        number(step, "presence"));
            case "dry" -> dry(step, vocabulary);
            case "logit_bias" -> {
                Map<Integer, Float> biases = new TreeMap<>();
                step.get("bias")
                        .forEach(bias -> biases.put(
                                bias.get("id").asInt(),
                                bias.get("bias").isNull() ? Float.NEGATIVE_INFINITY : number(bias, "bias")));
                yield new LogitBias(biases, vocabulary);
            }
            case "greedy", "dist" -> null;
            default -> throw new AssertionError(step.toString());
        };
    }

    private static Dry dry(JsonNode step, int vocabulary) {
        if (number(step, "multiplier") == 0) {
            return null;
        }
        Map<Integer, List<int[]>> breakers = new TreeMap<>();
        for (JsonNode sequence : step.get("breakers")) {
            int[] ids = GoldenCase.ints(sequence);
            breakers.computeIfAbsent(ids[0], id -> new ArrayList<>()).add(Arrays.copyOfRange(ids, 1, ids.length));
        }
        int lastN = step.get("last_n").asInt();
        var options = new SamplingOptions.Dry(
                number(step, "multiplier"),
                number(step, "base"),
                step.get("allowed_length").asInt(),
                lastN,
                List.of());
        return new Dry(options, vocabulary, lastN, breakers);
    }

    private static Mirostat mirostat(JsonNode step, int vocabulary) {
        int seed = step.get("seed").asInt();
        return step.has("m")
                ? new MirostatOne(
                        number(step, "tau"),
                        number(step, "eta"),
                        seed,
                        vocabulary,
                        step.get("m").asInt())
                : new MirostatTwo(number(step, "tau"), number(step, "eta"), seed);
    }

    private static float number(JsonNode step, String field) {
        return (float) step.path(field).asDouble();
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
        float largest = candidates.logit(candidates.best());
        double total = actual.values().stream()
                .mapToDouble(logit -> Math.exp(logit - largest))
                .sum();
        for (int i = 0; i < expected.length; i++) {
            double logit = actual.get(row.get("ids").get(i).asInt());
            assertEquals(row.get("probs").get(i).asDouble(), Math.exp(logit - largest) / total, PROBABILITY, name);
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
