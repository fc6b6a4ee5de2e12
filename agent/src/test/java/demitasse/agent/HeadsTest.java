package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadsTest {
    private static final double NO_DOCUMENT = 0;
    private static final double DOCUMENT_BEYOND_ALL_DOUBT = 5;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            returns         | I want to send the shoes back and get a refund
            shipping        | when will my package be delivered?
            account_info    | I forgot my password and cannot log in to my account
            product_info    | is this jacket made of wool?
            faq             | which payment methods do you accept?
            chitchat        | how old are you?
            escalate        | let me speak to a human agent
            """)
    void bundledIntentsWithTheBundledMiniLm(String intent, String text) {
        float[] vector = TestEmbedder.miniLm().embed(List.of(text)).getFirst();
        Classification found = IntentClassifier.bundled().classify(vector);
        assertEquals(intent, found.intent().label());
        assertTrue(found.confidence() > 0 && found.confidence() <= 1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            self_harm  | I do not want to wake up tomorrow, life is not worth it
            complaint  | nobody has answered my letters for two months, I have had enough
            fraud      | a thief used my card to buy things from you
            ''         | how long is the warranty on the kettle?
            ''         | which size do I need?
            """)
    void bundledSignalsFindReasonsWithoutKeywords(String reason, String text) {
        float[] vector = TestEmbedder.miniLm().embed(List.of(text)).getFirst();
        assertEquals(
                reason,
                Signals.bundled()
                        .read(vector)
                        .reason(NO_DOCUMENT)
                        .map(Escalation.Reason::label)
                        .orElse(""));
    }

    @Test
    void fittingSeparatesWhatCanBeSeparatedAndIsDeterministic() {
        List<LogisticTrainer.Row> rows = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            float x = (i % 3 - 1) + 0.01f * (i % 7);
            rows.add(new LogisticTrainer.Row(new float[] {x, 1 - x * x}, i % 3, 1));
        }
        Head head = LogisticTrainer.fit(List.of("a", "b", "c"), rows, 1e-4);
        for (LogisticTrainer.Row row : rows) {
            assertTrue(head.probabilities(row.vector())[row.label()] > 0.9);
        }
        assertEquals(
                head.weights()[1][0],
                LogisticTrainer.fit(List.of("a", "b", "c"), rows, 1e-4).weights()[1][0]);
    }

    @Test
    void patternsStandForTextsInWhichEachChoiceOccurs() {
        assertEquals(Set.of("no choice, no change"), SeedTexts.expand("no choice, no change"));
        assertEquals(
                Set.of("where is my bag?", "where are my shoes?", "where is my shoes?", "where are my bag?"),
                SeedTexts.expand("where {is|are} my {bag|shoes} ?"));
        Set<String> texts = SeedTexts.expand("{a|b|c|d}{| x}");
        assertTrue(texts.containsAll(Set.of("a", "b x", "c", "d x")), texts.toString());
        assertEquals("costs $5", SeedTexts.expand("costs {$5}").iterator().next());
    }

    @Test
    void examplesVoteTheLouderTheNearer() {
        float[] near = {0.5f, 0.5f, 0.5f, 0.5f};
        float[] far = {0.5f, 0.5f, 0.5f, 0.25f};
        Examples examples = Examples.of(List.of(List.of(near), List.of(far), List.of()), near.length);
        double[] votes = examples.cosines(near).votes();
        assertTrue(votes[0] > votes[1] && votes[1] > 0, Arrays.toString(votes));
        assertEquals(0, votes[2]);
        assertEquals(1, votes[0] + votes[1], 1e-9);
    }

    @Test
    void onlyTheNearestExamplesOfALabelVote() {
        float[] near = {0.5f, 0.5f, 0.5f, 0.5f};
        float[] far = {-0.5f, 0.5f, -0.5f, 0.5f};
        List<float[]> many = new ArrayList<>(Collections.nCopies(5, near));
        many.addAll(Collections.nCopies(50, far));
        Examples examples = Examples.of(List.of(many, List.of(near), List.of()), near.length);
        assertArrayEquals(new double[] {0.5, 0.5, 0}, examples.cosines(near).nearestVotes(), 1e-9);
        assertTrue(examples.cosines(near).votes()[0] < 0.2);
        assertEquals(1, examples.cosines(near).nearest(0), 0.02);
        assertEquals(0, examples.cosines(near).nearest(2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"your people shouted at me and nobody apologises", "a stranger opened an account with my details"
            })
    void aFittingDocumentSpeaksAgainstAPerson(String text) {
        float[] vector = TestEmbedder.miniLm().embed(List.of(text)).getFirst();
        Signals.Reading reading = Signals.bundled().read(vector);
        assertTrue(reading.reason(NO_DOCUMENT).isPresent());
        assertTrue(reading.reason(DOCUMENT_BEYOND_ALL_DOUBT).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"what is the capital of Norway", "do you have any vacancies", "how loud is it in decibels"})
    void whatDocumentsDoNotAnswerIsNearToItsLike(String text) {
        float[] vector = TestEmbedder.miniLm().embed(List.of(text)).getFirst();
        float[] other = TestEmbedder.miniLm()
                .embed(List.of("I want to return my order and get a refund"))
                .getFirst();
        Signals signals = Signals.bundled();
        assertTrue(signals.read(vector).outside() > signals.read(other).outside());
    }

    @Test
    void intentsSurviveTheirFiles(@TempDir Path folder) throws Exception {
        Examples examples = Examples.of(List.of(List.of(new float[] {0.4f, 0}), List.of(new float[] {0, -0.5f})), 2);
        Path file = folder.resolve("examples.bin");
        examples.write(file);
        Examples read = Examples.read("examples", Files.readAllBytes(file), 2, 2);
        float[] vector = {0.5f, -0.25f};
        assertArrayEquals(examples.cosines(vector).votes(), read.cosines(vector).votes());
        byte[] cutOff = Arrays.copyOf(Files.readAllBytes(file), 5);
        assertThrows(IllegalStateException.class, () -> Examples.read("examples", cutOff, 2, 2));
        assertThrows(IllegalStateException.class, () -> Examples.read("examples", new byte[] {7, 0, 0}, 2, 2));
    }

    @Test
    void sharpeningKeepsTheOrderAndTheSum() {
        double[] sharp = IntentClassifier.sharpened(new double[] {0.5, 0.3, 0.2}, 2);
        assertTrue(sharp[0] > 0.5 && sharp[2] < 0.2);
        assertEquals(1, Arrays.stream(sharp).sum(), 1e-9);
    }

    @Test
    void intentTrainerLearnsFromOtherSourcesAndOwnTexts() {
        List<TrainingData.Text> texts = new ArrayList<>();
        Map<String, float[]> vectors = new HashMap<>();
        for (int i = 0; i < 30; i++) {
            String label = i % 2 == 0 ? "faq" : "returns";
            double angle = (i % 2 == 0 ? 0.2 : 1.3) + 0.01 * i;
            String text = "text number " + (char) ('a' + i);
            String source = i < 10 ? TrainingData.OWN : i < 20 ? "one" : "two";
            texts.add(new TrainingData.Text(text, label, source, true, Set.of()));
            vectors.put(text, new float[] {(float) Math.cos(angle), (float) Math.sin(angle)});
        }
        StringWriter figures = new StringWriter();
        IntentClassifier trained = new IntentTrainer(vectors, new PrintWriter(figures))
                .train(texts)
                .classifier();
        assertEquals(
                Intent.RETURNS, trained.classify(vectors.get("text number b")).intent());
        assertTrue(figures.toString().contains("mean over the sources left out: 1.000"), figures.toString());
        IntentClassifier again = new IntentTrainer(vectors, new PrintWriter(figures))
                .train(texts)
                .classifier();
        float[] vector = {0.6f, 0.8f};
        assertArrayEquals(trained.probabilities(vector), again.probabilities(vector));
    }

    @Test
    void headsSurviveTheirFile(@TempDir Path folder) throws Exception {
        Head head = new Head(List.of("x", "y"), new float[][] {{1.5f, -2}, {0, 0.125f}}, new float[] {0.5f, -0.5f});
        head.write(folder.resolve("head.json"));
        Head read = Head.read(folder.resolve("head.json"));
        assertEquals(head.labels(), read.labels());
        assertEquals(head.probability("x", new float[] {1, 1}), read.probability("x", new float[] {1, 1}), 1e-9);
    }
}
