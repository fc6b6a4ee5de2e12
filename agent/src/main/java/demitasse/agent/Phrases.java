package demitasse.agent;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** What the assistant says in its own words, by key; a shop's own file may replace single lines or all. */
final class Phrases {
    private static final String RESOURCE = "phrases.properties";
    private static final String FILE_PROPERTY = "demitasse.phrases";

    private final Properties texts;

    private Phrases(Properties texts) {
        this.texts = texts;
    }

    /** The bundled phrases, with those of the file that the system property names, if any, in their place. */
    static Phrases load() {
        Properties texts = new Properties();
        try (Reader bundled = new StringReader(WordList.text(RESOURCE))) {
            texts.load(bundled);
            String file = System.getProperty(FILE_PROPERTY);
            if (file != null) {
                try (Reader own = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
                    texts.load(own);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Phrases(texts);
    }

    boolean has(String key) {
        return texts.getProperty(key) != null;
    }

    String get(String key) {
        String text = texts.getProperty(key);
        if (text == null) {
            throw new IllegalArgumentException("no phrase " + key);
        }
        return text;
    }

    String get(String key, String filledIn) {
        return get(key).replace("{0}", filledIn);
    }
}
