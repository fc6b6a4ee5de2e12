package demitasse.agent.pii;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads names of people word by word in texts of other languages than English, and tells what lists say of the words. */
final class NameReader {
    static final String GAP = "[ \\u00a0]+";

    private static final Pattern WORD = Pattern.compile("\\p{L}[\\p{L}\\p{M}]*(?:['’-]\\p{L}[\\p{L}\\p{M}]*)*");
    private static final Pattern DEGREE =
            Pattern.compile("(?iu)(?:dr|prof|dipl|ing|mag|h\\.c|med)\\.?(?:-ing\\.)?" + GAP);
    private static final int MAX_WORDS = 4;

    private static final Set<String> EVERYDAY = Lexicon.lines("other-words.txt").stream()
            .flatMap(line -> List.of(line.split(" ")).stream())
            .map(Lexicon::fold)
            .collect(Collectors.toUnmodifiableSet());
    private static final Set<String> PARTICLES = Set.of(
            "von", "van", "vom", "zu", "zum", "zur", "der", "den", "de", "del", "della", "di", "da", "do", "dos", "das",
            "du", "des", "la", "le", "el", "al", "y", "bin", "ibn", "ter", "ten", "ben", "af");

    private final String text;

    NameReader(String text) {
        this.text = text;
    }

    /** Whether a word can be a part of a name. */
    interface Fits {
        boolean test(String word, boolean first);
    }

    /** Up to four words from here on that fit, with particles between them; null if the first does not. */
    PiiRule.Match name(int from, Fits fits) {
        int start = behindDegrees(from);
        int end = -1;
        int at = start;
        Matcher word = WORD.matcher(text);
        for (int words = 0; words < MAX_WORDS; ) {
            word.region(at, text.length());
            if (!word.lookingAt()) {
                break;
            }
            boolean surname = words > 0 && isWritten(word.group()) && isListed(word.group());
            boolean particle = isParticle(word.group()) && !surname;
            if (!particle && !fits.test(word.group(), words == 0)) {
                break;
            }
            at = word.end();
            if (!particle) {
                end = at;
                words++;
            }
            if (at >= text.length() || text.charAt(at) != ' ') {
                break;
            }
            at++;
        }
        return end < 0 ? null : new PiiRule.Match("name", start, end);
    }

    private int behindDegrees(int from) {
        int start = from;
        Matcher degree = DEGREE.matcher(text).region(from, text.length());
        while (degree.lookingAt()) {
            start = degree.end();
            degree.region(start, text.length());
        }
        return start;
    }

    Matcher words() {
        return WORD.matcher(text);
    }

    List<String> wordsOf(PiiRule.Match match) {
        return WORD.matcher(text.substring(match.start(), match.end()))
                .results()
                .map(MatchResult::group)
                .toList();
    }

    static boolean isParticle(String word) {
        return PARTICLES.contains(word.toLowerCase(Locale.ROOT));
    }

    /** What the lexicon says of a word as it is written. */
    static int flags(String word) {
        return Lexicon.bundled().flags(Lexicon.fold(word));
    }

    static boolean isListed(String word) {
        return (flags(word) & (Lexicon.GIVEN | Lexicon.SURNAME)) != 0;
    }

    /** With a capital letter, and not shouted. */
    static boolean isWritten(String word) {
        return Character.isUpperCase(word.codePointAt(0))
                && (word.length() < 2 || word.chars().anyMatch(Character::isLowerCase));
    }

    /** A word that names nobody by itself, whether or not lists have it as a name too. */
    static boolean isEveryday(String word) {
        return EVERYDAY.contains(Lexicon.fold(word)) || WrittenLanguage.isSmallWord(word.toLowerCase(Locale.ROOT));
    }
}
