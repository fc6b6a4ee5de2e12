package demitasse.rag;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The words of a chunk and of its document's title, each once, with how often it stands in either. Read once from the
 * text; {@link KeywordIndex} and {@link Spelling} are made from it.
 *
 * @param words folded, as {@link Terms#words} has them, in no order that matters
 * @param inTitle how often each stands in the title
 * @param inText how often each stands in the chunk's text
 */
record WordCounts(String[] words, int[] inTitle, int[] inText) {
    /** Reads chunks one after the other and keeps each word once: ten thousand chunks have few words of their own. */
    static final class Reader {
        private final Map<String, String> known = new HashMap<>();

        WordCounts read(String title, String text) {
            Map<String, int[]> counts = new LinkedHashMap<>();
            count(Terms.words(title), 0, counts);
            count(Terms.words(text), 1, counts);
            String[] words = new String[counts.size()];
            int[] inTitle = new int[words.length];
            int[] inText = new int[words.length];
            int i = 0;
            for (Map.Entry<String, int[]> entry : counts.entrySet()) {
                words[i] = entry.getKey();
                inTitle[i] = entry.getValue()[0];
                inText[i++] = entry.getValue()[1];
            }
            return new WordCounts(words, inTitle, inText);
        }

        private void count(List<String> words, int field, Map<String, int[]> counts) {
            for (String word : words) {
                String kept = known.putIfAbsent(word, word);
                counts.computeIfAbsent(kept == null ? word : kept, w -> new int[2])[field]++;
            }
        }
    }
}
