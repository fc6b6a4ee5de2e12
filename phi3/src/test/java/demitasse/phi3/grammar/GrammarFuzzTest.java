package demitasse.phi3.grammar;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Broken, hostile and odd grammars: refused or read, within the automaton's budget of steps and memory. */
class GrammarFuzzTest {
    private static final int ROUNDS = 4000;
    private static final int MOST_EDITS = 4;
    private static final int MOST_TOKENS = 12;

    private static final GrammarVocabulary VOCABULARY = new GrammarVocabulary(new TinyTokenizer(
            "<end>", "<think>", "a", "b", "aa", "ab", "{\"", "\"", "12", ",", " ", "\n", "é", "日本", "x-y", "()"));

    private static final List<String> SEEDS = List.of(
            """
            root ::= object | array # a comment
            value ::= object | array | string | number | ("true" | "false" | "null") ws
            object ::= "{" ws (string ":" ws value ("," ws string ":" ws value)*)? "}" ws
            array ::= "[" ws (value ("," ws value)*)? "]" ws
            string ::= "\\"" ([^"\\\\\\x7F\\x00-\\x1F] | "\\\\" (["\\\\bfnrt] | "u" [0-9a-fA-F]{4}))* "\\"" ws
            number ::= ("-"? ([0-9] | [1-9] [0-9]{0,15})) ("." [0-9]+)? ([eE] [-+]? [0-9]{1,15})? ws
            ws ::= | " " | "\\n" [ \\t]{0,20}
            """,
            """
            root ::= (expr "=" term "\\n")+
            expr ::= term ([-+*/] term)*
            term ::= ident | num | "(" expr ")"
            ident ::= [a-z] [a-z0-9]{0,3}
            num ::= [0-9]+
            """,
            "root ::= <think> !<[1]>* (\"a\" | \"b\"){2,5} .? [^\\n]{3}\n",
            "root ::= ((\"a\" | \"a\")* (\"a\" | \"ab\")*)* e e\ne ::= \"x\"? | e2\ne2 ::= \"y\"*\n",
            "root ::= s\ns ::= \"a\" s s | \"a\" s t | \"a\"\nt ::= s \"b\" | \"b\"\n");

    private static final List<String> PARTS = List.of(
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "*",
            "+",
            "?",
            "|",
            "\"",
            "\\",
            "^",
            "-",
            "::=",
            "\n",
            "root",
            "e",
            "{3,2}",
            "{0,2000}",
            "{1,1000000}",
            "{99}",
            "<",
            ">",
            "!",
            "<[1]>",
            ".",
            "\\x",
            "\\u00e9",
            "#",
            "\0",
            "\uD800",
            "日",
            "**",
            "(\"a\"|\"a\")*");

    @Test
    void refusedOrReadWithinBounds() {
        Random random = new Random(20261125);
        int read = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String text = mutated(random);
            try {
                Grammar grammar = Grammar.parse(text);
                read++;
                follow(VOCABULARY.masks(grammar), random);
            } catch (GrammarException e) {
                assertTrue(e.getMessage().lines().count() == 1, () -> "one line: " + e.getMessage());
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("round with " + text, e);
            }
        }
        assertTrue(read > ROUNDS / 10, "hardly any grammar is read: " + read);
    }

    private static String mutated(Random random) {
        StringBuilder text = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
        int edits = 1 + random.nextInt(MOST_EDITS);
        for (int i = 0; i < edits; i++) {
            int at = random.nextInt(text.length() + 1);
            int end = Math.min(text.length(), at + random.nextInt(8));
            switch (random.nextInt(4)) {
                case 0 -> text.delete(at, end);
                case 1 -> text.insert(at, PARTS.get(random.nextInt(PARTS.size())));
                case 2 -> text.insert(random.nextInt(text.length() + 1), text.substring(at, end));
                default -> text.replace(at, end, PARTS.get(random.nextInt(PARTS.size())));
            }
        }
        return text.toString();
    }

    private static void follow(GrammarMasks masks, Random random) {
        for (int i = 0; i < MOST_TOKENS; i++) {
            int[] ids = masks.visible().stream().toArray();
            int id = ids[random.nextInt(ids.length)];
            if (id == 0) {
                return;
            }
            masks.accept(id);
        }
    }
}
