package demitasse.agent.pii;

import static demitasse.agent.pii.NameReader.flags;
import static demitasse.agent.pii.NameReader.isEveryday;
import static demitasse.agent.pii.NameReader.isListed;
import static demitasse.agent.pii.NameReader.isWritten;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of people in texts of other languages than English that nothing announces. The tagger has not learned these
 * languages: it takes German nouns and Spanish verbs for names. So the lists must know the name, or an address must stand
 * beside it.
 */
final class LikelyNames {
    private static final Pattern BESIDE = Pattern.compile("[ ,;:\\n\\r-]{1,4}");
    private static final Pattern FOR = Pattern.compile("(?U)\\b(?:von|an|für|bei|mit|durch|nach|gegen|über) $");
    /** Nouns have capital letters there. */
    private static final String GERMAN = "de";

    private final String text;
    private final Passages passages;
    private final List<PiiRule.Match> tagged;
    private final NameReader reader;
    private final List<PiiRule.Match> found = new ArrayList<>();

    private LikelyNames(String text, Passages passages, List<PiiRule.Match> tagged) {
        this.text = text;
        this.passages = passages;
        this.tagged = tagged;
        this.reader = new NameReader(text);
    }

    /** @param tagged names and addresses that the tagger found */
    static List<PiiRule.Match> of(String text, Passages passages, List<PiiRule.Match> tagged) {
        LikelyNames names = new LikelyNames(text, passages, tagged);
        names.addListed();
        names.addTagged();
        return names.found;
    }

    /** Given names of the lists, with the words behind them that may be surnames. */
    private void addListed() {
        Matcher word = reader.words();
        for (int from = 0; word.find(from); ) {
            from = word.end();
            boolean given = isWritten(word.group()) && (flags(word.group()) & Lexicon.GIVEN) != 0;
            if (!given || !passages.isForeignAt(word.start())) {
                continue;
            }
            PiiRule.Match name = reader.name(word.start(), (w, first) -> first || isSurname(w));
            boolean full =
                    name.end() > word.end() && (isListed(reader.wordsOf(name).getLast()) || isTagged(name));
            if (full || namesSomebody(word.group()) && !followsCapital(word.start())) {
                found.add(name);
                from = name.end();
            }
        }
    }

    private static boolean isSurname(String word) {
        boolean noun = isEveryday(word) || WrittenLanguage.NOUN.matcher(word).find();
        return isWritten(word) && (isListed(word) || !noun);
    }

    private boolean isTagged(PiiRule.Match name) {
        return tagged.stream().anyMatch(match -> match.start() <= name.start() && name.end() <= match.end());
    }

    private static boolean namesSomebody(String given) {
        return !isEveryday(given) && (flags(given) & Lexicon.PLACE) == 0;
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

    /** What the tagger takes for a name, where an address is beside it, or a surname of the lists at its end. */
    private void addTagged() {
        for (PiiRule.Match name : tagged) {
            if (name.type().equals("name") && passages.isForeignAt(name.start())) {
                List<String> words = reader.wordsOf(name);
                boolean written = words.stream().allMatch(w -> NameReader.isParticle(w) || isSurname(w))
                        && !isEveryday(words.getFirst());
                if (written && (isBesideAddress(name) || isFull(name, words))) {
                    found.add(name);
                }
            }
        }
    }

    private boolean isFull(PiiRule.Match name, List<String> words) {
        boolean german = passages.at(name.start()).equals(GERMAN);
        return words.size() > 1
                && (flags(words.getLast()) & Lexicon.SURNAME) != 0
                && (!german || FOR.matcher(text.substring(0, name.start())).find());
    }

    private boolean isBesideAddress(PiiRule.Match name) {
        return tagged.stream()
                .filter(match -> match.type().equals("address"))
                .anyMatch(match -> isBeside(name.end(), match.start()) || isBeside(match.end(), name.start()));
    }

    private boolean isBeside(int end, int start) {
        return end < start && BESIDE.matcher(text.substring(end, start)).matches();
    }
}
