package demitasse.phi3.grammar;

import demitasse.gguf.GgufFile;
import demitasse.tokenizer.Tokenizer;
import demitasse.tokenizer.Tokenizers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Times masks: random texts under a grammar, one mask a token. Arguments: GGUF files with a vocabulary. Not a test,
 * since times depend on the machine.
 */
final class GrammarLab {
    private static final int ROUNDS = 5;
    private static final int TEXTS = 10;
    private static final int TOKENS = 100;
    private static final double MICRO = 1e3;

    private static final Map<String, Grammar> GRAMMARS = new TreeMap<>(Map.of(
            "any JSON object", Grammar.jsonObject(),
            "free text", Grammar.parse("root ::= [^<]*"),
            "schema", Grammar.ofJsonSchema(schema()),
            "GBNF", Grammar.parse("""
                    root ::= object
                    value ::= object | array | string | number | ("true" | "false" | "null") ws
                    object ::= "{" ws (string ":" ws value ("," ws string ":" ws value)*)? "}" ws
                    array ::= "[" ws (value ("," ws value)*)? "]" ws
                    string ::= "\\"" ([^"\\\\\\x7F\\x00-\\x1F] | "\\\\" (["\\\\bfnrt] | "u" [0-9a-fA-F]{4}))* "\\"" ws
                    number ::= "-"? ([0-9] | [1-9] [0-9]{0,15}) ("." [0-9]+)? ([eE] [-+]? [0-9]+)? ws
                    ws ::= | " " | "\\n" [ \\t]{0,20}
                    """)));

    private GrammarLab() {}

    private static Map<String, Object> schema() {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("intent", Map.of("enum", List.of("refund", "cancel", "track", "other")));
        properties.put("summary", Map.of("type", "string"));
        properties.put("order", Map.of("type", "string", "pattern", "^[A-Z]{2}-[0-9]{6}$"));
        properties.put("tags", Map.of("type", "array", "items", Map.of("type", "string", "maxLength", 20)));
        properties.put("confidence", Map.of("type", "number", "minimum", 0, "maximum", 1));
        return Map.of("type", "object", "properties", properties, "required", List.copyOf(properties.keySet()));
    }

    public static void main(String[] files) throws IOException {
        for (String name : files) {
            try (GgufFile file = GgufFile.open(Path.of(name))) {
                Tokenizer tokenizer = Tokenizers.load(file.metadata());
                long start = System.nanoTime();
                GrammarVocabulary vocabulary = new GrammarVocabulary(tokenizer);
                System.out.printf("%s: %d tokens, vocabulary %.0f us%n", name, vocabulary.size(), since(start));
                for (Map.Entry<String, Grammar> grammar : GRAMMARS.entrySet()) {
                    System.out.println(" " + grammar.getKey());
                    for (int round = 0; round < ROUNDS; round++) {
                        round(tokenizer, vocabulary, grammar.getValue(), round);
                    }
                }
            }
        }
    }

    private static void round(Tokenizer tokenizer, GrammarVocabulary vocabulary, Grammar grammar, int seed) {
        Random random = new Random(seed);
        long start = System.nanoTime();
        TokenTrie trie = new TokenTrie(grammar.table(), vocabulary);
        double trieTime = since(start);
        int count = 0;
        double worst = 0;
        double sum = 0;
        for (int text = 0; text < TEXTS; text++) {
            GrammarMasks masks = new GrammarMasks(tokenizer, vocabulary, trie);
            for (int i = 0; i < TOKENS; i++, count++) {
                start = System.nanoTime();
                BitSet allowed = masks.visible();
                double time = since(start);
                worst = Math.max(worst, time);
                sum += time;
                int[] ids = allowed.stream().toArray();
                int id = ids[random.nextInt(ids.length)];
                if (tokenizer.vocabulary().isEndOfGeneration(id)) {
                    break;
                }
                start = System.nanoTime();
                masks.accept(id);
                sum += since(start);
            }
        }
        System.out.printf(
                "  trie %.0f us; %d tokens, mean %.0f us a token, worst %.0f us%n",
                trieTime, count, sum / count, worst);
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / MICRO;
    }
}
