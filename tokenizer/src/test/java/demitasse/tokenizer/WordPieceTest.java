package demitasse.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.gguf.GgufFile;
import demitasse.gguf.ModelLoadException;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordPieceTest {
    private static List<String> words(String text, boolean lowercase, boolean stripAccents) {
        List<String> words = new ArrayList<>();
        new BertNormalizer(lowercase, stripAccents).words(text, words::add);
        return words;
    }

    @Test
    void wordsAreFoldedAndPunctuationStandsAlone() {
        assertEquals(List.of("cafe", "-", "creme", "!"), words("Caf\u00e9-Cr\u00e8me!", true, true));
        assertEquals(List.of("Caf\u00e9"), words("Caf\u00e9", false, false));
        assertEquals(List.of("a", "\u4e2d", "\u6587", "b"), words("a\u4e2d\u6587b", true, true));
        assertEquals(List.of("$", "5", "\u00a35"), words("$5 \u00a35", true, true));
    }

    @Test
    void controlCharactersVanishAndAllWhiteSpaceDivides() {
        assertEquals(List.of("ab", "c", "d"), words("a\u0000\u200bb\u3000c\u0085d\ufffd", true, true));
    }

    @Test
    void aWordThatCannotBeCoveredIsOneUnknownToken() throws ModelLoadException {
        Tokenizer tokenizer = new TinyVocabulary("bert")
                .token("[UNK]", TinyVocabulary.CONTROL, 0)
                .token("[CLS]", TinyVocabulary.CONTROL, 0)
                .token("[SEP]", TinyVocabulary.CONTROL, 0)
                .tokens("\u2581unk", "able", "\u2581able", "\u2581unab")
                .id("unknown_token_id", 0)
                .id("bos_token_id", 1)
                .id("seperator_token_id", 2)
                .done()
                .load();
        assertArrayEquals(new int[] {1, 5, 0, 3, 4, 2}, tokenizer.encode("able unabled unkable", true, false));
    }

    @Test
    void miniLm() throws IOException, URISyntaxException {
        Path rows = Path.of(WordPieceTest.class.getResource("minilm.jsonl").toURI());
        try (GgufFile gguf = GgufFile.open(SharedData.repository("models/all-MiniLM-L6-v2.Q8_0.gguf"))) {
            Tokenizer tokenizer = Tokenizers.load(gguf.metadata());
            for (JsonNode row : SharedData.jsonLines(rows)) {
                if (row.has("text")) {
                    int[] ids = tokenizer.encode(row.get("text").asText(), true, false);
                    assertEquals(
                            row.get("tokens").toString(),
                            java.util.Arrays.toString(ids).replace(" ", ""));
                }
            }
        }
    }
}
