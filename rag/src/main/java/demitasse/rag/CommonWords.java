package demitasse.rag;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** English words of four letters and more that every text may have; the lists tell where they are from. */
final class CommonWords {
    private static final Set<String> WORDS = read("common-words.txt").collect(Collectors.toUnmodifiableSet());
    /** The lists leave out many plurals, past tenses and the like, which have the stem of a word that they have. */
    private static final Set<String> STEMS = Stream.concat(WORDS.stream(), read("dictionary.txt"))
            .map(Terms::stem)
            .collect(Collectors.toUnmodifiableSet());

    private CommonWords() {}

    /** Whether a word is frequent, so that every encoder has it whole. @param word in lower case */
    static boolean contains(String word) {
        return WORDS.contains(word);
    }

    /** Whether it is a word at all, or another form of one. @param word in lower case */
    static boolean isEnglish(String word) {
        return STEMS.contains(Terms.stem(word));
    }

    private static Stream<String> read(String name) {
        try (InputStream list = CommonWords.class.getResourceAsStream(name)) {
            return new String(list.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .flatMap(line -> Arrays.stream(line.split(" ")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
