package demitasse.agent;

import java.io.IOException;
import java.io.StringReader;
import java.util.Optional;
import java.util.Properties;

/**
 * What the assistant says in its own words, by key, in the customer's language where there is such a text, else in English; a
 * shop's own files may replace single lines or all. The key of a text in another language ends with its code:
 * {@code greeting.de}.
 */
final class Phrases {
    private final Properties texts;
    private final String language;

    private Phrases(Properties texts, String language) {
        this.texts = texts;
        this.language = language;
    }

    /** @throws IllegalArgumentException if a file cannot be read as properties, naming it */
    static Phrases of(LanguageFiles files) {
        Properties texts = new Properties();
        for (LanguageFiles.LanguageFile file : files.of(LanguageFiles.PHRASES)) {
            Properties own = new Properties();
            try {
                own.load(new StringReader(file.text()));
            } catch (IOException | IllegalArgumentException e) {
                throw new IllegalArgumentException(file.origin() + ": " + e.getMessage());
            }
            boolean english = file.language().equals(LanguageFiles.ENGLISH);
            own.forEach((key, text) -> texts.put(english ? key : key + "." + file.language(), text));
        }
        return new Phrases(texts, "");
    }

    /** The same in another language, as far as there are texts in it. */
    Phrases in(String code) {
        return new Phrases(texts, code);
    }

    /** Whether there is a text for the key in the language in use. */
    boolean isTranslated(String key) {
        return !language.isEmpty() && texts.containsKey(key + "." + language);
    }

    /** What is set for a key that has no text in English. */
    Optional<String> setting(String key) {
        return Optional.ofNullable(texts.getProperty(key));
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
