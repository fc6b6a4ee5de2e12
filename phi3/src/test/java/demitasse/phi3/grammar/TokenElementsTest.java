package demitasse.phi3.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.BitSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code <[2]>}, {@code <think>} and {@code !<think>}: elements that match a token, whatever its characters. */
class TokenElementsTest {
    private static final TinyTokenizer TOKENIZER =
            new TinyTokenizer("<end>", "<think>", "</think>", "<tool>", "a", "b", "ab", " ");
    private static final GrammarVocabulary VOCABULARY = new GrammarVocabulary(TOKENIZER);

    /** The pieces that may come after others. */
    private static String after(String grammar, String... pieces) {
        GrammarMasks masks = VOCABULARY.masks(Grammar.parse(grammar));
        for (String piece : pieces) {
            masks.visible();
            masks.accept(TOKENIZER.id(piece));
        }
        BitSet visible = masks.visible();
        return visible.stream().mapToObj(TOKENIZER::text).collect(Collectors.joining(" "));
    }

    @Test
    void nameOrNumber() {
        for (String grammar :
                new String[] {"root ::= <think> !</think>* </think> \"a\"", "root ::= <[1]> !<[2]>* <[2]> [a]"}) {
            assertEquals("<think>", after(grammar));
            assertEquals("</think> a b ab  ", after(grammar, "<think>"));
            assertEquals("</think> a b ab  ", after(grammar, "<think>", "ab", " "));
            assertEquals("a", after(grammar, "<think>", "ab", "</think>"));
            assertEquals("<end>", after(grammar, "<think>", "</think>", "a"));
        }
    }

    /** A token is read as one, or as its characters, not as a mixture. */
    @Test
    void besideCharacters() {
        String grammar = "root ::= \"a\" <[5]> | <[6]> \" \" | \"ab\" \"a\"";
        assertEquals("a ab", after(grammar));
        assertEquals("b", after(grammar, "a"));
        assertEquals("a  ", after(grammar, "ab"));
        assertEquals("<end> a", after(grammar, "a", "b"));
    }

    /** A vocabulary can have a text as a control token, and the same characters as text. */
    @Test
    void charactersDoNotGiveControlTokens() {
        assertEquals("a", after("root ::= \"a\" | \"<think>\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"root ::= <nothing>", "root ::= <[8]>", "root ::= <[0]>", "root ::= <end>"})
    void refuses(String grammar) {
        Grammar parsed = Grammar.parse(grammar);
        assertFalse(parsed.accepts("<nothing>"));
        assertThrows(GrammarException.class, () -> VOCABULARY.masks(parsed));
    }
}
