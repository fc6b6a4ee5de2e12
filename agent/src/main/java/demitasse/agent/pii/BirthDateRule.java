package demitasse.agent.pii;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Dates of birth: a date is one only after a word of birth; other dates are appointments and deliveries. */
final class BirthDateRule implements PiiRule {
    private static final String MONTH =
            "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?";
    private static final String DAY = "\\d{1,2}(?:st|nd|rd|th)?\\.?";
    private static final Pattern DATE = Pattern.compile("(?i)(?<![\\d/])(?:\\d{1,4}[-/.]\\d{1,2}[-/.]\\d{2,4}|" + MONTH
            + " " + DAY + ",? ?(?:of )?\\d{2,4}|" + DAY + " (?:of )?" + MONTH + ",? \\d{2,4}|" + MONTH + " " + DAY + "|"
            + DAY + " (?:of )?" + MONTH + ")(?![\\d/])");
    private static final Pattern BIRTH = Pattern.compile("(?i)\\b(?:born|birth|birthday|birthdate|d\\.?o\\.?b\\.?)\\b");

    @Override
    public List<Match> find(String text) {
        List<Match> matches = new ArrayList<>();
        if (!BIRTH.matcher(text).find()) {
            return matches;
        }
        Matcher matcher = DATE.matcher(text);
        while (matcher.find()) {
            if (Context.precededBy(BIRTH, text, matcher.start())) {
                matches.add(new Match("date_of_birth", matcher.start(), matcher.end()));
            }
        }
        return matches;
    }
}
