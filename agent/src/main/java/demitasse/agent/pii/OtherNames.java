package demitasse.agent.pii;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names of people in texts of other languages than English, which the tagger has not learned: it takes German nouns and
 * Spanish verbs for names. So only what the words around it announce, or what the lists know, is a name here: after "ich
 * heiße", "Frau" or "Saludos", given names of the lists, and what the tagger sees beside an address.
 */
final class OtherNames {
    private static final String GAP = "[ \\u00a0]+";
    private static final Pattern WORD = Pattern.compile("\\p{L}[\\p{L}\\p{M}]*(?:['’-]\\p{L}[\\p{L}\\p{M}]*)*");
    private static final Pattern PREFIX =
            Pattern.compile("(?iu)(?:dr|prof|dipl|ing|mag|h\\.c|med)\\.?(?:-ing\\.)?[ \\u00a0]+");
    private static final Pattern BESIDE = Pattern.compile("[ ,;:\\n\\r-]{1,4}");
    private static final Pattern FOR = Pattern.compile("(?U)\\b(?:von|an|für|bei|mit|durch|nach|gegen|über) $");
    private static final int MAX_WORDS = 4;
    private static final int NAME = Lexicon.GIVEN | Lexicon.SURNAME;

    private static final Map<String, List<String>> CUES = cues();
    private static final Pattern CALLED = before("called", GAP);
    private static final Pattern NAMING = before("naming", "(?: ?:)?" + GAP);
    private static final Pattern TITLE = before("title", GAP);
    private static final Pattern LABEL = before("label", "(?: ?:|" + GAP + "(?:ist|est|es|è|is|är|er))" + GAP);
    private static final Pattern WEAK = before("weak", ",?" + GAP);
    private static final Pattern CLOSING = before("closing", "[,.!]?\\s+");
    private static final Pattern CLOSED = Pattern.compile("[.!]?[ \\t]*(?:\\n|$)");
    private static final Set<String> OTHER_WORDS = Lexicon.lines("other-words.txt").stream()
            .flatMap(line -> List.of(line.split(" ")).stream())
            .map(Lexicon::fold)
            .collect(Collectors.toUnmodifiableSet());
    private static final Set<String> PARTICLES = Set.of(
            "von", "van", "vom", "zu", "zum", "zur", "der", "den", "de", "del", "della", "di", "da", "do", "dos", "das",
            "du", "des", "la", "le", "el", "al", "y", "bin", "ibn", "ter", "ten", "ben", "af");

    private final String text;
    private final Passages passages;
    private final List<PiiRule.Match> found = new ArrayList<>();

    private OtherNames(String text, Passages passages) {
        this.text = text;
        this.passages = passages;
    }

    /** What follows words that announce a name without any doubt, wherever it stands: "je m'appelle", "mein Name ist". */
    static List<PiiRule.Match> introduced(String text) {
        OtherNames names = new OtherNames(text, null);
        names.behind(CALLED, (word, first) -> !isEveryday(word) || isWritten(word) && isListed(word));
        names.behind(
                NAMING,
                (word, first) -> isListed(word) && !isEveryday(word)
                        || isWritten(word) && (!isEveryday(word) || isListed(word)));
        return names.found;
    }

    /**
     * @param tagged what the tagger found, which knows English
     * @return names in those passages that are not English
     */
    static List<PiiRule.Match> of(String text, Passages passages, List<PiiRule.Match> tagged) {
        OtherNames names = new OtherNames(text, passages);
        names.behind(TITLE, (word, first) -> isWritten(word) && (!isEveryday(word) || isListed(word)));
        names.behind(LABEL, (word, first) -> isWritten(word) && !isEveryday(word));
        names.behindWeak();
        names.closed();
        names.listed(tagged);
        names.seen(tagged);
        names.found.removeIf(name -> !passages.isForeignAt(name.start()));
        return names.found;
    }

    private static Map<String, List<String>> cues() {
        return Lexicon.lines("name-cues.txt").stream()
                .collect(Collectors.groupingBy(
                        line -> line.substring(0, line.indexOf(':')),
                        Collectors.flatMapping(
                                line -> List.of(
                                        line.substring(line.indexOf(':') + 2).split(" \\| "))
                                        .stream(),
                                Collectors.toList())));
    }

    private static Pattern before(String kind, String gap) {
        String phrases = CUES.get(kind).stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(phrase ->
                        Pattern.quote(phrase).replace(" ", "\\E" + GAP + "\\Q").replace("'", "\\E['’]\\Q"))
                .collect(Collectors.joining("|"));
        return Pattern.compile("(?iu)(?<![\\p{L}\\p{N}])(?:" + phrases + ")" + gap);
    }

    /** Whether a word can be a part of a name. */
    private interface Fits {
        boolean test(String word, boolean first);
    }

    private void behind(Pattern cue, Fits fits) {
        Matcher matcher = cue.matcher(text);
        int from = 0;
        while (matcher.find(from)) {
            add(name(matcher.end(), fits));
            from = matcher.start() + 1;
        }
    }

    private void behindWeak() {
        Matcher matcher = WEAK.matcher(text);
        int from = 0;
        while (matcher.find(from)) {
            PiiRule.Match name = name(
                    matcher.end(), (word, first) -> isWritten(word) && (!isEveryday(word) || !first && isListed(word)));
            if (name != null
                    && WORD.matcher(text.substring(name.start(), name.end()))
                            .results()
                            .anyMatch(word -> isListed(word.group()))) {
                found.add(name);
            }
            from = matcher.start() + 1;
        }
    }

