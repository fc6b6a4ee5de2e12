package demitasse.agent.pii;

import static demitasse.agent.pii.NameReader.GAP;
import static demitasse.agent.pii.NameReader.isEveryday;
import static demitasse.agent.pii.NameReader.isListed;
import static demitasse.agent.pii.NameReader.isWritten;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names of people that the words before them announce, in other languages than English: name-cues.txt says which. */
final class AnnouncedNames {
    private static final Map<String, List<String>> CUES = Lexicon.lines("name-cues.txt").stream()
            .collect(Collectors.groupingBy(
                    line -> line.substring(0, line.indexOf(':')),
                    Collectors.flatMapping(
                            line -> List.of(
                                    line.substring(line.indexOf(':') + 2).split(" \\| "))
                                    .stream(),
                            Collectors.toList())));
    private static final Pattern CALLED = before("called", GAP);
    private static final Pattern NAMING = before("naming", "(?: ?:)?" + GAP);
    private static final Pattern TITLE = before("title", GAP);
    private static final Pattern LABEL = before("label", "(?: ?:|" + GAP + "(?:ist|est|es|è|is|är|er))" + GAP);
    private static final Pattern WEAK = before("weak", ",?" + GAP);
    private static final Pattern CLOSING = before("closing", "[,.!]?\\s+");
    private static final Pattern CLOSED = Pattern.compile("[.!]?[ \\t]*(?:\\n|$)");

    private final String text;
    private final NameReader reader;
    private final List<PiiRule.Match> found = new ArrayList<>();

    private AnnouncedNames(String text) {
        this.text = text;
        this.reader = new NameReader(text);
    }

    /** After words that no other language has and that leave no doubt: "je m'appelle", "mein Name ist". */
    static List<PiiRule.Match> introduced(String text) {
        AnnouncedNames names = new AnnouncedNames(text);
        names.behind(CALLED, (word, first) -> !isEveryday(word) || isWritten(word) && isListed(word));
        names.behind(
                NAMING,
                (word, first) -> isListed(word) && !isEveryday(word)
                        || isWritten(word) && (!isEveryday(word) || isListed(word)));
        return names.found;
    }

    /** Also after titles, labels, greetings and closings; in English text these would find what they should not. */
    static List<PiiRule.Match> of(String text) {
        AnnouncedNames names = new AnnouncedNames(text);
        NameReader.Fits name = (word, first) -> isWritten(word) && !isEveryday(word);
        NameReader.Fits surname = (word, first) -> isWritten(word) && (!isEveryday(word) || isListed(word));
        names.behind(TITLE, surname);
        names.behind(LABEL, name);
        names.behindWeak((word, first) -> first ? name.test(word, true) : surname.test(word, false));
        names.behindClosing(name);
        return names.found;
    }

    private static Pattern before(String kind, String gap) {
        String phrases = CUES.get(kind).stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(phrase ->
                        Pattern.quote(phrase).replace(" ", "\\E" + GAP + "\\Q").replace("'", "\\E['’]\\Q"))
                .collect(Collectors.joining("|"));
        return Pattern.compile("(?iu)(?<![\\p{L}\\p{N}])(?:" + phrases + ")" + gap);
    }

    private void behind(Pattern cue, NameReader.Fits fits) {
        Matcher matcher = cue.matcher(text);
        for (int from = 0; matcher.find(from); from = matcher.start() + 1) {
            PiiRule.Match name = reader.name(matcher.end(), fits);
            if (name != null) {
                found.add(name);
            }
        }
    }

    /** Only where a word is in the lists. */
    private void behindWeak(NameReader.Fits fits) {
        int before = found.size();
        behind(WEAK, fits);
        found.subList(before, found.size())
                .removeIf(name -> reader.wordsOf(name).stream().noneMatch(NameReader::isListed));
    }

    /** "Viele Grüße, Anna Schmidt" at the end of a line or of the text. */
    private void behindClosing(NameReader.Fits fits) {
        int before = found.size();
        behind(CLOSING, fits);
        found.subList(before, found.size())
                .removeIf(name ->
                        !CLOSED.matcher(text).region(name.end(), text.length()).lookingAt());
    }
}
