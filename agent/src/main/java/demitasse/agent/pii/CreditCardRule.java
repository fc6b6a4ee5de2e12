package demitasse.agent.pii;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.validator.routines.checkdigit.LuhnCheckDigit;

/**
 * Payment card numbers: 12 to 19 digits with the issuer's first digits (ISO/IEC 7812) and Luhn's check digit. Where the
 * customer calls it a card, digits of a card's length are masked also when the check digit is wrong.
 */
final class CreditCardRule implements PiiRule {
    private static final Pattern CANDIDATE = Pattern.compile("(?<![\\d\\p{L}])\\d(?:[ .-]{0,2}\\d){11,18}(?!\\d)");
    /** As printed on cards. */
    private static final Pattern PRINTED = Pattern.compile(
            "\\d{4}([ .-]{1,2})\\d{4}\\1\\d{4}\\1\\d{4}(?:\\1\\d{3})?|\\d{4}([ .-]{1,2})\\d{6}\\2\\d{4,5}");

    private static final int SHORTEST_NAMED = 13;

    private final Context context;

    CreditCardRule(Context context) {
        this.context = context;
    }

    @Override
    public List<Match> find(String text) {
        List<Match> matches = new ArrayList<>();
        Matcher matcher = CANDIDATE.matcher(text);
        while (matcher.find()) {
            String digits = matcher.group().replaceAll("\\D", "");
            boolean printed = PRINTED.matcher(matcher.group()).matches();
            boolean card = context.isCard(text, matcher.start());
            boolean proven = hasIssuer(digits)
                    && LuhnCheckDigit.LUHN_CHECK_DIGIT.isValid(digits)
                    && (printed || card || !context.isReference(text, matcher.start()));
            if (proven || card && digits.length() >= SHORTEST_NAMED) {
                matches.add(new Match("credit_card", matcher.start(), matcher.end()));
            }
        }
        return matches;
    }

    private static boolean hasIssuer(String digits) {
        int length = digits.length();
        int two = Integer.parseInt(digits.substring(0, 2));
        int four = Integer.parseInt(digits.substring(0, 4));
        if (digits.charAt(0) == '4') {
            return length == 13 || length == 16 || length == 19;
        }
        if (two >= 51 && two <= 55 || four >= 2221 && four <= 2720) {
            return length == 16;
        }
        if (two == 34 || two == 37) {
            return length == 15;
        }
        if (two == 30 || two == 36 || two == 38 || two == 39) {
            return length >= 14;
        }
        if (four == 2131 || four == 1800) {
            return length == 15;
        }
        if (two == 35) {
            return length >= 16;
        }
        // Discover, UnionPay, Maestro.
        return (two >= 60 && two <= 69 || two == 50 || two >= 56 && two <= 58) && length >= 12;
    }
}
