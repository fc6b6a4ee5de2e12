package demitasse.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code tokenizer.ggml.merges}: which two symbols join, and in which order of preference. Symbols are token ids; what
 * the merges mention without its being a token gets numbers from the vocabulary's size on. So a pair is one long to
 * look up, and no text is put together while encoding.
 */
final class MergeTable {
    private static final long FREE = -1;
    /** 2^64 over the golden ratio: spreads the key over its upper bits, which are those that are used. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final TokenIndex tokens;
    private final int vocabularySize;
    private final Map<String, Integer> others = new HashMap<>();
    private final List<String> otherTexts = new ArrayList<>();

    private final long[] keys;
    private final long[] values;
    private final int mask;
    private final int shift;

    /** @param merges two texts with a space between, most preferred first; rows without a space are passed over */
    MergeTable(TokenIndex tokens, int vocabularySize, String[] merges) {
        this.tokens = tokens;
        this.vocabularySize = vocabularySize;
        int capacity = TokenIndex.capacityFor(merges.length);
        keys = new long[capacity];
        values = new long[capacity];
        mask = capacity - 1;
        shift = Long.numberOfLeadingZeros(capacity) + 1;
        Arrays.fill(keys, FREE);
        for (int rank = 0; rank < merges.length; rank++) {
            String merge = merges[rank];
            int space = merge.indexOf(' ', 1);
            if (space > 0) {
                put(merge.substring(0, space), merge.substring(space + 1), rank);
            }
        }
    }

    private void put(String left, String right, int rank) {
        long key = (long) intern(left) << 32 | intern(right);
        int slot = slot(key);
        // Of two equal rows the first counts.
        if (keys[slot] == FREE) {
            keys[slot] = key;
            values[slot] = MergeQueue.pack(rank, intern(left.concat(right)));
        }
    }

    private int intern(String text) {
        int id = symbol(text);
        if (id >= 0) {
            return id;
        }
        int number = vocabularySize + otherTexts.size();
        otherTexts.add(text);
        others.put(text, number);
        return number;
    }

    /** The symbol for a text, or -1 when neither token nor merge knows it. */
    int symbol(String text) {
        int id = tokens.find(text);
        return id >= 0 ? id : others.getOrDefault(text, -1);
    }

    /** As {@link MergeQueue.Pairs#pair} wants it. */
    long pair(int left, int right) {
        if (left < 0 || right < 0) {
            return MergeQueue.NONE;
        }
        long key = (long) left << 32 | right;
        int slot = slot(key);
        return keys[slot] == key ? values[slot] : MergeQueue.NONE;
    }

    private int slot(long key) {
        int slot = (int) ((key ^ key >>> 32) * SPREAD >>> shift);
        while (keys[slot] != FREE && keys[slot] != key) {
            slot = slot + 1 & mask;
        }
        return slot;
    }
}
