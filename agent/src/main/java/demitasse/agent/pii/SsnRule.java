package demitasse.agent.pii;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** United States social security numbers; without separators only where the customer calls them so. */
final class SsnRule implements PiiRule {
    private static final Pattern CANDIDATE =
            Pattern.compile("(?<![\\d\\p{L}#-])(\\d{3})([- .]?)(\\d{2})\\2(\\d{4})(?![\\d\\p{L}]|[-.]\\d)");
    private static final Pattern NAMED = Pattern.compile("(?i)\\bssn\\b|\\bsocial(?: security)?\\b|\\bsocial sec");
    private static final Pattern NAMED_BEHIND = Pattern.compile("(?i) is (?:my|the) (?:ssn|social)\\b");
    private static final int FIRST_TAXPAYER_AREA = 900;

    private final Context context;

    SsnRule(Context context) {
        this.context = context;
    }

    @Override
    public List<Match> find(String text) {
        List<Match> matches = new ArrayList<>();
        Matcher matcher = CANDIDATE.matcher(text);
        while (matcher.find()) {
            boolean named = Context.precededBy(NAMED, text, matcher.start())
                    || NAMED_BEHIND
                            .matcher(text)
                            .region(matcher.end(), text.length())
                            .lookingAt();
            boolean separated = !matcher.group(2).isEmpty();
            if (named || separated && isIssued(matcher) && !context.isReference(text, matcher.start())) {
                matches.add(new Match("ssn", matcher.start(), matcher.end()));
            }
        }
        return matches;
    }

    /** No area 000, 666 or 9xx, no group 00, no serial 0000 (Social Security Administration). */
    private static boolean isIssued(Matcher number) {
        int area = Integer.parseInt(number.group(1));
        return area != 0
                && area != 666
                && area < FIRST_TAXPAYER_AREA
                && !"00".equals(number.group(3))
                && !"0000".equals(number.group(4));
    }
}
