package demitasse.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import demitasse.gguf.ModelLoadException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SentencePieceTest {
    private static final int FIRST_BYTE = 3;
    private static final int SPACE = 259;
    private static final int A = 260;
    private static final int B = 261;
    private static final int AB = 262;
    private static final int SPACE_A = 263;
    private static final int USER = 264;
    private static final int END = 265;

    private static TinyVocabulary letters() {
        return TinyVocabulary.sentencePiece()
                .token("\u2581", TinyVocabulary.NORMAL, -4)
                .token("a", TinyVocabulary.NORMAL, -5)
                .token("b", TinyVocabulary.NORMAL, -6)
                .token("ab", TinyVocabulary.NORMAL, -2)
                .token("\u2581a", TinyVocabulary.NORMAL, -3)
                .token("<|user|>", TinyVocabulary.CONTROL, 0)
                .token("<|end|>", TinyVocabulary.CONTROL, 0)
                .done();
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    @Test
    void joinsTheBestScoreFirst() throws ModelLoadException {
        Tokenizer tokenizer = letters().load();
        assertArrayEquals(new int[] {1, SPACE, AB}, tokenizer.encode("ab", true, false));
        assertArrayEquals(new int[] {1, SPACE_A, A}, tokenizer.encode("aa", true, false));
    }

    @Test
    void aSpaceIsPutAtTheStartAndAfterSpecialTokens() throws ModelLoadException {
        Tokenizer tokenizer = letters().load();
        assertArrayEquals(new int[] {SPACE_A, USER, SPACE_A}, tokenizer.encode("a<|user|>a", false, true));
        assertArrayEquals(new int[] {}, tokenizer.encode("", false, true));
        Tokenizer plain = letters().flag("add_space_prefix", false).load();
        assertArrayEquals(new int[] {A, USER, A}, plain.encode("a<|user|>a", false, true));
    }

    @Test
    void whatIsNoTokenBecomesItsBytes() throws ModelLoadException {
        int[] expected = {SPACE_A, FIRST_BYTE + 0xC3, FIRST_BYTE + 0xA9, FIRST_BYTE + '\n', B};
        assertArrayEquals(expected, letters().load().encode("a\u00e9\nb", false, false));
    }

    @Test
    void phi3StripsWhiteSpaceAfterSpecialTokensButNotBeyondAscii() throws ModelLoadException {
        Tokenizer phi = letters().string("general.name", "My Phi-3 tune").load();
        assertArrayEquals(new int[] {USER, SPACE_A, END}, phi.encode("<|user|> \n\ta<|end|>\n", false, true));
        int[] nonBreaking = phi.encode("<|user|>\u00a0a", false, true);
        assertEquals(FIRST_BYTE + 0xC2, nonBreaking[2]);
        assertArrayEquals(
                new int[] {USER, SPACE, FIRST_BYTE + '\n', A}, letters().load().encode("<|user|>\na", false, true));
    }

    @Test
    void decodingDropsTheSpaceThatEncodingPutIn() throws ModelLoadException {
        Tokenizer tokenizer = letters().load();
        assertEquals("ab a", text(tokenizer.decode(new int[] {SPACE, AB, SPACE_A}, false, true)));
        assertEquals(" ab", text(tokenizer.decode(new int[] {1, SPACE, AB}, true, false)));
        assertEquals(" a", text(tokenizer.piece(SPACE_A, false)));
    }

    @Test
    void aTokenWithASpaceInsideJoinsWords() throws ModelLoadException {
        TinyVocabulary joining =
                letters().token("a\u2581", TinyVocabulary.NORMAL, -1).done();
        assertArrayEquals(new int[] {SPACE, END + 1, AB}, joining.load().encode("a ab", false, false));
        assertArrayEquals(new int[] {SPACE_A, SPACE, AB}, letters().load().encode("a ab", false, false));
    }

    @Test
    void streamsNeverShowHalfACharacter() throws ModelLoadException {
        TextStream stream = TextStream.of(letters().load());
        assertEquals("", stream.next(FIRST_BYTE + 0xF0));
        assertEquals("", stream.next(FIRST_BYTE + 0x9F));
        assertEquals("", stream.next(FIRST_BYTE + 0x98));
        assertEquals("\ud83d\ude00", stream.next(FIRST_BYTE + 0x80));
        assertEquals("", stream.next(END));
        assertEquals("", stream.next(FIRST_BYTE + 0xC3));
        assertEquals("\ufffda", stream.next(A));
        assertEquals("\ufffd", stream.next(FIRST_BYTE + 0x80));
        assertEquals("", stream.next(FIRST_BYTE + 0xE2));
        assertEquals("\ufffd", stream.flush());
        assertEquals("", stream.flush());
    }

    @Test
    void aByteTokenWithoutAByteIsNothing() throws ModelLoadException {
        Tokenizer tokenizer =
                letters().token("<0xZZ>", TinyVocabulary.BYTE, 0).done().load();
        assertEquals("", text(tokenizer.piece(END + 1, true)));
        assertEquals("\n", text(tokenizer.piece(FIRST_BYTE + '\n', true)));
    }
}
