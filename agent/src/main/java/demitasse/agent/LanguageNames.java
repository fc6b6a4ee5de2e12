package demitasse.agent;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Names of languages in English and, of those with many speakers, in themselves: "german", "deutsch". */
final class LanguageNames {
    private static final List<String> MANY_SPEAKERS = List.of(
            "ar", "bn", "cs", "da", "de", "el", "es", "fa", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko", "nl",
            "no", "pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh");
    private static final Map<String, String> CODES = new HashMap<>();

    static {
        add(MANY_SPEAKERS, false);
        add(List.of(Locale.getISOLanguages()), true);
    }

    private LanguageNames() {}

    private static void add(Collection<String> codes, boolean inEnglish) {
        for (String code : codes) {
            Locale language = Locale.of(code);
            Locale reader = inEnglish ? Locale.ENGLISH : language;
            CODES.put(language.getDisplayLanguage(reader).toLowerCase(Locale.ROOT), code);
        }
    }

    /** @param code of ISO 639 */
    static String inEnglish(String code) {
        return Locale.of(code).getDisplayLanguage(Locale.ENGLISH);
    }

    /** The ISO 639 code of a language by its name in lower case. */
    static Optional<String> code(String name) {
        return Optional.ofNullable(CODES.get(name));
    }
}
