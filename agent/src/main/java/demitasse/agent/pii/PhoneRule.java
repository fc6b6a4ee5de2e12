package demitasse.agent.pii;

import com.google.i18n.phonenumbers.PhoneNumberMatch;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    /** Brackets and signs before a number, and what shows that it goes on behind. */
    private static final int MARGIN = 4;

    /** A local number as people write it, for countries other than the configured one. */
    private static final Pattern WRITTEN =
            Pattern.compile("(?<![\\p{L}\\p{N}#$€£.,-])\\+?\\(?\\d[\\d ()./\\-]{5,20}\\d(?![\\p{L}\\p{N}%]|[.,]\\d)");

    /** Three, three and four digits with signs between; no such area code need exist. */
    private static final Pattern AMERICAN =
            Pattern.compile("(?:1[ .-])?(?:\\([2-9]\\d{2}\\) ?|[2-9]\\d{2}[ ./-])[2-9]\\d{2}[ .-]\\d{4}");
    /** With the 0 of a national number and a break. */
    private static final Pattern TRUNK = Pattern.compile("\\(?0\\d{1,4}\\)?[ ./-]\\d[\\d ./-]{5,11}");

    private static final Pattern DATE = Pattern.compile(
            "(?:\\d{1,2}([-./])\\d{1,2}\\1(?:19|20)\\d{2}|(?:19|20)\\d{2}([-./])\\d{1,2}\\2\\d{1,2})\\b");

    /** Where people write in a language, the largest country first. */
    private static final Map<String, List<String>> REGIONS = Map.ofEntries(
            Map.entry("de", List.of("DE", "AT", "CH")),
            Map.entry("fr", List.of("FR", "BE", "CH")),
            Map.entry("es", List.of("ES", "MX")),
            Map.entry("it", List.of("IT", "CH")),
            Map.entry("pt", List.of("PT", "BR")),
            Map.entry("nl", List.of("NL", "BE")),
            Map.entry("pl", List.of("PL")),
            Map.entry("sv", List.of("SE")),
            Map.entry("da", List.of("DK", "NO")),
            Map.entry("tr", List.of("TR")),
            Map.entry("ru", List.of("RU")));

    private final Context context;
    /** Countries in whose plans numbers without a country code may be; the likeliest first. */
    private final List<String> regions;

    private PhoneRule(Context context, List<String> regions) {
        this.context = context;
        this.regions = regions;
    }

    /** @param region ISO 3166 code of the country whose phone numbers are written without a country code */
    static PhoneRule english(String region) {
        return new PhoneRule(Context.ENGLISH, List.of(region));
    }

    /** For text in another language: the countries where it is spoken, and the region. */
    static PhoneRule other(String language, String region) {
        Set<String> regions = new LinkedHashSet<>(REGIONS.getOrDefault(language, List.of()));
        regions.add(region);
        return new PhoneRule(Context.OTHER, List.copyOf(regions));
    }

    @Override
    public List<Match> find(String text) {
        List<Match> matches = new ArrayList<>();
        if (!hasDigits(text, MIN_DIGITS)) {
            return matches;
        }
        for (String country : regions) {
            addNumbers(text, country, PhoneNumberUtil.Leniency.VALID, matches);
        }
        if (text.indexOf('+') >= 0 || context.mentionsPhone(text)) {
            addNumbers(text, regions.getFirst(), PhoneNumberUtil.Leniency.POSSIBLE, matches);
        }
        Matcher written = WRITTEN.matcher(text);
        while (written.find()) {
            String digits = written.group().replaceAll("\\D", "");
            boolean length = digits.length() >= MIN_DIGITS && digits.length() <= MAX_DIGITS;
            if (length && isWrittenPhone(text, written.start(), written.end())) {
                matches.add(new Match("phone", written.start(), written.end()));
            }
        }
        return matches;
    }

    /** By its form or by the words around it, where the number plans of other countries are of no help. */
    private boolean isWrittenPhone(String text, int start, int end) {
        String number = text.substring(start, end);
        if (DATE.matcher(number).lookingAt()) {
            return false;
        }
        if (number.startsWith("+") || context.isPhone(text, start)) {
            return true;
        }
        boolean formed = AMERICAN.matcher(number).matches()
                || TRUNK.matcher(number).matches()
                        && (isOther() || context.isPhoneBehind(text, end) || number.equals(text.strip()));
        return formed && !context.isReference(text, start);
    }

    private boolean isOther() {
        return context == Context.OTHER;
    }

    private static boolean hasDigits(String text, int wanted) {
        return text.chars().filter(Character::isDigit).limit(wanted).count() == wanted;
    }

    private void addNumbers(String text, String country, PhoneNumberUtil.Leniency leniency, List<Match> matches) {
        // The library is slow, so it sees only the part of the text that has digits.
        int from = Math.max(0, firstDigit(text) - MARGIN);
        int to = Math.min(text.length(), lastDigit(text) + 1 + MARGIN);
        for (PhoneNumberMatch match : PHONES.findNumbers(text.substring(from, to), country, leniency, MAX_TRIES)) {
            int start = from + match.start();
            int end = from + match.end();
            boolean counts = leniency == PhoneNumberUtil.Leniency.VALID
                    ? isPhone(text, start, match.rawString())
                    : match.rawString().startsWith("+") || context.isPhone(text, start);
            if (counts && isOneNumber(match.rawString()) && standsAlone(text, start, end)) {
                matches.add(new Match("phone", start, end));
            }
        }
    }

    private static int firstDigit(String text) {
        int at = 0;
        while (!Character.isDigit(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static int lastDigit(String text) {
        int at = text.length() - 1;
        while (!Character.isDigit(text.charAt(at))) {
            at--;
        }
        return at;
    }

    private boolean isPhone(String text, int start, String raw) {
        if (raw.startsWith("+") || context.isPhone(text, start)) {
            return true;
        }
        String digits = raw.replaceAll("\\D", "");
        boolean bare = digits.length() == raw.length();
        boolean likely = bare
                ? digits.length() == NATIONAL_DIGITS || isOther() && context.isPhoneBehind(text, start + raw.length())
                : digits.length() >= NATIONAL_DIGITS;
        return likely && !context.isReference(text, start);
    }

    private static boolean isOneNumber(String raw) {
        return raw.indexOf('\n') < 0 && !DATE.matcher(raw).lookingAt();
    }

    /** False inside a longer run of letters and digits, such as an IBAN or a product code. */
    private static boolean standsAlone(String text, int start, int end) {
        boolean before = start > 0 && isPartOfCode(text.charAt(start - 1));
        boolean after = end < text.length() && Character.isLetterOrDigit(text.charAt(end));
        return !before && !after;
    }

    private static boolean isPartOfCode(char c) {
        return Character.isLetterOrDigit(c) || c == '#' || c == '$' || c == '€' || c == '£';
    }
}
