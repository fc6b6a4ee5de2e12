package demitasse.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MergeQueueTest {
    /** The definition itself: look for the best pair from left to right, join it, start over. */
    private static List<Integer> byScan(List<Integer> symbols, Map<Long, Long> pairs) {
        List<Integer> rest = new ArrayList<>(symbols);
        while (true) {
            int best = -1;
            long bestPair = MergeQueue.NONE;
            for (int i = 0; i + 1 < rest.size(); i++) {
                long pair = pairs.getOrDefault(key(rest.get(i), rest.get(i + 1)), MergeQueue.NONE);
                if (pair != MergeQueue.NONE && (best < 0 || pair >> 32 < bestPair >> 32)) {
                    best = i;
                    bestPair = pair;
                }
            }
            if (best < 0) {
                return rest;
            }
            rest.set(best, (int) bestPair);
            rest.remove(best + 1);
        }
    }

    private static long key(int left, int right) {
        return (long) left << 32 | right;
    }

    @Test
    void joinsAsTheDefinitionDoes() {
        Random random = new Random(7);
        MergeQueue queue = new MergeQueue();
        for (int round = 0; round < 2000; round++) {
            Map<Long, Long> pairs = new HashMap<>();
            for (int i = 0; i < 12; i++) {
                // Few priorities, so that many are equal, and some negative as SentencePiece has them.
                pairs.put(
                        key(random.nextInt(8), random.nextInt(8)),
                        MergeQueue.pack(random.nextInt(6) - 3, random.nextInt(8)));
            }
            List<Integer> symbols = new ArrayList<>();
            queue.clear();
            for (int i = 0; i < 1 + random.nextInt(90); i++) {
                int symbol = random.nextInt(4);
                symbols.add(symbol);
                queue.add(symbol, i, i + 1);
            }
            queue.run((q, left, right) -> pairs.getOrDefault(key(q.symbol(left), q.symbol(right)), MergeQueue.NONE));
            List<Integer> joined = new ArrayList<>();
            for (int i = 0; i < queue.size(); i = queue.next(i)) {
                joined.add(queue.symbol(i));
            }
            assertEquals(byScan(symbols, pairs), joined);
        }
    }
}
