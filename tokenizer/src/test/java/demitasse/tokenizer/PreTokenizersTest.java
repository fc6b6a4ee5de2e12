package demitasse.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreTokenizersTest {
    private static PreTokenizer of(String name) {
        return new PreTokenizer(PreTokenizers.find(name).orElseThrow().expressions());
    }

    private static List<String> pieces(String name, String text) {
        List<String> pieces = new ArrayList<>();
        int start = 0;
        for (int end : of(name).split(text)) {
            pieces.add(text.substring(start, end));
            start = end;
        }
        return pieces;
    }

    /** Expected pieces stand between bars; an underscore is a space. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "gpt-2; I'll_pay_1234_$5.00...__ok; I|'ll|_pay|_1234|_$|5|.|00|...|_|_ok",
                "gpt-2; I'LL; I|'|LL",
                "llama-bpe; I'LL_pay_1234567; I|'LL|_pay|_|123|456|7",
                "qwen2; a1234_b; a|1|2|3|4|_b",
                "smollm; a_12_b; a|_|1|2|_b",
                "falcon; x=12345_a`b; x|=|123|45|_a|`|b",
                "default; x=12345_a`b; x|=|123|45|_a|`|b",
                "starcoder; v1.25; v|1|.|2|5",
                "mpt; can't_stop; can|'t|_stop",
                "command-r; it_is_2024!; it|_is|_|2|0|2|4|!",
                "refact; a==b; a|==|b",
                "deepseek-coder; f(x)_12; f|(|x|)|_|1|2",
                "deepseek-llm; Hi_there_12; Hi|_there|_|12",
                "stablelm2; DON'T_9; DON|'T|_|9",
                "tekken; HelloWORLDx_1; Hello|WORLDx|_|1",
                "gpt-4o; DON'T_1234; DON'T|_|123|4"
            })
    void cuts(String name, String text, String expected) {
        assertEquals(List.of(expected.replace('_', ' ').split("\\|")), pieces(name, text.replace('_', ' ')));
    }

    @ParameterizedTest
    @ValueSource(chars = {'\u00a0', '\u0085', '\u3000', '\u2003'})
    void whiteSpaceBeyondAsciiIsWhiteSpace(char space) {
        assertEquals(
                List.of("a", space + "" + space, space + "", "b"), pieces("gpt-2", "a" + (space + "").repeat(3) + "b"));
        assertEquals(List.of("a\u200b"), pieces("bloom", "a\u200b"));
    }

    /** No run of one kind of character is slow or overflows the stack, whatever the pre-tokenizer. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "default",
                "gpt-2",
                "smollm",
                "llama-bpe",
                "qwen2",
                "qwen35",
                "falcon",
                "deepseek-llm",
                "deepseek-coder",
                "deepseek-v3",
                "tekken",
                "gpt-4o",
                "bailingmoe",
                "seed-coder",
                "bloom",
                "viking"
            })
    void longRuns(String name) {
        for (String unit : List.of("a", "A", " ", "7", "\n", "!", "\u4e2d", "'", " \n", "e\u0301", "\ud83d\ude00")) {
            String run = "x" + unit.repeat(100_000) + "x";
            int[] ends = of(name).split(run);
            assertEquals(run.length(), ends[ends.length - 1]);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-pre", "", "Qwen2"})
    void namesAreExact(String name) {
        assertFalse(PreTokenizers.find(name).isPresent());
    }
}
