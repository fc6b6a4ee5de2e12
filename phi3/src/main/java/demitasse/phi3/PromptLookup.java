package demitasse.phi3;

/**
 * Drafts what followed the last three tokens, or two, where they stood last in the prompt or the text: an answer that
 * repeats its sources is found there (prompt lookup decoding, Saxena 2023).
 */
final class PromptLookup implements Drafter {
    private static final int[] GRAMS = {3, 2};
    /** Slots for each token of the context; more make fewer n-grams push each other out. */
    private static final int SLOTS_PER_TOKEN = 2;

    private static final int HASH = 0x9E3779B1;

    private final int[] tokens;
    /** [n-gram length][hash]: where the text went on after the n-gram, or 0. */
    private final int[][] next;

    private final int shift;
    private final DraftPace pace = new DraftPace();
    private int size;

    /** @param capacity tokens of the context */
    PromptLookup(int capacity) {
        tokens = new int[capacity];
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(capacity * SLOTS_PER_TOKEN);
        shift = Integer.SIZE - bits;
        next = new int[GRAMS.length][1 << bits];
    }

    @Override
    public void accept(int id) {
        for (int g = 0; g < GRAMS.length; g++) {
            if (size >= GRAMS[g]) {
                next[g][slot(GRAMS[g])] = size;
            }
        }
        tokens[size++] = id;
    }

    @Override
    public int propose(int[] into, int most) {
        int length = Math.min(pace.next(), most);
        int from = length > 0 ? find() : 0;
        if (from == 0) {
            return 0;
        }
        for (int i = 0; i < length; i++) {
            // Where the place reaches the end of the text, the draft goes on with itself: the text repeats.
            into[1 + i] = from + i < size ? tokens[from + i] : into[1 + from + i - size];
        }
        return length;
    }

    @Override
    public void checked(int drafted, int accepted) {
        pace.checked(drafted, accepted);
    }

    /** Where the text went on after the tokens that it now ends with, or 0. */
    private int find() {
        for (int g = 0; g < GRAMS.length; g++) {
            int at = size >= GRAMS[g] ? next[g][slot(GRAMS[g])] : 0;
            if (at > 0 && sameBefore(at, GRAMS[g])) {
                return at;
            }
        }
        return 0;
    }

    private boolean sameBefore(int at, int n) {
        for (int i = 1; i <= n; i++) {
            if (tokens[at - i] != tokens[size - i]) {
                return false;
            }
        }
        return true;
    }

    /** Of the last n tokens. */
    private int slot(int n) {
        int hash = 0;
        for (int i = size - n; i < size; i++) {
            hash = (hash + tokens[i]) * HASH;
        }
        return hash >>> shift;
    }
}
