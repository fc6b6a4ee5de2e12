package demitasse.rag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.gguf.GgufFile;
import demitasse.testkit.SharedData;
import demitasse.tokenizer.Tokenizer;
import demitasse.tokenizer.Tokenizers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether the encoder reads the chunks whole, by its own tokenizer. */
class ChunkerTest {
    /** Of MiniLM, two special tokens included. */
    private static final int WINDOW = 256;

    private static Tokenizer tokenizer;

    @BeforeAll
    static void load() throws IOException {
        try (GgufFile file = GgufFile.open(SharedData.repository("models/all-MiniLM-L6-v2.Q8_0.gguf"))) {
            tokenizer = Tokenizers.load(file.metadata());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rhobank_title2body", "msfaq_question2answer", "dstc11_hotel", "stackfaq"})
    void theEncoderReadsWholeChunks(String set) throws IOException {
        Path docs = SharedData.require("eval/retrieval/" + set + "_docs.jsonl");
        List<Document> documents = DocumentReader.read(docs);
        assertReadWhole(documents);
        for (Document document : documents) {
            String joined = String.join("", Chunker.chunks(document.content(), 200));
            assertEquals(withoutSpaces(document.content()), withoutSpaces(joined));
        }
    }

    @Test
    void theSampleShopIsReadWhole() throws IOException {
        assertReadWhole(DocumentReader.read(SharedData.repository("samples/kb")));
    }

    @Test
    void oddTextsAreReadWhole() {
        String german = "Die Rückerstattung dauert fünf bis sieben Werktage, sobald die Rücksendung eingetroffen ist. ";
        String prices = IntStream.range(0, 300)
                .mapToObj(i -> "- $" + i * 37 + ".99 (" + i % 100 + "%)")
                .collect(Collectors.joining("\n"));
        String table = "| SKU | Price |\n|---|---|\n" + "| QX-77381-B | €1,299.00 |\n".repeat(80);
        List<String> contents = List.of(
                german.repeat(30),
                prices,
                table,
                "请问退款需要多长时间".repeat(80),
                "Возврат денег занимает от пяти до семи дней. ".repeat(20),
                "x7Qz".repeat(700),
                "https://example.com/a/b?c=d&e=f_".repeat(90),
                "😀".repeat(900),
                "word ".repeat(2000));
        List<Document> documents = new ArrayList<>();
        for (String content : contents) {
            documents.add(new Document("plain" + documents.size(), "", content, ""));
            documents.add(new Document("titled" + documents.size(), "Rückgabe & Umtausch (§ 7)", content, ""));
            documents.add(new Document("long title" + documents.size(), "Opening hours, ".repeat(10), content, ""));
        }
        assertReadWhole(documents);
    }

    @Test
    void chunksHoldEveryWordInOrder() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            text.append(i % 10 == 0 ? "## Part " + i + "\n" : "");
            text.append("Sentence number ").append(i).append(" has a few words more. ".repeat(1 + i % 3));
            text.append(i % 4 == 3 ? "\n\n" : "");
        }
        text.append("word ".repeat(400));
        List<String> chunks = Chunker.chunks(text.toString(), 200);
        assertEquals(
                Arrays.asList(text.toString().strip().split("\\s+")),
                Arrays.asList(String.join(" ", chunks).split("\\s+")));
        for (String chunk : chunks) {
            assertTrue(TokenEstimate.of(chunk) <= 200, chunk);
            String lastLine = chunk.substring(chunk.lastIndexOf('\n') + 1);
            assertTrue(!Sentences.isHeading(lastLine), () -> "a heading without its text: " + chunk);
        }
    }

    @Test
    void aHeadingStaysWithWhatItHeads() {
        String paragraph = "The grinder has burrs of steel and a motor of its own. "
                .repeat(9)
                .strip();
        String content = paragraph + "\n\n## Cleaning\n\n" + paragraph + "\n\n## Repair\n\n" + paragraph;
        List<String> chunks = Chunker.chunks(content, 230);
        assertEquals(
                List.of(paragraph, "## Cleaning\n" + paragraph, "## Repair\n" + paragraph), chunks, chunks::toString);
    }

    @Test
    void aTextThatFitsStaysWhole() {
        assertEquals(List.of("One.\n\n## Two\nThree."), Chunker.chunks(" One.\n\n## Two\nThree.\n", 9));
        assertEquals(List.of(""), Chunker.chunks(" \n", 8));
    }

    @Test
    void theEstimateIsNotFarAboveTheTruth() {
        String text = "A refund takes 5 to 7 business days to reach your card. You can follow it in your account under "
                + "Orders; if it has not arrived after 10 days, please write to us and name the order number.";
        int tokens = tokenizer.encode(text, false, false).length;
        int estimate = TokenEstimate.of(text);
        assertTrue(estimate >= tokens && estimate <= 1.4 * tokens, () -> estimate + " for " + tokens);
    }

    private static void assertReadWhole(List<Document> documents) {
        new Indexer(new Measuring(), null).index(documents);
    }

    private static String withoutSpaces(String text) {
        return text.replaceAll("\\s", "");
    }

    /** Makes no vectors, but looks at what it is given. */
    private static final class Measuring implements Embedder {
        @Override
        public int dimensions() {
            return 1;
        }

        @Override
        public List<float[]> embed(List<String> texts) {
            for (String text : texts) {
                int tokens = tokenizer.encode(text, true, false).length;
                assertTrue(tokens <= WINDOW, () -> tokens + " tokens: " + text);
            }
            return texts.stream().map(text -> new float[1]).toList();
        }
    }
}
