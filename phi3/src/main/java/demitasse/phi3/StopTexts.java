package demitasse.phi3;

import java.util.List;

/**
 * Cuts a stream of text before the first stop text. Text that may be the beginning of a stop text is held back until
 * it is clear.
 */
final class StopTexts {
    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    /** Empty while there is none. */
    private String found = "";

    /** Empty stop texts are left out: they would stop everything. */
    StopTexts(List<String> stops) {
        this.stops = stops.stream().filter(stop -> !stop.isEmpty()).toList();
    }

    /** True once a stop text was seen; what follows it is dropped. */
    boolean found() {
        return !found.isEmpty();
    }

    /** The stop text that was seen, or an empty one. */
    String text() {
        return found;
    }

    /** Takes the next piece of text and returns what can be given out. */
    String next(String piece) {
        if (stops.isEmpty() || found()) {
            return found() ? "" : piece;
        }
        held.append(piece);
        int stop = findStop();
        int end = stop >= 0 ? stop : held.length() - longestBeginning();
        String out = held.substring(0, end);
        held.delete(0, found() ? held.length() : end);
        return out;
    }

    /** What is held back, at the end of the stream. */
    String flush() {
        String rest = held.toString();
        held.setLength(0);
        return rest;
    }

    /** Where the earliest stop text begins, or -1; {@link #found} is that text then. */
    private int findStop() {
        int first = -1;
        for (String stop : stops) {
            int at = held.indexOf(stop);
            if (at >= 0 && (first < 0 || at < first)) {
                first = at;
                found = stop;
            }
        }
        return first;
    }

    /** Length of the longest end of the held text with which a stop text begins. */
    private int longestBeginning() {
        int longest = 0;
        for (String stop : stops) {
            for (int n = Math.min(stop.length() - 1, held.length()); n > longest; n--) {
                if (stop.startsWith(held.substring(held.length() - n))) {
                    longest = n;
                }
            }
        }
        return longest;
    }
}
