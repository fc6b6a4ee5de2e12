package demitasse.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of people by rule: after words that introduce one ("my name is", "this is", "Dear"), before "here", after a
 * closing greeting, or alone on the line. Words that follow an introduction without being a name ("I'm Sorry") are kept
 * out by case, a list of first names, and a list of other words.
 */
final class NameRule implements PiiRule {
    private static final String CAPITALISED = "\\p{Lu}[\\p{L}'’-]+";
    private static final String PART = "(?:" + CAPITALISED + "|\\p{Lu}\\.?)";
    private static final String FULL = CAPITALISED + "(?:[ ]" + PART + "){0,3}";
    private static final String ANY = "[\\p{L}'’-]+";
    private static final String TITLE = "(?:mr|mrs|ms|miss|dr|prof|sir|madam)\\b\\.?";

    /** Introductions after which any words up to a stop word are a name. */
    private static final Pattern STRONG = Pattern.compile("(?iu)\\b(?:name(?: in its entirety)?(?: is|'s|’s)|names is"
            + "|name on (?:the|my) (?:account|card|order|policy)(?: is|:)|name:|(?:last|first|sur|middle|full|maiden) ?names?"
            + "(?: is|:)?|name\\? (?:user: )?|registered (?:as|under)|everyone calls me|(?:you can|please) call me|called me"
            + "|signed|yours sincerely,|sincerely,|kind regards,|best regards,|regards,|cheers,)\\s*(?:" + TITLE
            + "\\s)?");
    /** Introductions after which other words are as likely. */
    private static final Pattern WEAK = Pattern.compile(
            "(?iu)\\b(?:i['’]?m|i am|this is|it['’]?s|here is|here['’]s|speaking with|speak to|talk to|spoke (?:to|with)|dear|hi|hello|hey"
                    + "|thanks,|thank you,|change it to|by|with|for|(?:my|his|her) (?:son|daughter|wife|husband|partner|brother|sister"
                    + "|mother|father|mom|dad)|friend|said|to|colleague)\\s+");
    /** Introductions that only people follow, when what follows is written like a name. */
    private static final Pattern SELF = Pattern.compile(
            "(?iu)i['’]?m|i am|this is|speaking with|spoke (?:to|with)|thanks,|thank you,|(?:my|his|her) .+");

    private static final Pattern CLOSES = Pattern.compile("\\s*[.,!]?\\s*$|[.,]\\s|\\s(?:and|from|here)\\b");
    private static final Pattern TITLED = Pattern.compile("(?u)\\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\\.?\\s(" + FULL + ")");
    private static final Pattern HERE = Pattern.compile("(?u)(?<![\\p{L}])(" + FULL + ")\\s(?:here|speaking)\\b");
    private static final Pattern LINE =
            Pattern.compile("(?mu)^[> \\t]*(" + CAPITALISED + "(?:[ ]" + PART + "){1,2})[ \\t]*$");
    private static final Pattern CANDIDATE = Pattern.compile("(?u)" + FULL);
    private static final Pattern WORDS = Pattern.compile("(?u)" + ANY + "(?: " + ANY + "){0,2}");
    private static final Pattern NAMED_THING = Pattern.compile(
            "(?iu).*\\b(?:product|item|user ?|file|company|business|brand|model|domain|network|shop|store|pet|dog|cat) $");

    private static final Set<String> FIRST_NAMES = WordList.load("first-names.txt");
    private static final Set<String> NOT_NAMES = WordList.load("not-names.txt");

    @Override
    public List<Match> find(String text) {
        List<Match> matches = new ArrayList<>();
        Matcher strong = STRONG.matcher(text);
        while (strong.find()) {
            if (!NAMED_THING.matcher(text.substring(0, strong.start())).matches()) {
                addAfterStrong(text, strong.end(), matches);
            }
        }
        Matcher weak = WEAK.matcher(text);
        while (weak.find()) {
            addAfterWeak(text, weak.group().strip(), weak.end(), matches);
        }
        addGroups(TITLED, text, false, matches);
        addGroups(HERE, text, true, matches);
        addGroups(LINE, text, true, matches);
        return matches;
    }

    private static void addAfterStrong(String text, int from, List<Match> matches) {
        Matcher full = CANDIDATE.matcher(text).region(from, text.length());
        if (full.lookingAt() && !isOther(firstWord(full.group()))) {
            matches.add(new Match("name", from, full.end()));
            return;
        }
        // Typed without capitals: as many words as are not everyday ones.
        Matcher words = WORDS.matcher(text).region(from, text.length());
        if (words.lookingAt() && Character.isLowerCase(text.codePointAt(from))) {
            int end = from;
            for (String word : words.group().split(" ")) {
                if (isOther(word) || word.endsWith("ing")) {
                    break;
                }
                end = end == from ? from + word.length() : end + 1 + word.length();
            }
            if (end > from) {
                matches.add(new Match("name", from, end));
            }
        }
    }

    private static void addAfterWeak(String text, String introduction, int from, List<Match> matches) {
        Matcher full = CANDIDATE.matcher(text).region(from, text.length());
        if (full.lookingAt()) {
            String[] words = full.group().split(" ");
            boolean known = FIRST_NAMES.contains(words[0].toLowerCase(Locale.ROOT));
            boolean self = SELF.matcher(introduction).matches() && !anyOther(words);
            boolean closes =
                    CLOSES.matcher(text).region(full.end(), text.length()).lookingAt();
            boolean single = closes && !introduction.equalsIgnoreCase("this is");
            if (known || self && (words.length > 1 || single)) {
                matches.add(new Match("name", from, full.end()));
            }
            return;
        }
        Matcher words = WORDS.matcher(text).region(from, text.length());
        if (words.lookingAt()) {
            String[] parts = words.group().split(" ");
            if (FIRST_NAMES.contains(parts[0])) {
                boolean second = parts.length > 1 && parts[1].length() > 2 && !isOther(parts[1]);
                int end = from + parts[0].length() + (second ? 1 + parts[1].length() : 0);
                matches.add(new Match("name", from, end));
            }
        }
    }

    private static void addGroups(Pattern pattern, String text, boolean firstNameNeeded, List<Match> matches) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            String first = firstWord(matcher.group(1)).toLowerCase(Locale.ROOT);
            if (firstNameNeeded ? FIRST_NAMES.contains(first) : !isOther(first)) {
                matches.add(new Match("name", matcher.start(1), matcher.end(1)));
            }
        }
    }

    private static String firstWord(String words) {
        int space = words.indexOf(' ');
        return space < 0 ? words : words.substring(0, space);
    }

    private static boolean anyOther(String[] words) {
        for (String word : words) {
            if (isOther(word)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOther(String word) {
        return NOT_NAMES.contains(word.toLowerCase(Locale.ROOT));
    }
}
