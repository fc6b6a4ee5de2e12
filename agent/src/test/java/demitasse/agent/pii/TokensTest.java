package demitasse.agent.pii;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TokensTest {
    @Test
    void cutsWordsNumbersAndSigns() {
        Tokens tokens = Tokens.of("O'Neil-Łuks, Maria's 12b\n\n\u00a0x😀", List.of());
        assertArrayEquals(new String[] {"o'neil-luks", ",", "maria", "'", "s", "12b", "\n", "x", "😀"}, tokens.word());
        assertEquals("O'Neil-Łuks", tokens.surface(0));
    }

    @Test
    void whatRulesFoundIsOneToken() {
        Tokens tokens = Tokens.of("ab 12 34 cd", List.of(new PiiRule.Match("phone", 3, 8)));
        assertArrayEquals(new String[] {"ab", "<phone>", "cd"}, tokens.word());
    }

    @Test
    void emptyTexts() {
        assertEquals(0, Tokens.of("", List.of()).size());
        assertEquals(0, Tokens.of(" \n\n ", List.of()).size());
    }
}
