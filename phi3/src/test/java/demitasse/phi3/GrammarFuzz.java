package demitasse.phi3;

import com.code_intelligence.jazzer.junit.FuzzTest;
import demitasse.phi3.grammar.Grammar;
import demitasse.phi3.grammar.GrammarException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text as a GBNF grammar, and any text matched with it: an answer, or a {@link GrammarException}. */
final class GrammarFuzz {
    private static final int EXECUTIONS = 5000;

    static Stream<Arguments> seeds() {
        return Fuzz.seeds(
                Fuzz.join("root ::= \"a\" [b-e]* | x{2,3} .\nx ::= (\"f\" | \"\\u00e9\\n\")+ # c\n", "abc"),
                Fuzz.join(
                        "root ::= ws \"{\" ws (pair (\",\" ws pair)*)? \"}\"\npair ::= str \":\" ws val\n"
                                + "val ::= str | num | root\nstr ::= \"\\\"\" [^\"\\\\\\x00-\\x1f]{0,20} \"\\\"\" ws\n"
                                + "num ::= \"-\"? ([0-9] | [1-9] [0-9]{1,15})\nws ::= [ \\t\\n]*\n",
                        "{\"a\":{\"b\":12}}"),
                Fuzz.join("root ::= a b?\na ::= b a | \"\"\nb ::= [^a-z\\]\\-\\U0001F600]", "x"));
    }

    @MethodSource("seeds")
    @FuzzTest(maxExecutions = EXECUTIONS)
    void bounded(byte[] data) {
        tryOut(data);
    }

    @MethodSource("seeds")
    @Tag(Fuzz.LONG)
    @FuzzTest(maxDuration = Fuzz.LONG_DURATION)
    void longer(byte[] data) {
        tryOut(data);
    }

    private static void tryOut(byte[] data) {
        String[] parts = Fuzz.split(data);
        try {
            Grammar.parse(parts[0]).accepts(parts[1]);
        } catch (GrammarException e) {
            // As it should be.
        }
    }
}
