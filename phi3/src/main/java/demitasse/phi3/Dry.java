package demitasse.phi3;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * "Don't repeat yourself" (p-e-w 2024): makes tokens less likely that would go on with a sequence which stands in the
 * text already, exponentially in its length.
 */
final class Dry implements Sampler {
    /** The natural logarithm of the largest float: larger powers are not taken. */
    private static final float LARGEST_LOG = 88.7228391f;

    /** Smaller bases do not grow to anything. */
    private static final float GROWING = 1.000001f;

    private final SamplingOptions.Dry options;
    private final Map<Integer, List<int[]>> breakers;
    private final int largestExponent;
    /** Ring of the last tokens. */
    private final int[] last;
    /** By distance from the end: how many tokens before here are as those at the end. */
    private final int[] repeats;
    /** By token: the length of what it would go on with, plus 1; 0 if nothing. */
    private final int[] lengths;
    /** The tokens with a length. */
    private final int[] touched;

    private int touchedCount;
    private int next;
    private int filled;

    /**
     * @param window how many of the last tokens are searched
     * @param breakers where a repetition cannot go across: first token to the rest of each sequence
     */
    Dry(SamplingOptions.Dry options, int vocabulary, int window, Map<Integer, List<int[]>> breakers) {
        this.options = options;
        this.breakers = breakers;
        this.largestExponent =
                options.base() > GROWING ? (int) (LARGEST_LOG / (float) Math.log(options.base())) : Integer.MAX_VALUE;
        last = new int[window];
        repeats = new int[window];
        touched = new int[window];
        lengths = new int[vocabulary];
    }

    @Override
    public void accept(int id) {
        last[next] = id;
        next = (next + 1) % last.length;
        filled = Math.min(filled + 1, last.length);
    }

    @Override
    public void apply(Candidates candidates) {
        if (filled <= options.allowedLength()) {
            return;
        }
        int limit = unbroken();
        if (limit < options.allowedLength()) {
            return;
        }
        findRepeats(limit);
        collect();
        if (touchedCount > 0) {
            penalise(candidates);
        }
    }

    /** The token at this distance from the end. */
    private int back(int distance) {
        int index = next - 1 - distance;
        return last[index < 0 ? index + last.length : index];
    }

    /** How many tokens stand behind the last breaker. */
    private int unbroken() {
        for (int i = 0; i < filled; i++) {
            int longest = -1;
            for (int[] rest : breakers.getOrDefault(back(i), List.of())) {
                if (rest.length > longest && rest.length <= i && matches(rest, i)) {
                    longest = rest.length;
                }
            }
            if (longest >= 0) {
                return i - longest;
            }
        }
        return filled;
    }

    private boolean matches(int[] rest, int head) {
        for (int i = 0; i < rest.length; i++) {
            if (rest[i] != back(head - 1 - i)) {
                return false;
            }
        }
        return true;
    }

    /** The Z algorithm from the end towards the beginning: linear, however repetitive the text is. */
    private void findRepeats(int limit) {
        Arrays.fill(repeats, 0, filled, 0);
        int left = 0;
        int right = 0;
        for (int k = 1; k < filled; k++) {
            if (k <= right && repeats[k - left] < right - k + 1) {
                repeats[k] = Math.min(repeats[k - left], limit);
                continue;
            }
            int end = Math.max(k, right + 1);
            while (end < filled && back(end) == back(end - k)) {
                end++;
            }
            repeats[k] = Math.min(end - k, limit);
            if (end > k) {
                left = k;
                right = end - 1;
            }
        }
    }

    /** For each token that comes after a repeat: the longest of them. */
    private void collect() {
        for (int i = 0; i < touchedCount; i++) {
            lengths[touched[i]] = 0;
        }
        touchedCount = 0;
        for (int k = 1; k < filled; k++) {
            if (repeats[k] >= options.allowedLength()) {
                int token = back(k - 1);
                if (lengths[token] == 0) {
                    touched[touchedCount++] = token;
                }
                lengths[token] = Math.max(lengths[token], repeats[k] + 1);
            }
        }
    }

    private void penalise(Candidates candidates) {
        for (int i = 0; i < candidates.size(); i++) {
            int id = candidates.id(i);
            if (lengths[id] > 0 && !breaks(id)) {
                int exponent = Math.min(lengths[id] - 1 - options.allowedLength(), largestExponent);
                float penalty = (float) (options.multiplier() * Math.pow(options.base(), exponent));
                candidates.setLogit(i, candidates.logit(i) - penalty);
            }
        }
    }

    private boolean breaks(int id) {
        for (int[] rest : breakers.getOrDefault(id, List.of())) {
            if (rest.length == 0) {
                return true;
            }
        }
        return false;
    }
}
