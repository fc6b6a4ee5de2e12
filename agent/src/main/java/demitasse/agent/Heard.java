package demitasse.agent;

/**
 * A message as rules read it. Those of English read the masked text. The tagger of names knows English only and masks other
 * languages' words ("humo del aparato"), so theirs read the words as they came, in memory.
 *
 * @param masked what may be stored
 * @param written normalised
 */
record Heard(String masked, String written, Languages.Likely languages, String plainMasked, String plainWritten) {
    static Heard of(String masked, String written, Languages languages) {
        return new Heard(masked, written, languages.likely(written), RuleSet.plain(masked), RuleSet.plain(written));
    }

    /** Some of the masked words, in the same language. */
    Heard piece(String text) {
        String plain = RuleSet.plain(text);
        return new Heard(text, text, languages, plain, plain);
    }

    /** In the form that rules of a language are written for. */
    String plain(String language) {
        return language.equals(LanguageFiles.ENGLISH) ? plainMasked : plainWritten;
    }
}
