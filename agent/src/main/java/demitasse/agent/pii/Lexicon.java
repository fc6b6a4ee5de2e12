package demitasse.agent.pii;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What lists say about a word: a set of flags. Words are compared without case and accents. The lists lie beside this
 * class; a line that starts with # is a remark. Immutable.
 */
final class Lexicon {
    static final int GIVEN = 1;
    static final int SURNAME = 1 << 1;
    static final int PLACE = 1 << 2;
    /** A word of a street's own name, such as Vizovická. */
    static final int STREET = 1 << 3;
    /** Everyday words, which say little when they are also names. */
    static final int COMMON = 1 << 4;
    /** Words such as Street and Avenue, and abbreviations of them. */
    static final int STREET_KIND = 1 << 5;
    /** Apartment, suite, floor. */
    static final int UNIT = 1 << 6;

    static final int TITLE = 1 << 7;
    static final int STATE = 1 << 8;
    static final int FIRM = 1 << 9;
    static final int CALENDAR = 1 << 10;
    /** Words that announce an address. */
    static final int ADDRESS_CUE = 1 << 11;
    /** Words that announce a name. */
    static final int NAME_CUE = 1 << 12;
    /** Particles between given name and surname. */
    static final int PARTICLE = 1 << 13;

    /** In the dictionary, perhaps inflected. */
    static final int ENGLISH = 1 << 14;

    private static final int NAMES_AND_PLACES = GIVEN | SURNAME | PLACE | STREET;
    private static final Map<String, Integer> WORD_LISTS = Map.of(
            "street-kind", STREET_KIND,
            "unit", UNIT,
            "title", TITLE,
            "state", STATE,
            "firm", FIRM,
            "calendar", CALENDAR,
            "address-cue", ADDRESS_CUE,
            "name-cue", NAME_CUE,
            "particle", PARTICLE);
    /** Letters that do not fall apart into a base letter and an accent. */
    private static final Map<Character, String> BASE_LETTERS = Map.ofEntries(
            Map.entry('ø', "o"),
            Map.entry('đ', "d"),
            Map.entry('ð', "d"),
            Map.entry('þ', "th"),
            Map.entry('ß', "ss"),
            Map.entry('ł', "l"),
            Map.entry('æ', "ae"),
            Map.entry('œ', "oe"),
            Map.entry('ı', "i"),
            Map.entry('ə', "e"),
            Map.entry('’', "'"));

    private static final int SHORTEST_INFLECTED = 4;

    private final Map<String, Integer> flags;
    private final int withheldPercent;

    private Lexicon(Map<String, Integer> flags, int withheldPercent) {
        this.flags = flags;
        this.withheldPercent = withheldPercent;
    }

    static Lexicon bundled() {
        return Bundled.LEXICON;
    }

    /** Loaded at first use. */
    private static final class Bundled {
        static final Lexicon LEXICON = load();
    }

    /** The same lists with a part of the names and places missing: what a training text should be read with. */
    Lexicon withholding(int percent) {
        return new Lexicon(flags, percent);
    }

    private static Lexicon load() {
        Map<String, Integer> flags = new HashMap<>();
        addAll(flags, "given-names.txt", GIVEN);
        addAll(flags, "surnames.txt", SURNAME);
        addAll(flags, "places.txt", PLACE);
        addAll(flags, "streets.txt", STREET);
        lines("common-words.txt").forEach(line -> add(flags, line, COMMON));
        lines("dictionary.txt").forEach(line -> add(flags, line, ENGLISH));
        lists("words.txt").forEach((key, words) -> words.forEach(word -> add(flags, word, WORD_LISTS.get(key))));
        return new Lexicon(Map.copyOf(flags), 0);
    }

    private static void addAll(Map<String, Integer> flags, String resource, int flag) {
        lists(resource).values().forEach(words -> words.forEach(word -> add(flags, word, flag)));
    }

    private static void add(Map<String, Integer> flags, String words, int flag) {
        for (String word : words.split("[\\s-]+")) {
            // Particles of names of places ("de", "am") say nothing.
            if (word.length() > 2 || (flag & NAMES_AND_PLACES) == 0) {
                flags.merge(fold(word), flag, (a, b) -> a | b);
            }
        }
    }

    /** @param word as {@link #fold} gives it; for words with hyphens the flags of their parts are joined */
    int flags(String word) {
        int found = flagsOfPart(word);
        if (found == 0 && word.indexOf('-') > 0) {
            for (String part : word.split("-")) {
                found |= flagsOfPart(part);
            }
        }
        return found;
    }

    private int flagsOfPart(String word) {
        int found = flags.getOrDefault(word, 0);
        if ((found & ENGLISH) == 0 && isInflected(word)) {
            found |= ENGLISH;
        }
        if (withheldPercent > 0 && Math.floorMod(word.hashCode(), 100) < withheldPercent) {
            return found & ~NAMES_AND_PLACES;
        }
        return found;
    }

    /** The dictionary leaves out most plurals, past tenses and adverbs. */
    private boolean isInflected(String word) {
        int n = word.length();
        if (n < SHORTEST_INFLECTED) {
            return false;
        }
        if (word.endsWith("s")) {
            return isBase(word, 1, "")
                    || word.endsWith("es") && isBase(word, 2, "")
                    || word.endsWith("ies") && isBase(word, 3, "y");
        }
        if (word.endsWith("ed")) {
            return isBase(word, 1, "") || isBase(word, 2, "") || isBase(word, 3, "");
        }
        if (word.endsWith("ing")) {
            return isBase(word, 3, "") || isBase(word, 3, "e") || isBase(word, 4, "");
        }
        return word.endsWith("ly") && isBase(word, 2, "");
    }

    private boolean isBase(String word, int cut, String ending) {
        int length = word.length() - cut;
        return length > 2 && (flags.getOrDefault(word.substring(0, length) + ending, 0) & ENGLISH) != 0;
    }

    /** Lower case without accents. */
    static String fold(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        if (isAscii(lower)) {
            return lower;
        }
        StringBuilder folded = new StringBuilder(lower.length());
        String decomposed = Normalizer.normalize(lower, Normalizer.Form.NFD);
        for (int i = 0; i < decomposed.length(); i++) {
            char c = decomposed.charAt(i);
            if (Character.getType(c) != Character.NON_SPACING_MARK) {
                folded.append(BASE_LETTERS.getOrDefault(c, String.valueOf(c)));
            }
        }
        return folded.toString();
    }

    static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > '\u007f') {
                return false;
            }
        }
        return true;
    }

    /** Lists "key: word word", where _ stands for a blank. */
    static Map<String, List<String>> lists(String resource) {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        for (String line : lines(resource)) {
            int colon = line.indexOf(": ");
            List<String> words = lists.computeIfAbsent(line.substring(0, colon), key -> new ArrayList<>());
            for (String word : line.substring(colon + 2).strip().split(" +")) {
                words.add(word.replace('_', ' '));
            }
        }
        return lists;
    }

    /** The lines of a resource that are neither blank nor remarks. */
    static List<String> lines(String resource) {
        try (InputStream in = Lexicon.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
