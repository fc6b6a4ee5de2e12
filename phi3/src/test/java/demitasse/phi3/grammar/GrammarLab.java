package demitasse.phi3.grammar;

import demitasse.gguf.GgufFile;
import demitasse.tokenizer.Tokenizer;
import demitasse.tokenizer.Tokenizers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Random;

/**
 * Times masks: random texts under a grammar, one mask a token. Arguments: GGUF files with a vocabulary. Not a test,
 * since times depend on the machine.
 */
final class GrammarLab {
    private static final int ROUNDS = 5;
    private static final int TEXTS = 10;
    private static final int TOKENS = 100;
    private static final double MICRO = 1e3;

    private GrammarLab() {}

    public static void main(String[] files) throws IOException {
        for (String name : files) {
            try (GgufFile file = GgufFile.open(Path.of(name))) {
                Tokenizer tokenizer = Tokenizers.load(file.metadata());
                long start = System.nanoTime();
                GrammarVocabulary vocabulary = new GrammarVocabulary(tokenizer);
                System.out.printf("%s: %d tokens, vocabulary %.0f us%n", name, vocabulary.size(), since(start));
                for (int round = 0; round < ROUNDS; round++) {
                    round(tokenizer, vocabulary, round);
                }
            }
        }
    }

    private static void round(Tokenizer tokenizer, GrammarVocabulary vocabulary, int seed) {
        Random random = new Random(seed);
        Grammar grammar = Grammar.jsonObject();
        long start = System.nanoTime();
        TokenTrie trie = new TokenTrie(grammar.table(), vocabulary);
        double trieTime = since(start);
        int count = 0;
        double worst = 0;
        double sum = 0;
        for (int text = 0; text < TEXTS; text++) {
            GrammarMasks masks = new GrammarMasks(grammar, tokenizer, vocabulary, trie);
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
