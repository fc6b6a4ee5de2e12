package demitasse.agent.pii;

import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells in which language a text is: by its script, or by small words of a language that English does not have. Silent when
 * in doubt, so names of people, towns and goods in other languages do no harm.
 */
public final class WrittenLanguage {
    public static final String ENGLISH = "en";

    private static final String RESOURCE = "languages.txt";
    /** Words of other languages that are parts of names. */
    private static final String NAMES = "names";
    /** Words of English that others have too, or that are as good as in theirs. */
    private static final String COGNATES = "cognates";

    /** Share of the letters that must be of another script. */
    private static final double MOST = 0.6;

    private static final int FEWEST_LETTERS = 3;
    /** Small words of the other language; fewer may be a name. */
    private static final int FEWEST_WORDS = 2;
    /** One in so many words is a small one in any language. */
    private static final int WORDS_A_HIT = 5;
    /** So many times as many words as those of other languages make it clear that a text is in English. */
    private static final int CLEARLY = 3;
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

    private static final List<String> CODES = new ArrayList<>();
    /** The languages that have a small word, as bits: those of the codes, and these two. */
    private static final Map<String, Integer> WORDS = new HashMap<>();

    private static final int OF_ENGLISH = 1 << 30;
    private static final int IN_NAMES = 1 << 29;
    private static final int COGNATE = 1 << 28;
    private static final int OTHERS = COGNATE - 1;

    static {
        for (String line : Lexicon.lines(RESOURCE)) {
            int tab = line.indexOf('\t');
            int bit = bit(line.substring(0, tab));
            for (String word : line.substring(tab + 1).split(" ")) {
                WORDS.merge(word, bit, (x, y) -> x | y);
            }
        }
    }

    private static int bit(String code) {
        if (code.equals(ENGLISH)) {
            return OF_ENGLISH;
        }
        if (code.equals(COGNATES)) {
            return OF_ENGLISH | COGNATE;
        }
        if (code.equals(NAMES)) {
            return IN_NAMES;
        }
        if (!CODES.contains(code)) {
            CODES.add(code);
        }
        return 1 << CODES.indexOf(code);
    }

    private WrittenLanguage() {}

    /**
     * What is known of a text.
     *
     * @param sure the code (ISO 639) of its language, if it surely is in another than English
     * @param likely the same, if it is rather in that than in English; for short texts too, of which nobody can be sure. Empty
     *     is a language too: that of words that are no English ones
     * @param english whether some word speaks for English, and nothing for another language
     */
    public record Guess(Optional<String> sure, Optional<String> likely, boolean english) {}

    public static Guess guess(String text) {
        Optional<String> script = byScript(text);
        if (script.isPresent()) {
            return new Guess(script, script, false);
        }
        List<String> words = words(text);
        Set<String> distinct = distinct(words);
        Optional<String> sure = byWords(distinct, words.size(), true);
        Optional<String> likely = sure.or(() -> byWords(distinct, words.size(), false));
        if (likely.isPresent()) {
            return new Guess(sure, likely, false);
        }
        if (distinct.stream().anyMatch(WrittenLanguage::isOnlyEnglish)) {
            return new Guess(sure, likely, true);
        }
        boolean english = distinct.stream().anyMatch(WrittenLanguage::isRatherEnglish);
        return new Guess(sure, isUnknown(words) ? Optional.of("") : Optional.empty(), english);
    }

    /** The code (ISO 639) of the text's language, if it surely is in another than English. */
    public static Optional<String> foreign(String text) {
        return guess(text).sure();
    }

    /**
     * The code of the text's language, if it surely is none of those expected: where Spanish is, a text of a few words that
     * Portuguese has too is not Portuguese.
     *
     * @param expected codes
     */
    public static Optional<String> foreign(String text, Collection<String> expected) {
        Optional<String> sure = foreign(text).filter(code -> !expected.contains(code));
        int ours = 0;
        for (String code : expected) {
            ours |= CODES.contains(code) ? bit(code) : 0;
        }
        if (sure.isEmpty() || ours == 0 || byScript(text).isPresent()) {
            return sure;
        }
        int theirs = bit(sure.get());
        int onlyTheirs = 0;
        int onlyOurs = 0;
        for (String word : distinct(words(text))) {
            int languages = WORDS.getOrDefault(word, 0);
            onlyTheirs += (languages & theirs) != 0 && (languages & (ours | IN_NAMES)) == 0 ? 1 : 0;
            onlyOurs += (languages & ours) != 0 && (languages & (theirs | IN_NAMES)) == 0 ? 1 : 0;
        }
        return onlyTheirs >= FEWEST_WORDS && onlyTheirs > onlyOurs ? sure : Optional.empty();
    }

