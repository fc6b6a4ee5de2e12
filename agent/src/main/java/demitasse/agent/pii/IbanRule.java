package demitasse.agent.pii;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.validator.routines.IBANValidator;

/** International bank account numbers (ISO 13616) that pass mod 97; spaces or hyphens between groups. */
final class IbanRule implements PiiRule {
    private static final Pattern CANDIDATE =
            Pattern.compile("(?i)(?<![\\p{L}\\p{N}])[a-z]{2}\\d{2}(?:[ -]?[a-z0-9]){11,30}");
    private static final Pattern NAMED = Pattern.compile("(?i)\\biban\\b");
    private static final IBANValidator VALIDATOR = IBANValidator.getInstance();

    @Override
    public List<Match> find(String text) {
        List<Match> matches = new ArrayList<>();
        Matcher matcher = CANDIDATE.matcher(text);
        int from = 0;
        while (matcher.find(from)) {
            int end = end(text, matcher.start(), matcher.end());
            if (end > 0) {
                matches.add(new Match("iban", matcher.start(), end));
            }
            from = end > 0 ? end : matcher.start() + 1;
        }
        return matches;
    }

    /** The country says how many characters to read; words may follow without a break. Returns -1 if it is no IBAN. */
    private static int end(String text, int start, int limit) {
        String country = text.substring(start, start + 2).toUpperCase(Locale.ROOT);
        IBANValidator.Validator format = VALIDATOR.getValidator(country);
        if (format == null) {
            return -1;
        }
        StringBuilder compact = new StringBuilder();
        int at = start;
        while (at < limit && compact.length() < format.getIbanLength()) {
            char c = text.charAt(at++);
            if (Character.isLetterOrDigit(c)) {
                compact.append(Character.toUpperCase(c));
            }
        }
        boolean cutsAWord = at < text.length() && Character.isLetterOrDigit(text.charAt(at));
        boolean valid = VALIDATOR.isValid(compact.toString());
        // A mistyped IBAN is as private as a right one where the customer calls it so.
        boolean named = compact.length() == format.getIbanLength() && Context.precededBy(NAMED, text, start);
        return !cutsAWord && (valid || named) ? at : -1;
    }
}
