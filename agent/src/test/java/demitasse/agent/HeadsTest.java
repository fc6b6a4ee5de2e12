package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadsTest {
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
                        .reason(false)
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
    void headsSurviveTheirFile(@TempDir Path folder) throws Exception {
        Head head = new Head(List.of("x", "y"), new float[][] {{1.5f, -2}, {0, 0.125f}}, new float[] {0.5f, -0.5f});
        head.write(folder.resolve("head.json"));
        Head read = Head.read(folder.resolve("head.json"));
        assertEquals(head.labels(), read.labels());
        assertEquals(head.probability("x", new float[] {1, 1}), read.probability("x", new float[] {1, 1}), 1e-9);
    }
}
