package demitasse.bertembed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The bundled model against llama.cpp's vectors of the unquantised one. */
class EmbeddingTest {
    private static Embedding model;

    @BeforeAll
    static void load() throws IOException {
        model = Embedding.load(SharedData.repository("models/all-MiniLM-L6-v2.Q8_0.gguf"), 2, false);
    }

    @AfterAll
    static void close() {
        if (model != null) {
            model.close();
        }
    }

    private static Path resource(String name) throws URISyntaxException {
        return Path.of(EmbeddingTest.class.getResource(name).toURI());
    }

    private static List<String> texts(List<JsonNode> rows) {
        List<String> texts = new ArrayList<>();
        rows.forEach(row -> texts.add(row.get("text").asText()));
        return texts;
    }

    @Test
    void knowsItself() {
        assertEquals("all-MiniLM-L6-v2", model.name());
        assertEquals(384, model.dimensions());
        assertEquals(256, model.window());
    }

    /** "hello" and "world" are tokens 7592 and 2088 of BERT's uncased vocabulary. */
    @Test
    void readsTokensAsItReadsTheirText() {
        Embedding.Result text = model.embed(List.of("hello world")).getFirst();
        List<Embedding.Result> tokens = model.embedTokens(List.of(new int[] {7592, 2088}, new int[400]));
        assertArrayEquals(text.vector(), tokens.getFirst().vector(), 1e-6f);
        assertEquals(text.tokens(), tokens.getFirst().tokens());
        assertTrue(tokens.get(1).truncated());
        for (int wrong : new int[] {-1, model.vocabularySize()}) {
            assertThrows(IndexOutOfBoundsException.class, () -> model.embedTokens(List.of(new int[] {wrong})));
        }
    }

    @Test
    void tellsWhatItsFileSays() {
        assertEquals("bert", model.summary().architecture());
        assertEquals("Q8_0", model.summary().type().name());
        assertEquals(384L, ((Number) model.summary().keys().get("bert.embedding_length")).longValue());
        assertTrue(model.summary().parameters() > 20_000_000);
    }

    @Test
    void agreesWithTheUnquantisedModel() throws URISyntaxException {
        List<JsonNode> rows = SharedData.jsonLines(resource("sentences.jsonl"));
        float[] expected = SharedData.floats(resource("embeddings.f32"));
        check(rows, expected, 0.001);
    }

    @Test
    void agreesWithTheUnquantisedModelOnAllReferenceSentences() {
        Path folder = SharedData.require("golden/minilm");
        check(
                SharedData.jsonLines(folder.resolve("sentences.jsonl")),
                SharedData.floats(folder.resolve("embeddings_max256.f32")),
                0.001);
    }

    private static void check(List<JsonNode> rows, float[] expected, double tolerance) {
        List<Embedding.Result> results = model.embed(texts(rows));
        assertEquals(rows.size(), results.size());
        double worst = 0;
        double sum = 0;
        for (int i = 0; i < rows.size(); i++) {
            Embedding.Result result = results.get(i);
            int tokens = rows.get(i).get("n_tokens").asInt();
            assertEquals(Math.min(tokens, 256), result.tokens(), "row " + i);
            assertEquals(tokens > 256, result.truncated(), "row " + i);
            double distance = Vectors.distance(result.vector(), expected, i);
            worst = Math.max(worst, distance);
            sum += distance;
        }
        System.out.printf(
                "cosine distance of %d rows: largest %.2g, mean %.2g%n", rows.size(), worst, sum / rows.size());
        assertTrue(worst <= tolerance, "largest cosine distance " + worst);
    }

    @Test
    void vectorsHaveLengthOneAlsoForEmptyText() {
        for (Embedding.Result result : model.embed(List.of("", " \t\n", "refund", "日本語"))) {
            double squares = 0;
            for (float x : result.vector()) {
                squares += (double) x * x;
            }
            assertEquals(1, squares, 1e-5);
            assertFalse(result.truncated());
        }
    }

    @Test
    void anEmptyListGivesAnEmptyList() {
        assertEquals(List.of(), model.embed(List.of()));
    }

    /** Batching changes the order of additions, which can move GELU's rounding to half precision by a unit, no more. */
    @Test
    void aTextHasTheSameVectorAloneAndAmongOthers() {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            texts.add("Where is order number " + i + "? " + "It is late. ".repeat(i % 13));
        }
        texts.add("word ".repeat(1000));
        List<Embedding.Result> together = model.embed(texts);
        for (int i = 0; i < texts.size(); i += 9) {
            float[] alone = model.embed(List.of(texts.get(i))).getFirst().vector();
            assertEquals(0, Vectors.distance(alone, together.get(i).vector(), 0), 1e-6);
        }
        assertEquals(256, together.getLast().tokens());
        assertTrue(together.getLast().truncated());
    }

    @Test
    void controlTokensInTextAreText() {
        float[] cls = model.embed(List.of("[CLS] hello [SEP]")).getFirst().vector();
        float[] plain = model.embed(List.of("hello")).getFirst().vector();
        assertTrue(Vectors.distance(cls, plain, 0) > 0.01);
    }

    @Test
    void virtualThreadsGetTheirOwnAnswers() throws Exception {
        List<String> texts = List.of("How do I reset my password?", "refund", "Where is my parcel?", "");
        List<float[]> expected = new ArrayList<>();
        for (String text : texts) {
            expected.add(model.embed(List.of(text)).getFirst().vector());
        }
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<float[]>> futures = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                String text = texts.get(i % texts.size());
                futures.add(executor.submit(
                        () -> model.embed(List.of(text)).getFirst().vector()));
            }
            for (int i = 0; i < futures.size(); i++) {
                assertArrayEquals(expected.get(i % texts.size()), futures.get(i).get(), 1e-6f);
            }
        }
    }

    @Test
    void aClosedModelSaysSo() throws IOException {
        Embedding other = Embedding.load(SharedData.repository("models/all-MiniLM-L6-v2.Q8_0.gguf"), 1, true);
        assertEquals(
                0,
                Vectors.distance(
                        other.embed(List.of("refund")).getFirst().vector(),
                        model.embed(List.of("refund")).getFirst().vector(),
                        0),
                1e-6);
        other.close();
        other.close();
        assertThrows(IllegalStateException.class, () -> other.embed(Collections.singletonList("x")));
    }
}
