package demitasse.rag;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which words the documents have, and which of them they write as names: with a capital letter that no beginning of a
 * sentence explains. Case and accents of what is asked for do not matter. One state of the knowledge base; immutable.
 */
public final class Vocabulary {
    static final Vocabulary EMPTY = new Vocabulary(Spelling.EMPTY, Map.of());

    private static final Pattern WORD = Pattern.compile("\\p{L}[\\p{L}\\p{M}\\p{N}'’-]*|\\p{N}[\\p{L}\\p{M}\\p{N}]*");
    /** A title of so many words that all have capitals tells nothing by them. */
    private static final int TITLE_WORDS = 3;

    private final Spelling words;
    /** How often a word, or two with a blank between, are written as a name. */
    private final Map<String, Integer> names;

    private Vocabulary(Spelling words, Map<String, Integer> names) {
        this.words = words;
        this.names = names;
    }

    /**
     * The state after a write, for which only the documents that differ are read.
     *
     * @param words the words after it
     * @param before the documents that this vocabulary is of, by id
     */
    Vocabulary after(Spelling wordsNow, Map<String, Entry> before, Map<String, Entry> now) {
        Map<String, Integer> changed = new HashMap<>(names);
        Spelling.differing(before, now, entry -> count(entry, -1, changed));
        Spelling.differing(now, before, entry -> count(entry, 1, changed));
        return new Vocabulary(wordsNow, changed);
    }

    /** Whether some document has the word, however it is written there. */
    public boolean has(String word) {
        return words.has(Terms.fold(word));
    }

    /** Whether some document writes the word as a name. */
    public boolean isName(String word) {
        return names.containsKey(Terms.fold(word));
    }

    /** Whether some document has the two one after the other, both with a capital letter: "Lelit Bianca". */
    public boolean isName(String first, String second) {
        return names.containsKey(Terms.fold(first) + " " + Terms.fold(second));
    }

    private static void count(Entry entry, int step, Map<String, Integer> names) {
        String title = entry.document().title();
        List<String> inTitle =
                WORD.matcher(title).results().map(word -> word.group()).toList();
        boolean allCapitals = inTitle.size() >= TITLE_WORDS && inTitle.stream().allMatch(Vocabulary::isCapital);
        count(title, allCapitals, step, names);
        for (Entry.Chunk chunk : entry.chunks()) {
            for (Sentence sentence : chunk.sentences()) {
                count(sentence.text(), false, step, names);
            }
        }
    }

    private static void count(String sentence, boolean pairsOnly, int step, Map<String, Integer> names) {
        Matcher word = WORD.matcher(sentence);
        String before = null;
        int end = 0;
        boolean first = true;
        while (word.find()) {
            if (!isCapital(word.group())) {
                before = null;
            } else {
                String folded = Terms.fold(word.group());
                if (!first && !pairsOnly) {
                    names.merge(folded, step, Spelling::sum);
                }
                if (before != null && word.start() == end + 1) {
                    names.merge(before + " " + folded, step, Spelling::sum);
                }
                before = folded;
            }
            end = word.end();
            first = false;
        }
    }

    private static boolean isCapital(String word) {
        return !Character.isLowerCase(word.codePointAt(0));
    }
}
