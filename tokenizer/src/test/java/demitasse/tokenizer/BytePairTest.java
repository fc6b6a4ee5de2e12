package demitasse.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.gguf.ModelLoadException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BytePairTest {
    private static final int AB = 128;
    private static final int BC = 129;
    private static final int ABC = 130;
    private static final int END = 131;
    private static final int TOOL = 132;

    private static TinyVocabulary letters() {
        return TinyVocabulary.bytePair()
                .tokens("ab", "bc", "abc")
                .token("<|im_end|>", TinyVocabulary.CONTROL, 0)
                .token("<tool>", TinyVocabulary.USER_DEFINED, 0)
                .merges("b c", "a b", "a bc")
                .id("bos_token_id", END)
                .id("eos_token_id", END)
                .string("tokenizer.ggml.pre", "gpt-2")
                .done();
    }

    private static int[] encode(Tokenizer tokenizer, String text) {
        return tokenizer.encode(text, false, false);
    }

    @Test
    void joinsTheBestRankFirstAndOfEqualsTheLeftmost() throws ModelLoadException {
        Tokenizer tokenizer = letters().load();
        assertArrayEquals(new int[] {ABC}, encode(tokenizer, "abc"));
        assertArrayEquals(new int[] {AB, 'a'}, encode(tokenizer, "aba"));
        assertArrayEquals(new int[] {BC, BC, ABC, AB}, encode(tokenizer, "bcbcabcab"));
    }

    @Test
    void aMergeWithoutItsTokenFallsApartIntoItsCharacters() throws ModelLoadException {
        Tokenizer tokenizer = TinyVocabulary.bytePair()
                .merges("x y")
                .string("tokenizer.ggml.pre", "gpt-2")
                .done()
                .load();
        assertArrayEquals(new int[] {'x', 'y', 'z'}, encode(tokenizer, "xyz"));
    }

    @Test
    void bytesWithoutATokenVanish() throws ModelLoadException {
        assertArrayEquals(new int[] {'a', 'c'}, encode(letters().load(), "a\u00e9c"));
    }

    @Test
    void surrogatesThatStandAloneDoNoHarm() throws ModelLoadException {
        assertArrayEquals(new int[] {'a', 'c'}, encode(letters().load(), "a\ud83dc"));
    }

    @Test
    void aPieceThatIsATokenIsTakenWholeWhereMergesAreIgnored() throws ModelLoadException {
        TinyVocabulary vocabulary =
                TinyVocabulary.bytePair().tokens("cab").merges("a b").done();
        assertArrayEquals(
                new int[] {'c', 'a', 'b'},
                encode(vocabulary.string("tokenizer.ggml.pre", "gpt-2").load(), "cab"));
        vocabulary.string("tokenizer.ggml.pre", "llama-bpe").id("bos_token_id", 0);
        assertArrayEquals(new int[] {128}, encode(vocabulary.load(), "cab"));
    }

    @Test
    void controlTokensAreTextUnlessAskedFor() throws ModelLoadException {
        Tokenizer tokenizer = letters().load();
        assertEquals("<|im_end|>".length(), encode(tokenizer, "<|im_end|>").length);
        assertArrayEquals(new int[] {'x', END, 'y'}, tokenizer.encode("x<|im_end|>y", false, true));
        assertTrue(tokenizer.vocabulary().isControl(END));
        assertTrue(tokenizer.vocabulary().isEndOfGeneration(END));
        assertFalse(tokenizer.vocabulary().isEndOfGeneration(-1));
    }

    @Test
    void userDefinedTokensAreAlwaysCutOut() throws ModelLoadException {
        assertArrayEquals(new int[] {'x', TOOL, AB}, encode(letters().load(), "x<tool>ab"));
    }

    @Test
    void bosAndEosAreAddedWhereTheFileSaysSo() throws ModelLoadException {
        Tokenizer tokenizer = letters()
                .flag("add_bos_token", true)
                .flag("add_eos_token", true)
                .load();
        assertArrayEquals(new int[] {END, AB, END}, tokenizer.encode("ab", true, false));
        assertArrayEquals(new int[] {AB}, tokenizer.encode("ab", false, false));
        assertEquals("ab", text(tokenizer.decode(new int[] {END, AB, END}, true, true)));
    }

    @Test
    void decodingCleansSpacesOnlyWhereThePreTokenizerDoes() throws ModelLoadException {
        int[] ids = "a , b ' c 's ?".chars().toArray();
        assertEquals("a, b'c's?", text(letters().load().decode(ids, false, true)));
        Tokenizer qwen = letters().string("tokenizer.ggml.pre", "qwen2").load();
        assertEquals("a , b ' c 's ?", text(qwen.decode(ids, false, true)));
    }

    @Test
    void controlTokensHaveNoPieceUnlessAskedFor() throws ModelLoadException {
        Tokenizer tokenizer = letters().load();
        assertEquals("", text(tokenizer.piece(END, false)));
        assertEquals("<|im_end|>", text(tokenizer.piece(END, true)));
        assertEquals("<tool>", text(tokenizer.piece(TOOL, false)));
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
