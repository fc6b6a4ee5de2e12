package demitasse.agent;

import demitasse.rag.Sentences;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether a generated answer says only what its sources say: each sentence's numbers must all stand in them, and most
 * of its content words. A small model that reads "5 to 7 days" and writes "2 to 5 days" fails here.
 */
final class GroundingCheck {
    /** Share of a sentence's content words that the sources must have. */
    private static final double MIN_WORDS = 0.6;

    /**
     * What leads out of the answer or is more than words: addresses, mail addresses, markup, characters that nobody sees.
     * It must stand in the sources as it is, or a link could carry off what a customer said.
     */
    private static final Pattern NOT_WORDS = Pattern.compile(
            "(?i)[a-z][a-z0-9+.-]{1,15}://[^\\s)\\]>\"']*|\\b(?:www|mailto|tel|data|javascript)[.:][^\\s)\\]>\"']+"
                    + "|\\b[\\w-]+(?:\\.[\\w-]+)*\\.[a-z]{2,12}/[^\\s)\\]>\"']*|[\\w.+-]+@[\\w.-]+"
                    + "|\\b(?-i:[a-z0-9-]+\\.)+(?-i:[a-z]{2,6})\\b|!?\\[[^\\]]*]\\([^)]*\\)|</?[a-z!][^>]*>?"
                    + "|[\\p{Cc}\\p{Cf}\\x{E0100}-\\x{E01EF}&&[^\\n\\r\\t\\u00ad\\u200c\\u200d]]");

    private GroundingCheck() {}

    /** @param sources titles and contents that the model was given */
    static boolean isGrounded(String answer, List<String> sources) {
        Set<String> words = new HashSet<>();
        Set<String> numbers = new HashSet<>();
        for (String source : sources) {
            words.addAll(Words.content(source));
            numbers.addAll(Words.numbers(source));
        }
        List<String> sentences = Sentences.split(answer);
        return isPlain(answer, sources)
                && !sentences.isEmpty()
                && sentences.stream().allMatch(sentence -> stands(sentence, words, numbers));
    }

    private static boolean isPlain(String answer, List<String> sources) {
        String all = String.join("\n", sources);
        return NOT_WORDS
                .matcher(answer)
                .results()
                .map(match -> match.group().replaceAll("[.,;:!?]+$", "")) // the sentence's, not the address's
                .allMatch(all::contains);
    }

    private static boolean stands(String sentence, Set<String> words, Set<String> numbers) {
        String withoutItemNumbers = sentence.replaceAll("(?m)^\\s*\\d{1,2}[.)]\\s+", "");
        if (!numbers.containsAll(Words.numbers(withoutItemNumbers))) {
            return false;
        }
        Set<String> said = Words.content(withoutItemNumbers);
        long known = said.stream().filter(words::contains).count();
        return known >= MIN_WORDS * said.size();
    }
}
