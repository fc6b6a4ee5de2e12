package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import demitasse.rag.Document;
import demitasse.rag.Embedder;
import demitasse.rag.KnowledgeBase;
import demitasse.rag.Sentence;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentIntentsTest {
    private static final List<String> TWO = List.of("faq", "shipping");
    private static final Head LEVEL = new Head(TWO, new float[2][2], new float[2]);
    private static final Head BY_SOURCE =
            new Head(TWO, new float[][] {{0, 0, 0, 0}, {0, 0, -3, 3}}, new float[] {0, 0});
    private static final DocumentIntents TINY = new DocumentIntents(List.of("products", "shipping"), BY_SOURCE, LEVEL);

    @ParameterizedTest
    @CsvSource({"shipping, true", "Shipping, true", "products, false", "elsewhere, false", ", false"})
    void theSourceCountsWhereItIsKnown(String source, boolean shipping) {
        double[] factors = TINY.factors(new float[] {1, 0}, source);
        assertEquals(shipping, factors[1] > factors[0]);
    }

    @Test
    void anUnknownSourceLeavesTheOtherHead() {
        assertArrayEquals(new double[] {0.5, 0.5}, TINY.factors(new float[] {1, 0}, "elsewhere"), 1e-9);
    }

    @Test
    void theySurviveTheirFile(@TempDir Path folder) throws Exception {
        TINY.write(folder);
        Path file = folder.resolve("intent-documents.json");
        DocumentIntents read = DocumentIntents.parse(new ObjectMapper().readTree(Files.readString(file)));
        assertEquals(TINY.sources(), read.sources());
        float[] vector = {0.6f, 0.8f};
        assertArrayEquals(TINY.factors(vector, "shipping"), read.factors(vector, "shipping"), 1e-9);
    }

    @Test
    void aDocumentCountsAsMuchAsItsEvidence() {
        double[] own = {0.5, 0.5, 0};
        IntentClassifier.Found likely = new IntentClassifier.Found(new double[] {0.9, 0.1, 0}, 2);
        IntentClassifier.Found unlikely = new IntentClassifier.Found(new double[] {0.1, 0.9, 0}, -2);
        assertArrayEquals(new double[] {0.9, 0.1, 0}, IntentClassifier.informed(own, List.of(likely), 2), 1e-9);
        double[] both = IntentClassifier.informed(own, List.of(likely, unlikely), 2);
        assertTrue(both[0] > 0.8 && both[0] < 0.9, "" + both[0]);
        assertEquals(1, both[0] + both[1], 1e-9);
    }

    @Test
    void smallTalkIsAsLikelyAsTheMessageSays() {
        IntentClassifier.Found found = new IntentClassifier.Found(new double[] {0.7, 0.3, 1e-9}, 5);
        double[] informed = IntentClassifier.informed(new double[] {0.2, 0.2, 0.6}, List.of(found), 2);
        assertArrayEquals(new double[] {0.28, 0.12, 0.6}, informed, 1e-9);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            shipping     | shipping | Delivery prices        | Standard delivery costs 4.90 EUR and takes three days.
            product_info | products | Heron E trekking bike  | A trekking bike with an 85 Nm motor. Price 3,299 EUR.
            """)
    void documentsSpeakForWhatTheyAreAbout(String intent, String source, String title, String content) {
        DocumentIntents bundled = DocumentIntents.bundled();
        Embedder embedder = TestEmbedder.miniLm();
        try (KnowledgeBase base = KnowledgeBase.inMemory(embedder)) {
            base.put(List.of(new Document("d", title, content, source)));
            float[] document = DocumentIntents.vector(base.sentences("d"), embedder.dimensions());
            double[] factors = bundled.factors(document, source);
            assertEquals(intent, bundled.known().labels().get(IntentClassifier.best(factors)));
        }
    }

    @Test
    void aDocumentsVectorIsTheMeanOfItsSentences() {
        List<Sentence> sentences =
                List.of(new Sentence("a", new float[] {1, 0}), new Sentence("b", new float[] {0, 1}));
        float half = (float) Math.sqrt(0.5);
        assertArrayEquals(new float[] {half, half}, DocumentIntents.vector(sentences, 2), 1e-6f);
        assertArrayEquals(new float[2], DocumentIntents.vector(List.of(), 2));
    }

    @Test
    void trainingLearnsWhatTheMessageDoesNotTell() {
        List<TrainingShop> shops = new ArrayList<>();
        Map<TrainingData.Text, double[]> unseen = new HashMap<>();
        for (int i = 0; i < 6; i++) {
            TrainingShop shop = shop("shop" + i);
            shops.add(shop);
            shop.messages().stream()
                    .filter(m -> !m.intent().isEmpty())
                    .forEach(m -> unseen.put(TrainingData.intent(m, shop), new double[] {0.5, 0.5}));
        }
        IntentTrainer.Trained intents = new IntentTrainer.Trained(null, TWO, unseen);
        StringWriter figures = new StringWriter();
        Embedder embedder = new WordHashEmbedder();
        DocumentIntents trained = new DocumentIntentTrainer(embedder, intents, new PrintWriter(figures)).train(shops);
        assertTrue(figures.toString().contains("of 12 messages"), figures.toString());
        assertTrue(figures.toString().contains("with its source, too 1.000"), figures.toString());
        assertEquals(List.of("faq", "shipping"), trained.sources());
        float[] nothing = new float[embedder.dimensions()];
        double[] factors = trained.factors(nothing, "shipping");
        assertTrue(factors[1] > factors[0]);
        DocumentIntents again = new DocumentIntentTrainer(embedder, intents, new PrintWriter(figures)).train(shops);
        assertEquals(trained.json(), again.json());
    }

    private static TrainingShop shop(String name) {
        return new TrainingShop(
                name,
                name,
                List.of(
                        new Document("pay", "Paying", "You pay by card.", "faq"),
                        new Document("post", "Delivery", "Parcels take two days.", "Shipping")),
                List.of(
                        new TrainingShop.Message("cost of it in " + name, "answer", Set.of("pay"), "", "faq"),
                        new TrainingShop.Message("price of it in " + name, "answer", Set.of("post"), "", "shipping"),
                        new TrainingShop.Message("nobody labelled this", "answer", Set.of("post"), "", "")));
    }
}
