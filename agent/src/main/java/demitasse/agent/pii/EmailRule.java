package demitasse.agent.pii;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** E-mail addresses, also with "(at)" and "[dot]" written out, or "anna at mail dot com". */
final class EmailRule implements PiiRule {
    private static final Pattern EMAIL = Pattern.compile("(?<![\\p{L}\\p{N}._%+-])[\\p{L}\\p{N}._%+'-]{1,64}+"
            + "(?:@| ?[(\\[]at[)\\]] ?)"
            + "(?:[\\p{L}\\p{N}-]{1,63}(?:\\.| ?[(\\[]dot[)\\]] ?)){1,6}\\p{L}{2,24}(?![\\p{L}\\p{N}])");

    private static final Pattern SPOKEN = Pattern.compile("(?iu)(?<![\\p{L}\\p{N}._%+-])[\\p{L}\\p{N}._%+'-]{1,64}+ at "
            + "[\\p{L}\\p{N}-]{1,63}(?: dot [\\p{L}\\p{N}-]{2,24}){1,3}(?![\\p{L}\\p{N}])");
    private static final Pattern WRITTEN_OUT = Pattern.compile("(?i)[(\\[]at[)\\]]| dot ");

    @Override
    public List<Match> find(String text) {
        List<Match> matches = new ArrayList<>();
        if (text.indexOf('@') < 0 && !WRITTEN_OUT.matcher(text).find()) {
            return matches;
        }
        for (Pattern pattern : List.of(EMAIL, SPOKEN)) {
            Matcher matcher = pattern.matcher(text);
            while (matcher.find()) {
                matches.add(new Match("email", matcher.start(), matcher.end()));
            }
        }
        return matches;
    }
}
