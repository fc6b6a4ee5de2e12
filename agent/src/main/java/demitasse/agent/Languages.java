package demitasse.agent;

import java.lang.Character.UnicodeScript;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tells in which language a message is, if it surely is in another than the knowledge base: by its script, or by small
 * words of a language that English does not have. Silent when in doubt, so names of people, towns and goods in other
 * languages do no harm.
 */
final class Languages {
    private static final String RESOURCE = "languages.txt";
    private static final String ENGLISH = "en";
    /** Words of other languages that are parts of names. */
    private static final String NAMES = "names";

    /** Share of the letters that must be of another script. */
    private static final double MOST = 0.6;

    private static final int FEWEST_LETTERS = 3;
    /** Small words of the other language; fewer may be a name. */
    private static final int FEWEST_WORDS = 2;
    /** One in so many words is a small one in any language. */
    private static final int WORDS_A_HIT = 5;

    private static final Map<UnicodeScript, String> BY_SCRIPT = new EnumMap<>(Map.ofEntries(
            Map.entry(UnicodeScript.CYRILLIC, "ru"),
            Map.entry(UnicodeScript.GREEK, "el"),
            Map.entry(UnicodeScript.ARABIC, "ar"),
            Map.entry(UnicodeScript.HEBREW, "he"),
            Map.entry(UnicodeScript.DEVANAGARI, "hi"),
            Map.entry(UnicodeScript.HAN, "zh"),
            Map.entry(UnicodeScript.HIRAGANA, "ja"),
            Map.entry(UnicodeScript.KATAKANA, "ja"),
            Map.entry(UnicodeScript.HANGUL, "ko"),
            Map.entry(UnicodeScript.THAI, "th")));

    private final List<String> spoken;
    private final Map<String, Set<String>> words = new LinkedHashMap<>();
    private final Set<String> english;
    private final Set<String> inNames;

    /** @param spoken codes of the languages that the knowledge base has, as {@code en} or {@code en, de} */
    Languages(String spoken) {
        this.spoken = List.of(spoken.strip().split("[\\s,]+"));
        for (String line : WordList.text(RESOURCE).split("\n")) {
            int tab = line.indexOf('\t');
            if (tab > 0 && !line.startsWith("#")) {
                words.computeIfAbsent(line.substring(0, tab), code -> new HashSet<>())
                        .addAll(List.of(line.substring(tab + 1).split(" ")));
            }
        }
        english = words.remove(ENGLISH);
        inNames = words.remove(NAMES);
        words.values().forEach(own -> own.removeAll(english));
    }

    /** The code of the message's language, if that is surely none that is spoken here. */
    Optional<String> foreign(String message) {
        return recognised(message).filter(code -> !spoken.contains(code));
    }

    /** The code of the message's language; where that is not sure, the first that is spoken here. */
    String of(String message) {
        return recognised(message).orElse(spoken.getFirst());
    }

    private Optional<String> recognised(String message) {
        return byScript(message).or(() -> byWords(message));
    }

    /** The names of the languages spoken here, in the given language. */
    String spokenIn(String code) {
        Locale reader = Locale.of(code);
        return spoken.stream()
                .map(own -> Locale.of(own).getDisplayLanguage(reader))
                .collect(Collectors.joining(", "));
    }

    private static Optional<String> byScript(String message) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        int[] letters = message.codePoints().filter(Character::isLetter).toArray();
        for (int letter : letters) {
            String code = BY_SCRIPT.get(UnicodeScript.of(letter));
            if (code != null) {
                counts.merge(code, 1, Integer::sum);
            }
        }
        int foreign = counts.values().stream().mapToInt(Integer::intValue).sum();
        if (foreign < FEWEST_LETTERS || foreign < MOST * letters.length) {
            return Optional.empty();
        }
        // Japanese is written with Chinese characters too, but never long without its own.
        return counts.containsKey("ja")
                ? Optional.of("ja")
                : counts.keySet().stream().max((a, b) -> counts.get(a) - counts.get(b));
    }

    private Optional<String> byWords(String message) {
        List<String> all =
                List.of(message.toLowerCase(Locale.ROOT).replace('’', '\'').split("[^\\p{L}\\p{M}]+"));
        long ofEnglish = all.stream().distinct().filter(english::contains).count();
        Map<String, Integer> hits = new LinkedHashMap<>();
        words.forEach((code, own) -> {
            List<String> found = all.stream().distinct().filter(own::contains).toList();
            boolean namesOnly = inNames.containsAll(found);
            if (!namesOnly
                    && found.size() >= FEWEST_WORDS
                    && found.size() > ofEnglish
                    && found.size() * WORDS_A_HIT >= all.size()) {
                hits.put(code, found.size());
            }
        });
        return hits.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    }
}
