package demitasse.agent;

import com.google.i18n.phonenumbers.PhoneNumberMatch;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Phone numbers by libphonenumber, which knows every country's plan. It is eager: order numbers, account numbers and
 * parts of IBANs look like phones to it, so a number without separators counts only with ten digits or after a word of
 * telephoning, and none after a word such as order.
 */
final class PhoneRule implements PiiRule {
    private static final PhoneNumberUtil PHONES = PhoneNumberUtil.getInstance();
    private static final long MAX_TRIES = 1000;
    private static final int NATIONAL_DIGITS = 10;
    private static final int MIN_DIGITS = 7;
    private static final int MAX_DIGITS = 15;
    /** A local number as people write it, for countries other than the configured one. */
    private static final Pattern WRITTEN =
            Pattern.compile("(?<![\\p{L}\\p{N}#$€£.,-])\\+?\\(?\\d[\\d ().\\-]{5,20}\\d(?![\\p{L}\\p{N}%]|[.,]\\d)");

    private final String region;

    PhoneRule(String region) {
        this.region = region;
    }

    @Override
    public List<Match> find(String text) {
        List<Match> matches = new ArrayList<>();
        addNumbers(text, PhoneNumberUtil.Leniency.VALID, matches);
        addNumbers(text, PhoneNumberUtil.Leniency.POSSIBLE, matches);
        Matcher written = WRITTEN.matcher(text);
        while (written.find()) {
            String digits = written.group().replaceAll("\\D", "");
            boolean length = digits.length() >= MIN_DIGITS && digits.length() <= MAX_DIGITS;
            boolean international = written.group().startsWith("+");
            if (length && (international || Context.isPhone(text, written.start()))) {
                matches.add(new Match("phone", written.start(), written.end()));
            }
        }
        return matches;
    }

    private void addNumbers(String text, PhoneNumberUtil.Leniency leniency, List<Match> matches) {
        for (PhoneNumberMatch match : PHONES.findNumbers(text, region, leniency, MAX_TRIES)) {
            boolean counts = leniency == PhoneNumberUtil.Leniency.VALID
                    ? isPhone(text, match)
                    : match.rawString().startsWith("+") || Context.isPhone(text, match.start());
            if (counts && standsAlone(text, match)) {
                matches.add(new Match("phone", match.start(), match.end()));
            }
        }
    }

    private static boolean isPhone(String text, PhoneNumberMatch match) {
        String raw = match.rawString();
        if (raw.startsWith("+") || Context.isPhone(text, match.start())) {
            return true;
        }
        String digits = raw.replaceAll("\\D", "");
        boolean bare = digits.length() == raw.length();
        boolean likely = bare ? digits.length() == NATIONAL_DIGITS : digits.length() >= NATIONAL_DIGITS;
        return likely && !Context.isReference(text, match.start());
    }

    /** False inside a longer run of letters and digits, such as an IBAN or a product code. */
    private static boolean standsAlone(String text, PhoneNumberMatch match) {
        boolean before = match.start() > 0 && isPartOfCode(text.charAt(match.start() - 1));
        boolean after = match.end() < text.length() && Character.isLetterOrDigit(text.charAt(match.end()));
        return !before && !after;
    }

    private static boolean isPartOfCode(char c) {
        return Character.isLetterOrDigit(c) || c == '#' || c == '$' || c == '€' || c == '£';
    }
}
