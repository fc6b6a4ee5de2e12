package demitasse.rag;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Repairs words of a query that the knowledge base does not know but nearly knows: "refudn" to "refund". The first
 * letter must be right, and one edit is allowed, or two in words of eight letters and more (Damerau-Levenshtein,
 * optimal string alignment). Words shorter than four letters stay: they are near to too much. So do common English
 * words: "down" is no misspelt "don't" only because no document happens to use it.
 */
final class Spelling {
    private static final int SHORTEST = 4;
    private static final int TWO_EDITS_FROM = 8;
    private static final int LONGEST = 30;

    private static final Pattern WORD =
            Pattern.compile("[\\p{L}\\p{M}]{" + SHORTEST + "," + LONGEST + "}(?![\\p{L}\\p{M}\\p{N}])");

    private static final Set<String> COMMON_WORDS = commonWords();

    private final Map<String, Integer> counts = new HashMap<>();
    private final Set<String> stems = new HashSet<>();
    private final Map<Integer, List<String>> byFirstLetter = new HashMap<>();

    Spelling(Collection<Document> documents) {
        for (Document document : documents) {
            for (String word : Terms.words(document.title() + "\n" + document.content())) {
                counts.merge(word, 1, Integer::sum);
            }
        }
        for (String word : counts.keySet()) {
            stems.add(Terms.stem(word));
            if (word.length() >= SHORTEST - 1 && word.length() <= LONGEST) {
                byFirstLetter
                        .computeIfAbsent(word.codePointAt(0), letter -> new ArrayList<>())
                        .add(word);
            }
        }
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
                || COMMON_WORDS.contains(word)
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

    private static Set<String> commonWords() {
        try (InputStream list = Spelling.class.getResourceAsStream("common-words.txt")) {
            return new String(list.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
