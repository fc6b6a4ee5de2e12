package demitasse.agent.pii;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** E-mail addresses, also with "(at)" and "[dot]" written out. */
final class EmailRule implements PiiRule {
    private static final Pattern EMAIL = Pattern.compile("(?<![\\p{L}\\p{N}._%+-])[\\p{L}\\p{N}._%+'-]{1,64}"
            + "(?:@| ?[(\\[]at[)\\]] ?)"
            + "(?:[\\p{L}\\p{N}-]{1,63}(?:\\.| ?[(\\[]dot[)\\]] ?)){1,6}\\p{L}{2,24}(?![\\p{L}\\p{N}])");

    private static final Pattern WRITTEN_OUT = Pattern.compile("[(\\[]at[)\\]]");

    @Override
    public List<Match> find(String text) {
        List<Match> matches = new ArrayList<>();
        if (text.indexOf('@') < 0 && !WRITTEN_OUT.matcher(text).find()) {
            return matches;
        }
        Matcher matcher = EMAIL.matcher(text);
        while (matcher.find()) {
            matches.add(new Match("email", matcher.start(), matcher.end()));
        }
        return matches;
    }
}