    private void add(PiiRule.Match name) {
        if (name != null) {
            found.add(name);
        }
    }

    /** Up to four words from here on that fit, with particles between them; null if the first does not. */
    private PiiRule.Match name(int from, Fits fits) {
        Matcher prefix = PREFIX.matcher(text).region(from, text.length());
        int start = from;
        while (prefix.lookingAt()) {
            start = prefix.end();
            prefix.region(start, text.length());
        }
        int end = -1;
        int at = start;
        Matcher word = WORD.matcher(text);
        for (int words = 0; words < MAX_WORDS; ) {
            word.region(at, text.length());
            if (!word.lookingAt()) {
                break;
            }
            boolean particle = PARTICLES.contains(word.group().toLowerCase(Locale.ROOT))
                    && !(words > 0 && isWritten(word.group()) && isListed(word.group()));
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

    /** "Viele Grüße, Anna Schmidt" at the end of a line or of the text. */
    private void closed() {
        Matcher closing = CLOSING.matcher(text);
        while (closing.find()) {
            PiiRule.Match name = name(closing.end(), (word, first) -> isWritten(word) && !isEveryday(word));
            if (name != null
                    && CLOSED.matcher(text).region(name.end(), text.length()).lookingAt()) {
                found.add(name);
            }
        }
    }

    /** Given names of the lists, with the words after them that may be surnames. */
    private void listed(List<PiiRule.Match> tagged) {
        Matcher word = WORD.matcher(text);
        int from = 0;
        while (word.find(from)) {
            from = word.end();
            if (!isWritten(word.group()) || !passages.isForeignAt(word.start())) {
                continue;
            }
            boolean given = (flags(word.group()) & Lexicon.GIVEN) != 0;
            PiiRule.Match name = given
                    ? name(
                            word.start(),
                            (w, first) -> first
                                    || isWritten(w)
                                            && (isListed(w)
                                                    || !isEveryday(w)
                                                            && !WrittenLanguage.NOUN
                                                                    .matcher(w)
                                                                    .find()))
                    : null;
            if (name == null) {
                continue;
            }
            boolean seen =
                    tagged.stream().anyMatch(match -> match.start() <= name.start() && name.end() <= match.end());
            boolean full = name.end() > word.end() && (isListed(lastWord(name)) || seen);
            if (full
                    || !isEveryday(word.group())
                            && (flags(word.group()) & Lexicon.PLACE) == 0
                            && !followsCapital(word.start())) {
                found.add(name);
                from = name.end();
            }
        }
    }

    private String lastWord(PiiRule.Match name) {
        String words = text.substring(name.start(), name.end());
        return words.substring(words.lastIndexOf(' ') + 1);
    }

    /** The second word of a brand: "Rancilio Silvia". */
    private boolean followsCapital(int start) {
        int end = start - 1;
        if (end < 1 || text.charAt(end) != ' ') {
            return false;
        }
        int from = end;
        while (from > 0 && Character.isLetter(text.codePointBefore(from))) {
            from -= Character.charCount(text.codePointBefore(from));
        }
        return from < end && isWritten(text.substring(from, end)) && !isEveryday(text.substring(from, end));
    }

    /**
     * What the tagger takes for a name, where something else speaks for it too: an address beside it, or a surname of the
     * lists at its end, which in German needs a small word in front, since nouns have capitals there.
     */
    private void seen(List<PiiRule.Match> tagged) {
        for (PiiRule.Match name : tagged) {
            if (!name.type().equals("name")) {
                continue;
            }
            List<String> words = WORD.matcher(text.substring(name.start(), name.end()))
                    .results()
                    .map(MatchResult::group)
                    .toList();
            boolean written = words.stream()
                            .allMatch(w -> isWritten(w) && (!isEveryday(w) || isListed(w)) || PARTICLES.contains(w))
                    && !isEveryday(words.getFirst());
            boolean beside = tagged.stream()
                    .anyMatch(other -> other.type().equals("address")
                            && (isBeside(name.end(), other.start()) || isBeside(other.end(), name.start())));
            boolean full = words.size() > 1
                    && (flags(words.getLast()) & Lexicon.SURNAME) != 0
                    && (!passages.at(name.start()).equals("de")
                            || FOR.matcher(text.substring(0, name.start())).find());
            if (written && (beside || full)) {
                found.add(name);
            }
        }
    }

    private boolean isBeside(int end, int start) {
        return end < start && BESIDE.matcher(text.substring(end, start)).matches();
    }

    private static int flags(String word) {
        return Lexicon.bundled().flags(Lexicon.fold(word));
    }

    private static boolean isListed(String word) {
        return (flags(word) & NAME) != 0;
    }

    /** With a capital letter, and not shouted. */
    private static boolean isWritten(String word) {
        return Character.isUpperCase(word.codePointAt(0))
                && (word.length() < 2 || word.chars().anyMatch(Character::isLowerCase));
    }

    private static boolean isEveryday(String word) {
        return OTHER_WORDS.contains(Lexicon.fold(word)) || WrittenLanguage.isSmallWord(word.toLowerCase(Locale.ROOT));
    }
}
