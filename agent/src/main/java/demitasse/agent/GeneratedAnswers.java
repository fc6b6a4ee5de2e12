package demitasse.agent;

import demitasse.rag.Hit;
import demitasse.rag.TableText;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Answers in a model's words from given sources, only where they pass the {@link GroundingCheck}. */
final class GeneratedAnswers {
    private static final int MAX_TOKENS = 200;
    private static final int MAX_SOURCE_CHARS = 1500;
    private static final String INSTRUCTIONS =
            "You answer customers of a shop. Use only the sources below. Answer in one to three short sentences, in plain"
                    + " words, and keep every number as it stands in the sources. If the sources do not hold the answer,"
                    + " say: I don't know.";

    private final TextGenerator generator;

    GeneratedAnswers(TextGenerator generator) {
        this.generator = generator;
    }

    /**
     * @param question masked
     * @param wished code of the language that the customer wishes for; may be empty
     * @return empty if the check refused the model's text, or the model gave up
     */
    Optional<String> answer(String question, List<Hit> hits, String wished) {
        List<String> sources = hits.stream().map(GeneratedAnswers::source).toList();
        String prompt = sources.stream().collect(Collectors.joining("\n\n", "Sources:\n", "\n\nQuestion: " + question));
        String text = generator
                .generate(
                        List.of(
                                new TextGenerator.Message("system", instructions(wished)),
                                new TextGenerator.Message("user", prompt)),
                        MAX_TOKENS,
                        piece -> {})
                .strip();
        boolean gaveUp = text.isEmpty() || text.toLowerCase(Locale.ROOT).contains("don't know");
        return !gaveUp && GroundingCheck.isGrounded(text, sources) ? Optional.of(text) : Optional.empty();
    }

    /** Numbers and the words of the check are those of the sources: an answer in another language rarely passes it. */
    private static String instructions(String wished) {
        return wished.isEmpty() ? INSTRUCTIONS : INSTRUCTIONS + " Answer in " + LanguageNames.inEnglish(wished) + ".";
    }

    private static String source(Hit hit) {
        String content = TableText.told(hit.document().content());
        String text = content.length() <= MAX_SOURCE_CHARS ? content : hit.chunk();
        return hit.document().title() + "\n" + text;
    }
}
