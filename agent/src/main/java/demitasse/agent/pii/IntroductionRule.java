package demitasse.agent.pii;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names after "my name is" and the like, where the tagger must not miss one: up to three words that are no everyday ones. */
final class IntroductionRule implements PiiRule {
    private static final Pattern INTRODUCTION =
            Pattern.compile("(?iu)\\bmy (?:full |real |first |last )?name(?: is|['’]s|:| -)\\s+");
    private static final Pattern WORD = Pattern.compile("\\p{Lu}\\.(?= )|\\p{L}[\\p{L}\\p{M}'’-]*");
    private static final int MAX_WORDS = 3;
    private static final int NAME = Lexicon.GIVEN | Lexicon.SURNAME;
    private static final int EVERYDAY = Lexicon.COMMON | Lexicon.ENGLISH;

    @Override
    public List<Match> find(String text) {
        List<Match> matches = new ArrayList<>();
        Matcher introduction = INTRODUCTION.matcher(text);
        while (introduction.find()) {
            int start = introduction.end();
            int end = start;
            Matcher word = WORD.matcher(text);
            for (int n = 0; n < MAX_WORDS; n++) {
                word.region(n == 0 ? start : end + 1, text.length());
                if (!word.lookingAt() || !mayBeName(word.group())) {
                    break;
                }
                end = word.end();
                if (end == text.length() || text.charAt(end) != ' ') {
                    break;
                }
            }
            if (end > start) {
                matches.add(new Match("name", start, end));
            }
        }
        return matches;
    }

    private static boolean mayBeName(String word) {
        if (word.length() == 1 && Character.isLowerCase(word.charAt(0))) {
            return false;
        }
        int flags = Lexicon.bundled().flags(Lexicon.fold(word));
        boolean capital = Character.isUpperCase(word.codePointAt(0));
        return (flags & EVERYDAY) == 0 || capital && (flags & NAME) != 0;
    }
}
