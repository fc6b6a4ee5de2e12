package demitasse.agent.pii;

import java.lang.Character.UnicodeScript;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Tells in which language a text is: by its script, or by small words of a language that English does not have. Silent when
 * in doubt, so names of people, towns and goods in other languages do no harm.
 */
public final class WrittenLanguage {
    public static final String ENGLISH = "en";

    private static final String RESOURCE = "languages.txt";
    /** Words of other languages that are parts of names. */
    private static final String NAMES = "names";

    /** Share of the letters that must be of another script. */
    private static final double MOST = 0.6;

    private static final int FEWEST_LETTERS = 3;
    /** Small words of the other language; fewer may be a name. */
    private static final int FEWEST_WORDS = 2;
    /** One in so many words is a small one in any language. */
    private static final int WORDS_A_HIT = 5;
    /** A word of this length that English does not have counts against English. */
    private static final int TELLING_LENGTH = 4;

    /** German nouns by their endings, which surnames do not have. */
    static final Pattern NOUN = Pattern.compile("(?:ung|ungen|heit|keit|schaft|tät|nummer|adresse)$");

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

    private static final Map<String, Set<String>> WORDS = new LinkedHashMap<>();
    private static final Set<String> OF_ENGLISH;
    private static final Set<String> IN_NAMES;
    /** English words that are small words of another language too; they speak for neither. */
    private static final Set<String> SHARED;

    static {
        for (String line : Lexicon.lines(RESOURCE)) {
            int tab = line.indexOf('\t');
            WORDS.computeIfAbsent(line.substring(0, tab), code -> new HashSet<>())
                    .addAll(List.of(line.substring(tab + 1).split(" ")));
        }
        OF_ENGLISH = WORDS.remove(ENGLISH);
        IN_NAMES = WORDS.remove(NAMES);
        SHARED = WORDS.values().stream()
                .flatMap(Set::stream)
                .filter(OF_ENGLISH::contains)
                .collect(Collectors.toUnmodifiableSet());
        WORDS.values().forEach(own -> own.removeAll(OF_ENGLISH));
    }

    private WrittenLanguage() {}

    /** The code (ISO 639) of the text's language, if it surely is in another than English. */
    public static Optional<String> foreign(String text) {
        return byScript(text).or(() -> byWords(text, true));
    }

    /**
     * The code of the language that the text is rather in than in English; for short texts too, of which nobody can be sure.
     * The code is empty where all that is known is that the words are no English ones.
     */
    static Optional<String> likelyForeign(String text) {
        return byScript(text)
                .or(() -> byWords(text, false))
                .or(() -> isUnknown(text) ? Optional.of("") : Optional.empty());
    }

    /** Whether the text has a small word of English and none that English does not have. */
    static boolean isEnglish(String text) {
        return words(text.toLowerCase(Locale.ROOT)).stream().anyMatch(WrittenLanguage::isRatherEnglish)
                && byWords(text, false).isEmpty();
    }

    /** Whether it is a small word of a language that English does not have. */
    static boolean isSmallWord(String lowerCase) {
        return WORDS.values().stream().anyMatch(own -> own.contains(lowerCase));
    }

    private static Optional<String> byScript(String text) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        int[] letters = text.codePoints().filter(Character::isLetter).toArray();
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

    private static Optional<String> byWords(String text, boolean surely) {
        List<String> all = words(text.toLowerCase(Locale.ROOT));
        long ofEnglish = all.stream()
                .distinct()
                .filter(word -> surely ? OF_ENGLISH.contains(word) : isRatherEnglish(word))
                .count();
        IntPredicate enough = found -> !surely || found >= FEWEST_WORDS && found * WORDS_A_HIT >= all.size();
        Map<String, Integer> hits = new LinkedHashMap<>();
        WORDS.forEach((code, own) -> {
            List<String> found = all.stream().distinct().filter(own::contains).toList();
            if (!IN_NAMES.containsAll(found) && found.size() > ofEnglish && enough.test(found.size())) {
                hits.put(code, found.size());
            }
        });
        return hits.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    }

    /** A small word that speaks for English, or any other word that only English has. */
    private static boolean isRatherEnglish(String word) {
        boolean english = OF_ENGLISH.contains(word) ? !SHARED.contains(word) : isInDictionary(word);
        return english && !isSmallWord(word);
    }

    private static boolean isInDictionary(String word) {
        return (Lexicon.bundled().flags(Lexicon.fold(word)) & (Lexicon.ENGLISH | Lexicon.COMMON)) != 0;
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.replace('’', '\'').split("[^\\p{L}\\p{M}]+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /**
     * More words that are written like no name and that English does not have than English ones, and none of its small ones;
     * or a German noun by its ending.
     */
    private static boolean isUnknown(String text) {
        List<String> words = words(text);
        boolean capitalised = words.stream().allMatch(word -> Character.isUpperCase(word.codePointAt(0)));
        int english = 0;
        int unknown = 0;
        boolean telling =
                !words.isEmpty() && Character.isUpperCase(words.getFirst().codePointAt(0));
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            int flags = Lexicon.bundled().flags(Lexicon.fold(word));
            String lower = word.toLowerCase(Locale.ROOT);
            if (OF_ENGLISH.contains(lower) && !SHARED.contains(lower)) {
                return false;
            }
            boolean lowerCase = Character.isLowerCase(word.codePointAt(0)) || i == 0 && !capitalised;
            if (OF_ENGLISH.contains(lower) || isInDictionary(lower)) {
                english++;
            } else if (isSmallWord(lower)) {
                unknown++;
            } else if (flags == 0 && word.length() >= TELLING_LENGTH) {
                unknown += lowerCase || NOUN.matcher(word).find() ? 1 : 0;
                telling |= lowerCase && !Lexicon.isAscii(word);
            }
        }
        return unknown > english && telling;
    }
}
