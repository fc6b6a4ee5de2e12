package demitasse.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.gguf.GgufFile;
import demitasse.gguf.GgufValueType;
import demitasse.gguf.Metadata;
import demitasse.gguf.ModelLoadException;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Files from which no tokenizer can be made: the message names the key. */
class BadKeysTest {
    private static TinyVocabulary good() {
        return TinyVocabulary.sentencePiece().tokens("a").done();
    }

    private static void assertNames(String key, TinyVocabulary vocabulary) {
        ModelLoadException e = assertThrows(ModelLoadException.class, vocabulary::load);
        assertTrue(e.getMessage().contains(key), e.getMessage());
    }

    @Test
    void theModelMustBeKnown() throws ModelLoadException {
        assertNames("tokenizer.ggml.model", good().without("tokenizer.ggml.model"));
        assertNames("tokenizer.ggml.model", good().string("tokenizer.ggml.model", "sentencepiece9"));
        TinyVocabulary none = good().string("tokenizer.ggml.model", "none");
        assertNames("tokenizer.ggml.model", none);
        assertFalse(Tokenizers.isPresent(none.metadata()));
        assertTrue(Tokenizers.isPresent(good().metadata()));
        assertThrows(ModelLoadException.class, () -> Tokenizers.isPresent(new Metadata(java.util.Map.of())));
    }

    @Test
    void tokensMustBeTextsThatDiffer() {
        assertNames("tokenizer.ggml.tokens", good().without("tokenizer.ggml.tokens"));
        assertNames("tokenizer.ggml.tokens", good().array("tokenizer.ggml.tokens", GgufValueType.UINT32, new int[5]));
        assertNames(
                "tokenizer.ggml.tokens", good().array("tokenizer.ggml.tokens", GgufValueType.STRING, new String[0]));
        assertNames("tokenizer.ggml.tokens", good().tokens("a", "a").done());
    }

    @Test
    void arraysThatGoWithTheTokensMustBeLongEnough() {
        assertNames(
                "tokenizer.ggml.scores", good().array("tokenizer.ggml.scores", GgufValueType.FLOAT32, new float[9]));
        assertNames(
                "tokenizer.ggml.token_type",
                good().array("tokenizer.ggml.token_type", GgufValueType.INT32, new int[9]));
        assertNames("tokenizer.ggml.scores", good().string("tokenizer.ggml.scores", "0.5"));
    }

    @Test
    void withoutScoresAllAreZero() throws ModelLoadException {
        Tokenizer tokenizer = good().without("tokenizer.ggml.scores").load();
        assertEquals(259, tokenizer.encode("a", false, false)[3]);
    }

    @Test
    void bytePairsNeedMergesAndAKnownPreTokenizer() {
        TinyVocabulary gpt = TinyVocabulary.bytePair().merges("a b").done();
        assertNames("tokenizer.ggml.pre", gpt.string("tokenizer.ggml.pre", "no-such-pre"));
        assertNames("tokenizer.ggml.merges", gpt.without("tokenizer.ggml.merges"));
    }

    @Test
    void idsOutOfRangeFallBackAndMissingOnesAreNamed() throws ModelLoadException {
        assertEquals(1, good().id("bos_token_id", 1000).load().vocabulary().bos());
        TinyVocabulary tiny = new TinyVocabulary("llama").tokens("a").done();
        assertNames("tokenizer.ggml.bos_token_id", tiny);
        assertNames("tokenizer.ggml.bos_token_id", good().string("tokenizer.ggml.bos_token_id", "one"));
    }

    @Test
    void sharedFiles() throws IOException {
        Path folder = SharedData.require("golden/gguf-malformed");
        for (JsonNode row : SharedData.json(folder.resolve("index.json")).get("models")) {
            String key = row.get("error_should_name").path(0).asText("");
            if (key.startsWith("tokenizer.ggml.")) {
                check(
                        folder.resolve(row.get("file").asText()),
                        key,
                        row.get("expect").asText());
            }
        }
    }

    private static void check(Path file, String key, String expect) throws IOException {
        try (GgufFile gguf = GgufFile.open(file)) {
            Tokenizers.load(gguf.metadata()).encode("plain text", true, true);
            assertFalse(expect.startsWith("must fail"), file.toString());
        } catch (ModelLoadException e) {
            assertTrue(e.getMessage().contains(key), file + ": " + e.getMessage());
        }
    }
}
