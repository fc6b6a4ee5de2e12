package demitasse.phi3.grammar;

import java.util.ArrayList;
import java.util.List;

/**
 * A set of code points; or of tokens, which stand beyond the last code point and are in no negated set.
 *
 * @param bounds first and last code point of each range; ranges may overlap, a reversed one is empty
 * @param negated all others are meant
 */
record CharSet(List<Integer> bounds, boolean negated) {
    static final int LAST = Character.MAX_CODE_POINT;

    /** The largest number that a token may have. */
    static final int LAST_TOKEN = 1 << 30;

    /** Token 0: beyond all that four bytes of UTF-8 can spell. */
    private static final int FIRST_TOKEN = 1 << 22;

    /** Everything. */
    static final CharSet ANY = new CharSet(List.of(), true);

    CharSet {
        bounds = List.copyOf(bounds);
    }

    static CharSet of(int codePoint) {
        return new CharSet(List.of(codePoint, codePoint), false);
    }

    static int ofToken(int id) {
        return FIRST_TOKEN + id;
    }

    static CharSet token(int id) {
        return of(ofToken(id));
    }

    static CharSet allTokensBut(int id) {
        return new CharSet(List.of(FIRST_TOKEN, ofToken(id) - 1, ofToken(id) + 1, FIRST_TOKEN + LAST_TOKEN + 1), false);
    }

    /** The token that this is, or -1. */
    int onlyToken() {
        boolean one = bounds.size() == 2 && bounds.getFirst().equals(bounds.getLast()) && !negated;
        return one ? Math.max(-1, bounds.getFirst() - FIRST_TOKEN) : -1;
    }

    boolean isTokens() {
        return !negated && !bounds.isEmpty() && bounds.getFirst() >= FIRST_TOKEN;
    }

    static CharSet range(int first, int last) {
        return new CharSet(List.of(first, last), false);
    }

    /** Ranges written as pairs: {@code "azAZ__"}. */
    static CharSet pairs(String pairs, boolean negated) {
        return new CharSet(pairs.codePoints().boxed().toList(), negated);
    }

    CharSet without(List<Integer> others) {
        List<Integer> outside = new ArrayList<>(new CharSet(bounds, !negated).ranges());
        outside.addAll(others);
        return new CharSet(new CharSet(outside, true).ranges(), false);
    }

    boolean contains(int codePoint) {
        return overlaps(codePoint, codePoint) != negated;
    }

    /**
     * Whether some character from {@code low} to {@code high} fits. For a negated set llama.cpp wants all of them to
     * fit; we do the same, so that our masks are the same.
     */
    boolean mayHold(int low, int high) {
        return overlaps(low, high) != negated;
    }

    private boolean overlaps(int low, int high) {
        for (int i = 0; i < bounds.size(); i += 2) {
            if (bounds.get(i) <= high && low <= bounds.get(i + 1)) {
                return true;
            }
        }
        return false;
    }

    /** The members as ascending ranges that do not touch. */
    List<Integer> ranges() {
        List<int[]> sorted = new ArrayList<>();
        for (int i = 0; i < bounds.size(); i += 2) {
            if (bounds.get(i) <= bounds.get(i + 1)) {
                sorted.add(new int[] {bounds.get(i), bounds.get(i + 1)});
            }
        }
        sorted.sort((a, b) -> Integer.compare(a[0], b[0]));
        List<Integer> merged = new ArrayList<>();
        for (int[] range : sorted) {
            int last = merged.size() - 1;
            if (last > 0 && range[0] <= merged.get(last) + 1) {
                merged.set(last, Math.max(merged.get(last), range[1]));
            } else {
                merged.add(range[0]);
                merged.add(range[1]);
            }
        }
        return negated ? complement(merged) : merged;
    }

    private static List<Integer> complement(List<Integer> ranges) {
        List<Integer> others = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < ranges.size(); i += 2) {
            if (next < ranges.get(i)) {
                others.add(next);
                others.add(ranges.get(i) - 1);
            }
            next = ranges.get(i + 1) + 1;
        }
        if (next <= LAST) {
            others.add(next);
            others.add(LAST);
        }
        return others;
    }
}
