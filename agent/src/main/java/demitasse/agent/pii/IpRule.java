package demitasse.agent.pii;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.validator.routines.InetAddressValidator;

/** Internet addresses, versions 4 and 6; not version numbers. */
final class IpRule implements PiiRule {
    private static final Pattern CANDIDATE = Pattern.compile(
            "(?<![\\w.:])(?:\\d{1,3}(?:\\.\\d{1,3}){3}(?![\\w]|\\.\\d)|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?![\\w:]))");
    private static final Pattern VERSION =
            Pattern.compile("(?i)\\b(?:v|version|firmware|release|build|driver|update|ios|android|windows)[ .:]*$");

    @Override
    public List<Match> find(String text) {
        List<Match> matches = new ArrayList<>();
        Matcher matcher = CANDIDATE.matcher(text);
        while (matcher.find()) {
            if (matcher.group().length() > 2
                    && InetAddressValidator.getInstance().isValid(matcher.group())
                    && !Context.precededBy(VERSION, text, matcher.start())) {
                matches.add(new Match("ip", matcher.start(), matcher.end()));
            }
        }
        return matches;
    }
}
