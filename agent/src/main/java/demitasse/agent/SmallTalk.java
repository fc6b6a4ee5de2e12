package demitasse.agent;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Greetings, thanks and the like: which kind it is, by rules of each language. Answers come from {@link Phrases}, without a search. */
final class SmallTalk {
    /** Some small talk that no kind of the rules fits. */
    static final String OTHER = "small_talk";
    /** Yes, please: to an offer, if one was made. */
    static final String YES = "yes";

    static final String NO = "no";
    /** Of what was found without words. */
    static final String ANY_LANGUAGE = "";

    private static final List<String> KINDS = List.of(
            "greeting",
            "thanks",
            "bye",
            "how_are_you",
            "who_are_you",
            "capabilities",
            "joke",
            "praise",
            "insult",
            YES,
            NO,
            OTHER);
    private static final Pattern PUNCTUATION = Pattern.compile("[^\\p{L}\\p{N}' ]+");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private final Map<String, Map<String, Pattern>> byLanguage = new LinkedHashMap<>();

    /** @param language the one whose rules found it, or {@link #ANY_LANGUAGE} */
    record Found(String kind, String language) {
        boolean isYes() {
            return kind.equals(YES);
        }
    }

    /** @throws IllegalArgumentException if a file has a line that is no rule, saying where */
    SmallTalk(LanguageFiles files) {
        RuleSet.byLanguage(files, LanguageFiles.SMALL_TALK, KINDS)
                .forEach((language, set) -> byLanguage.put(language, set.compiled()));
    }

    /** The kind that the whole message is, by its words in any language. */
    Optional<Found> byRules(Heard message) {
        // "Super" is German, and English.
        boolean others = !message.languages().sure() && !message.languages().english();
        for (String language : message.languages().in(byLanguage.keySet(), others)) {
            String text = words(message.plain(language));
            for (Map.Entry<String, Pattern> kind : byLanguage.get(language).entrySet()) {
                if (kind.getValue().matcher(text).matches()) {
                    return Optional.of(new Found(kind.getKey(), language));
                }
            }
        }
        return Optional.empty();
    }

    /** Without punctuation but apostrophes, with single blanks. */
    static String words(String text) {
        String bare = PUNCTUATION.matcher(text).replaceAll(" ");
        return BLANKS.matcher(bare).replaceAll(" ").strip();
    }
}