    private static Set<String> distinct(List<String> words) {
        Set<String> distinct = new LinkedHashSet<>();
        words.forEach(word -> distinct.add(word.toLowerCase(Locale.ROOT)));
        return distinct;
    }

    /** Whether it surely is in English: it has small words of it, not all of which others have too, and hardly any of theirs. */
    public static boolean isEnglish(String text) {
        List<String> words = words(text);
        Set<String> distinct = distinct(words);
        long english = distinct.stream().filter(WrittenLanguage::isOfEnglish).count();
        long others = distinct.stream().filter(WrittenLanguage::isSmallWord).count();
        return english >= FEWEST_WORDS
                && english * WORDS_A_HIT >= words.size()
                && english > others * CLEARLY
                && distinct.stream().anyMatch(WrittenLanguage::isOnlyEnglish);
    }

    private static boolean isOfEnglish(String word) {
        return (WORDS.getOrDefault(word, 0) & (OF_ENGLISH | COGNATE)) == OF_ENGLISH;
    }

    /** Whether it is a small word of a language that English does not have. */
    static boolean isSmallWord(String lowerCase) {
        int languages = WORDS.getOrDefault(lowerCase, 0);
        return (languages & OF_ENGLISH) == 0 && (languages & OTHERS) != 0;
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

    private static Optional<String> byWords(Set<String> words, int all, boolean surely) {
        int[] found = new int[CODES.size()];
        int notInNames = 0;
        for (String word : words) {
            int languages = WORDS.getOrDefault(word, 0);
            if ((languages & OF_ENGLISH) == 0) {
                for (int bits = languages & OTHERS; bits != 0; bits &= bits - 1) {
                    found[Integer.numberOfTrailingZeros(bits)]++;
                }
                notInNames |= (languages & IN_NAMES) == 0 ? languages : 0;
            }
        }
        if (notInNames == 0) {
            return Optional.empty();
        }
        int english = 0;
        for (String word : words) {
            boolean speaksForEnglish = surely ? (WORDS.getOrDefault(word, 0) & OF_ENGLISH) != 0 : isRatherEnglish(word);
            english += speaksForEnglish ? 1 : 0;
        }
        int best = -1;
        for (int i = 0; i < found.length; i++) {
            boolean enough = !surely || found[i] >= FEWEST_WORDS && found[i] * WORDS_A_HIT >= all;
            boolean more = found[i] > english && (best < 0 || found[i] > found[best]);
            if ((notInNames >> i & 1) != 0 && enough && more) {
                best = i;
            }
        }
        return best < 0 ? Optional.empty() : Optional.of(CODES.get(best));
    }

    /** A small word that speaks for English, or any other word that only English has. */
    private static boolean isRatherEnglish(String word) {
        return WORDS.containsKey(word) ? isOnlyEnglish(word) : isInDictionary(word);
    }

    private static boolean isOnlyEnglish(String word) {
        return (WORDS.getOrDefault(word, 0) & (OF_ENGLISH | OTHERS)) == OF_ENGLISH;
    }

    private static boolean isInDictionary(String word) {
        return (Lexicon.bundled().flags(Lexicon.fold(word)) & (Lexicon.ENGLISH | Lexicon.COMMON)) != 0;
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        int start = -1;
        for (int i = 0; i <= text.length(); ) {
            int c = i < text.length() ? text.codePointAt(i) : ' ';
            boolean inside = Character.isLetter(c)
                    || Character.getType(c) == Character.NON_SPACING_MARK
                    || Character.getType(c) == Character.COMBINING_SPACING_MARK;
            if (inside && start < 0) {
                start = i;
            } else if (!inside && start >= 0) {
                words.add(text.substring(start, i));
                start = -1;
            }
            i += Character.charCount(c);
        }
        return words;
    }

    /**
     * More words that are written like no name and that English does not have than English ones;
     * or a German noun by its ending.
     */
    private static boolean isUnknown(List<String> words) {
        boolean capitalised = words.stream().allMatch(word -> Character.isUpperCase(word.codePointAt(0)));
        int english = 0;
        int unknown = 0;
        boolean telling =
                !words.isEmpty() && Character.isUpperCase(words.getFirst().codePointAt(0));
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            int flags = Lexicon.bundled().flags(Lexicon.fold(word));
            String lower = word.toLowerCase(Locale.ROOT);
            int languages = WORDS.getOrDefault(lower, 0);
            boolean lowerCase = Character.isLowerCase(word.codePointAt(0)) || i == 0 && !capitalised;
            if ((languages & OF_ENGLISH) != 0 || isInDictionary(lower)) {
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
