package demitasse.agent;

import demitasse.rag.Sentences;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether a generated answer says only what its sources say: each sentence's numbers must all stand in them, and most
 * of its content words. A small model that reads "5 to 7 days" and writes "2 to 5 days" fails here.
 */
final class GroundingCheck {
    /** Share of a sentence's content words that the sources must have. */
    private static final double MIN_WORDS = 0.6;

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
        return !sentences.isEmpty() && sentences.stream().allMatch(sentence -> stands(sentence, words, numbers));
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
