package demitasse.tokenizer;

import java.util.Arrays;

/**
 * From a token's text to its id. Open addressing over ids instead of a map of strings: it takes a few bytes an entry,
 * and it can be asked for a part of a text without making a string of that part, which is most of what the SentencePiece
 * and WordPiece algorithms do.
 */
final class TokenIndex {
    private static final int EMPTY = -1;
    /** 2^32 over the golden ratio: spreads the hash over its upper bits, which are those that are used. */
    private static final int SPREAD = 0x9E3779B9;

    private final String[] texts;
    private final int[] slots;
    private final int mask;
    private final int shift;
    private final int maxLength;

    /** With all slots empty; {@link #of} fills them. */
    private TokenIndex(String[] texts) {
        this.texts = texts;
        int capacity = capacityFor(texts.length);
        slots = new int[capacity];
        shift = Integer.numberOfLeadingZeros(capacity) + 1;
        Arrays.fill(slots, EMPTY);
        mask = capacity - 1;
        int longest = 0;
        for (String text : texts) {
            longest = Math.max(longest, text.length());
        }
        maxLength = longest;
    }

    /** A power of two of which {@code entries} take at most two thirds. */
    static int capacityFor(int entries) {
        return Integer.highestOneBit(Math.max(entries, 8) / 2 * 3) * 2;
    }

    /** @throws DuplicateText if a text occurs twice */
    static TokenIndex of(String[] texts) throws DuplicateText {
        TokenIndex index = new TokenIndex(texts);
        for (int id = 0; id < texts.length; id++) {
            int slot = index.slot(texts[id], 0, texts[id].length());
            if (index.slots[slot] != EMPTY) {
                throw new DuplicateText(texts[id], index.slots[slot], id);
            }
            index.slots[slot] = id;
        }
        return index;
    }

    /** Characters (UTF-16) in the longest token. */
    int maxLength() {
        return maxLength;
    }

    /** The id of {@code text[start, end)}, or -1. */
    int find(String text, int start, int end) {
        return end - start > maxLength ? -1 : slots[slot(text, start, end)];
    }

    int find(String text) {
        return find(text, 0, text.length());
    }

    private int slot(String text, int start, int end) {
        int slot = hash(text, start, end) * SPREAD >>> shift;
        while (slots[slot] != EMPTY && !equal(texts[slots[slot]], text, start, end)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    /** {@link String#hashCode} of the part, for which the JDK has a vector loop when it is the whole. */
    private static int hash(String text, int start, int end) {
        if (start == 0 && end == text.length()) {
            return text.hashCode();
        }
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + text.charAt(i);
        }
        return hash;
    }

    private static boolean equal(String token, String text, int start, int end) {
        return token.length() == end - start && text.startsWith(token, start);
    }

    /** Two tokens of one text. */
    static final class DuplicateText extends Exception {
        private static final long serialVersionUID = 1L;

        DuplicateText(String text, int first, int second) {
            super("the text '" + text + "' at both " + first + " and " + second);
        }
    }
}
