package demitasse.agent;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/**
 * What the assistant says in its own words, by key, in the customer's language where there is such a text; a shop's own file
 * may replace single lines or all. The key of a text in another language ends with its code: {@code greeting.de}.
 */
final class Phrases {
    private static final String RESOURCE = "phrases.properties";
    private static final String FILE_PROPERTY = "demitasse.phrases";
    /** Languages that have all phrases, each in a file of its own. */
    private static final List<String> TRANSLATED = List.of("de", "es", "fr");

    private final Properties texts;
    private final String language;

    private Phrases(Properties texts, String language) {
        this.texts = texts;
        this.language = language;
    }

    /** The bundled phrases, with those of the file that the system property names, if any, in their place. */
    static Phrases load() {
        try {
            Properties texts = bundled(RESOURCE);
            for (String code : TRANSLATED) {
                bundled("phrases." + code + ".properties").forEach((key, text) -> texts.put(key + "." + code, text));
            }
            String file = System.getProperty(FILE_PROPERTY);
            if (file != null) {
                try (Reader own = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
                    texts.load(own);
                }
            }
            return new Phrases(texts, "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Properties bundled(String resource) throws IOException {
        Properties texts = new Properties();
        texts.load(new StringReader(WordList.text(resource)));
        return texts;
    }

    /** The same in another language, as far as there are texts in it. */
    Phrases in(String code) {
        return new Phrases(texts, code);
    }

    /** Whether there is a text for the key in the language in use. */
    boolean isTranslated(String key) {
        return !language.isEmpty() && texts.containsKey(key + "." + language);
    }

    String get(String key) {
        String text = texts.getProperty(isTranslated(key) ? key + "." + language : key);
        if (text == null) {
            throw new IllegalArgumentException("no phrase " + key);
        }
        return text;
    }

    String get(String key, String filledIn) {
        return get(key).replace("{0}", filledIn);
    }
}
