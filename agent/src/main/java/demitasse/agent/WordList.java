package demitasse.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Lists of words that lie beside the classes: blanks and line ends separate, a line that starts with # is a remark. */
final class WordList {
    private WordList() {}

    static Set<String> load(String resource) {
        Set<String> words = new HashSet<>();
        for (String line : text(resource).split("\n")) {
            if (!line.isBlank() && !line.startsWith("#")) {
                words.addAll(List.of(line.strip().split("\\s+")));
            }
        }
        return Set.copyOf(words);
    }

    static boolean exists(String resource) {
        return WordList.class.getResource(resource) != null;
    }

    static String text(String resource) {
        try (InputStream in = WordList.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
