package demitasse.rag;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PassageReaderTest {
    private static final int DIMENSIONS = 32;

    /** Words are tokens; a word's state is its own embedding. */
    private static final class Words implements Embedder {
        private final WordBagEmbedder bag = new WordBagEmbedder(DIMENSIONS);

        @Override
        public int dimensions() {
            return DIMENSIONS;
        }

        @Override
        public List<float[]> embed(List<String> texts) {
            return bag.embed(texts);
        }

        @Override
        public List<Embedded> embedTokens(List<String> texts) {
            return texts.stream().map(this::tokens).toList();
        }

        private Embedded tokens(String text) {
            List<String> words = Terms.words(text);
            float[] states = new float[words.size() * DIMENSIONS];
            for (int i = 0; i < words.size(); i++) {
                System.arraycopy(bag.embed(List.of(words.get(i))).getFirst(), 0, states, i * DIMENSIONS, DIMENSIONS);
            }
            return new Embedded(bag.embed(List.of(text)).getFirst(), states);
        }
    }

    private static final List<Document> DOCUMENTS = List.of(
            new Document("kettle", "Kettle", "The kettle holds two litres and weighs one kilo.", ""),
            new Document("toaster", "Toaster", "The toaster has four slots and a blue lever.", ""),
            new Document("lamp", "Lamp", "The lamp burns for nine hours and costs six pounds.", ""));

    private static final List<ReaderTrainer.Labelled> QUESTIONS = List.of(
            new ReaderTrainer.Labelled("kettle litres", Set.of("kettle")),
            new ReaderTrainer.Labelled("kettle kilo", Set.of("kettle")),
            new ReaderTrainer.Labelled("kettle colour", Set.of()),
            new ReaderTrainer.Labelled("toaster slots", Set.of("toaster")),
            new ReaderTrainer.Labelled("toaster lever", Set.of("toaster")),
            new ReaderTrainer.Labelled("toaster price", Set.of()),
            new ReaderTrainer.Labelled("lamp hours", Set.of("lamp")),
            new ReaderTrainer.Labelled("lamp pounds", Set.of("lamp")),
            new ReaderTrainer.Labelled("lamp litres", Set.of()));

    private static PassageReader trained() {
        // More questions than a batch, so that there is more than one step.
        List<ReaderTrainer.Shop> shops = Stream.of("a", "b", "c", "d")
                .map(name -> new ReaderTrainer.Shop(name, DOCUMENTS, QUESTIONS))
                .toList();
        return new ReaderTrainer(new Words(), shops, new PrintWriter(Writer.nullWriter())).train(shop -> false);
    }

    @Test
    void trainingIsRepeatable() {
        assertArrayEquals(trained().bytes(), trained().bytes());
    }

    @Test
    void aPassageThatHoldsTheFactHasMoreEvidence() {
        try (KnowledgeBase base = KnowledgeBase.inMemory(new Words(), trained())) {
            base.put(DOCUMENTS);
            List<Hit> answered = base.search("kettle litres", 3);
            assertEquals("kettle", answered.getFirst().document().id());
            double nearMiss = base.search("kettle colour", 3).getFirst().evidence();
            assertTrue(answered.getFirst().evidence() > nearMiss);
            List<Double> order = answered.stream().map(Hit::evidence).toList();
            assertEquals(order.stream().sorted(Comparator.reverseOrder()).toList(), order);
        }
    }

    @Test
    void anEmbedderWithoutTokensIsNotRead() {
        try (KnowledgeBase base = KnowledgeBase.inMemory(new WordBagEmbedder(DIMENSIONS), trained())) {
            base.put(DOCUMENTS);
            assertFalse(base.search("kettle litres", 3).getFirst().isRead());
        }
        try (KnowledgeBase base = KnowledgeBase.inMemory(new Words(), null)) {
            base.put(DOCUMENTS);
            assertFalse(base.search("kettle litres", 3).getFirst().isRead());
        }
    }

    @Test
    void weightsComeBackAsTheyWere() throws IOException {
        byte[] bytes = trained().bytes();
        ReaderWeights read = ReaderWeights.read(new ByteArrayInputStream(bytes));
        assertArrayEquals(bytes, read.bytes());
        byte[] other = bytes.clone();
        other[Integer.BYTES]++;
        assertNotEquals(
                read.fingerprint(),
                ReaderWeights.read(new ByteArrayInputStream(other)).fingerprint());
        byte[] cut = Arrays.copyOf(bytes, bytes.length - 1);
        assertThrows(EOFException.class, () -> ReaderWeights.read(new ByteArrayInputStream(cut)));
    }

    @Test
    void theBundledReaderIsForMiniLm() {
        assertEquals(384, PassageReader.bundled().dimensions());
    }
}
