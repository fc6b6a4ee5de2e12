package demitasse.agent.pii;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Dates of birth: a date is one only after a word of birth; other dates are appointments and deliveries. */
final class BirthDateRule implements PiiRule {
    private static final String MONTHS =
            "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
    private static final String BIRTHS = "(?i)\\b(?:born|birth|birthday|birthdate|d\\.?o\\.?b\\.?)\\b";

    static final BirthDateRule ENGLISH = new BirthDateRule(MONTHS, BIRTHS);
    static final BirthDateRule OTHER = new BirthDateRule(
            MONTHS
                    + "|januar|februar|märz|mai|juni|juli|oktober|dezember|janvier|février|mars|avril|juin|juillet|août|septembre|octobre"
                    + "|novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
                    + "|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|januari|februari|maart|mei|augustus"
                    + "|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro",
            BIRTHS
                    + "|(?iU)\\b(?:geboren|geburts(?:datum|tag)|geb|née?|naissance|nac[ií]|nacid[oa]|nacimiento|nat[oa]|nascita|nasci|nascid[oa]"
                    + "|nascimento|geboortedatum|urodzon\\w*|urodzenia|född|födelsedatum|født|fødselsdato|doğum)\\b");

    private final Pattern date;
    private final Pattern birth;

    private BirthDateRule(String months, String births) {
        String month = "(?:" + months + ")\\.?";
        String day = "\\d{1,2}(?:st|nd|rd|th|er)?\\.?";
        date = Pattern.compile("(?iu)(?<![\\d/])(?:\\d{1,4}[-/.]\\d{1,2}[-/.]\\d{2,4}|" + month + " " + day
                + ",? ?(?:of )?\\d{2,4}|" + day + " (?:of |de )?" + month + ",?(?: de)? \\d{2,4}|" + month + " " + day
                + "|" + day + " (?:of |de )?" + month + ")(?![\\d/])");
        birth = Pattern.compile(births);
    }

    @Override
    public List<Match> find(String text) {
        List<Match> matches = new ArrayList<>();
        if (!birth.matcher(text).find()) {
            return matches;
        }
        Matcher matcher = date.matcher(text);
        while (matcher.find()) {
            if (Context.precededBy(birth, text, matcher.start())) {
                matches.add(new Match("date_of_birth", matcher.start(), matcher.end()));
            }
        }
        return matches;
    }
}
