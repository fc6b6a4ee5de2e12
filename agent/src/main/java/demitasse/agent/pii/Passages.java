package demitasse.agent.pii;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text by its sentences and lines, and which of them are in other languages than English. A sentence of which nothing is
 * known is in the language of the whole text.
 *
 * @param main the code of the language of the whole text
 */
record Passages(String main, List<Passage> all) {
    static final Passages ENGLISH = new Passages(WrittenLanguage.ENGLISH, List.of());

    /** The full stop of an abbreviation ends nothing. */
    private static final Pattern BREAK =
            Pattern.compile("[.!?](?<!\\b(?:[A-Za-z]|Dr|Prof|Hr|Fr|Fam|Sr|Sra|Srta|Sig|Dott|Mr|Mrs|Ms|St|Nr"
                    + "|Tel|Str|str|mw|dhr|av|ul|tel|nr)\\.)[.!?]*[\"”»)]?\\s+|\\n+");

    /** @param language a code of ISO 639; empty: some other than English */
    private record Passage(int start, int end, String language) {}

    /** @param noWords e-mail addresses, streets and the like, which are in no language */
    static Passages of(String whole, List<PiiRule.Match> noWords) {
        StringBuilder blanked = new StringBuilder(whole);
        for (PiiRule.Match match : noWords) {
            for (int i = match.start(); i < match.end(); i++) {
                blanked.setCharAt(i, ' ');
            }
        }
        return of(blanked.toString());
    }

    private static Passages of(String text) {
        WrittenLanguage.Guess whole = WrittenLanguage.guess(text);
        String main = whole.sure().or(whole::likely).orElse(WrittenLanguage.ENGLISH);
        List<Passage> all = new ArrayList<>();
        Matcher matcher = BREAK.matcher(text);
        int start = 0;
        while (start < text.length()) {
            int end = matcher.find() ? matcher.end() : text.length();
            boolean one = start == 0 && end == text.length();
            all.add(new Passage(start, end, one ? main : language(text.substring(start, end), main)));
            start = end;
        }
        return new Passages(main, all);
    }

    private static String language(String sentence, String main) {
        WrittenLanguage.Guess own = WrittenLanguage.guess(sentence);
        if (own.sure().isPresent()) {
            return own.sure().get();
        }
        boolean english = main.equals(WrittenLanguage.ENGLISH) || own.english();
        return english ? own.likely().orElse(WrittenLanguage.ENGLISH) : main;
    }

    boolean hasForeign() {
        return all.stream().anyMatch(passage -> !passage.language.equals(WrittenLanguage.ENGLISH));
    }

    /** The code of the language at an offset. */
    String at(int offset) {
        for (Passage passage : all) {
            if (offset < passage.end) {
                return passage.language;
            }
        }
        return main;
    }

    boolean isForeignAt(int offset) {
        return !at(offset).equals(WrittenLanguage.ENGLISH);
    }
}
