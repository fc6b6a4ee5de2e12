package demitasse.rag;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Repairs words of a query that the knowledge base does not know but nearly knows: "refudn" to "refund". The first
 * letter must be right, and one edit is allowed, or two in words of eight letters and more (Damerau-Levenshtein,
 * optimal string alignment). Words shorter than four letters stay: they are near to too much. So do English words:
 * "user" is no misspelt "use" only because no document happens to have it.
 */
final class Spelling {
    private static final int SHORTEST = 4;
    private static final int TWO_EDITS_FROM = 8;
    private static final int LONGEST = 30;

    private static final Pattern WORD =
            Pattern.compile("[\\p{L}\\p{M}]{" + SHORTEST + "," + LONGEST + "}(?![\\p{L}\\p{M}\\p{N}])");

    /** Of no documents. */
    static final Spelling EMPTY = new Spelling(Map.of());

    private final Map<String, Integer> counts;
    private final Set<String> stems = new HashSet<>();
    private final Map<Integer, List<String>> byFirstLetter = new HashMap<>();

    private Spelling(Map<String, Integer> counts) {
        this.counts = counts;
        for (String word : counts.keySet()) {
            stems.add(Terms.stem(word));
            if (word.length() >= SHORTEST - 1 && word.length() <= LONGEST) {
                byFirstLetter
                        .computeIfAbsent(word.codePointAt(0), letter -> new ArrayList<>())
                        .add(word);
            }
        }
    }

    /**
     * The vocabulary after a write, for which only the documents that differ are counted.
     *
     * @param before the documents that this vocabulary is of, by id
     */
    Spelling after(Map<String, Entry> before, Map<String, Entry> now) {
        Map<String, Integer> changed = new HashMap<>(counts);
        differing(before, now, entry -> count(entry, -1, changed));
        differing(now, before, entry -> count(entry, 1, changed));
        return new Spelling(changed);
    }

    /** Those of the documents that the others do not have, or have otherwise. */
    static void differing(Map<String, Entry> documents, Map<String, Entry> others, Consumer<Entry> found) {
        for (Entry entry : documents.values()) {
            Document document = entry.document();
            Entry other = others.get(document.id());
            if (other != entry && (other == null || !other.document().equals(document))) {
                found.accept(entry);
            }
        }
    }

    private static void count(Entry entry, int step, Map<String, Integer> counts) {
        boolean first = true;
        for (Entry.Chunk chunk : entry.chunks()) {
            count(chunk.words(), first, step, counts);
            first = false;
        }
    }

    /** For counts; what is there no more leaves them. */
    static Integer sum(int a, int b) {
        return a + b == 0 ? null : a + b;
    }

    /** All chunks of a document have its title, which is counted with the first. */
    private static void count(WordCounts words, boolean withTitle, int step, Map<String, Integer> counts) {
        for (int i = 0; i < words.words().length; i++) {
            int times = step * (words.inText()[i] + (withTitle ? words.inTitle()[i] : 0));
            if (times != 0) {
                counts.merge(words.words()[i], times, Spelling::sum);
            }
        }
    }

    /** @param word folded */
    boolean has(String word) {
        return counts.containsKey(word);
    }

    /** The query with its misspelt words replaced, everything else as it was. */
    String repair(String query) {
        Matcher word = WORD.matcher(query);
        StringBuilder repaired = new StringBuilder();
        while (word.find()) {
            boolean inside = word.start() > 0 && Character.isLetterOrDigit(query.codePointBefore(word.start()));
            String replacement = inside ? word.group() : repairWord(word.group());
            word.appendReplacement(repaired, Matcher.quoteReplacement(replacement));
        }
        return word.appendTail(repaired).toString();
    }

    private String repairWord(String original) {
        String word = Terms.fold(original);
        if (counts.containsKey(word)
                || CommonWords.isEnglish(word)
                || Terms.isStopWord(word)
                || stems.contains(Terms.stem(word))) {
            return original;
        }
        int allowed = word.length() >= TWO_EDITS_FROM ? 2 : 1;
        String best = original;
        int bestDistance = allowed + 1;
        int bestCount = 0;
        for (String candidate : byFirstLetter.getOrDefault(word.codePointAt(0), List.of())) {
            int count = counts.get(candidate);
            int distance = distance(word, candidate, allowed);
            if (distance < bestDistance
                    || (distance == bestDistance && distance <= allowed && better(candidate, count, best, bestCount))) {
                best = candidate;
                bestDistance = distance;
                bestCount = count;
            }
        }
        return best;
    }

    private static boolean better(String candidate, int count, String best, int bestCount) {
        return count > bestCount || (count == bestCount && candidate.compareTo(best) < 0);
    }

    /** The edits between two words, swaps of neighbours counting once; above {@code most} just some larger number. */
    static int distance(String a, String b, int most) {
        if (Math.abs(a.length() - b.length()) > most) {
            return most + 1;
        }
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            int least = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(last[j] + 1, row[j - 1] + 1), last[j - 1] + change);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
                least = Math.min(least, row[j]);
            }
            if (least > most) {
                return most + 1;
            }
            int[] free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
        }
        return last[b.length()];
    }
}
