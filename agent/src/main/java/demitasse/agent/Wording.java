package demitasse.agent;

import java.util.Optional;

/**
 * The small fixed texts for one customer: in the language that they wish for, or else write in, as far as there are texts in
 * it.
 *
 * @param language the code of that language
 */
record Wording(String language, Phrases phrases, Languages languages) {
    private static final String FOREIGN = "language";

    static Wording of(String language, Phrases phrases, Languages languages) {
        return new Wording(language, phrases.in(language), languages);
    }

    /** @param code the language that the text is in */
    record Text(String text, String code) {
        Text and(Text more) {
            return new Text(text + " " + more.text, code);
        }
    }

    Text get(String key) {
        return new Text(phrases.get(key), code(key));
    }

    Text get(String key, String filledIn) {
        return new Text(phrases.get(key, filledIn), code(key));
    }

    private String code(String key) {
        return phrases.isTranslated(key) ? language : LanguageFiles.ENGLISH;
    }

    Text handoff(Escalation.Reason reason) {
        return get("handoff." + reason.label(), phrases.get("help_line"));
    }

    /** @param near titles of topics that are near the question; may be empty */
    Text decline(String near) {
        return (near.isEmpty() ? get("decline") : get("decline.near", near)).and(get("decline.person"));
    }

    /** Which languages are spoken here, where the customer's is none of them. */
    Text foreign() {
        String spoken = languages.spokenIn(code(FOREIGN));
        Text text = get(FOREIGN, spoken);
        return phrases.isTranslated(FOREIGN) ? text : text.and(get("decline.person"));
    }

    /** The answer to a wish; that for a language depends on whether we speak it. */
    Text preference(String key, Optional<String> wished) {
        if (wished.isEmpty()) {
            return get(key);
        }
        return languages.isSpoken(wished.get()) ? get(key + ".spoken") : get(key, languages.spokenIn(code(key)));
    }
}
