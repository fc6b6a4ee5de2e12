package demitasse.agent;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds and masks personal data by rules with checksums: email, phone, credit_card, iban, ssn, ip, date_of_birth,
 * address, name. Order, invoice and tracking numbers are left alone. Immutable.
 */
public final class PiiFilter {
    private static final String DEFAULT_REGION = "US";

    private final List<PiiRule> rules;

    /** For customers who write their phone numbers as in the United States. */
    public PiiFilter() {
        this(DEFAULT_REGION);
    }

    /** @param region ISO 3166 code of the country whose phone numbers are written without a country code */
    public PiiFilter(String region) {
        // The order decides between matches of the same length: what a checksum proves comes first.
        rules = List.of(
                new EmailRule(),
                new IbanRule(),
                new CreditCardRule(),
                new SsnRule(),
                new IpRule(),
                new BirthDateRule(),
                new PhoneRule(region),
                new AddressRule(),
                new NameRule());
    }

    /**
     * Masks personal data.
     *
     * @return the text with each finding replaced by its type in brackets, and the findings by position; where findings
     *     overlap, the longest stands
     */
    public Redaction redact(String text) {
        return redact(text, Set.of());
    }

    /** As {@link #redact(String)}, leaving some types as they are. */
    Redaction redact(String text, Set<String> left) {
        List<PiiRule.Match> matches = withoutOverlaps(text).stream()
                .filter(match -> !left.contains(match.type()))
                .toList();
        StringBuilder masked = new StringBuilder(text.length());
        List<PiiSpan> spans = new ArrayList<>(matches.size());
        int from = 0;
        int codePoints = 0;
        for (PiiRule.Match match : matches) {
            masked.append(text, from, match.start());
            masked.append(mask(match.type()));
            int start = codePoints + text.codePointCount(from, match.start());
            codePoints = start + text.codePointCount(match.start(), match.end());
            spans.add(new PiiSpan(match.type(), start, codePoints));
            from = match.end();
        }
        masked.append(text, from, text.length());
        return new Redaction(masked.toString(), List.copyOf(spans));
    }

    static String mask(String type) {
        return "[" + type.toUpperCase(Locale.ROOT) + "]";
    }

    private List<PiiRule.Match> withoutOverlaps(String text) {
        List<PiiRule.Match> found = new ArrayList<>();
        for (PiiRule rule : rules) {
            found.addAll(rule.find(text));
        }
        // A stable sort: among equals the earlier rule wins.
        found.sort(Comparator.comparingInt(PiiRule.Match::length).reversed());
        List<PiiRule.Match> kept = new ArrayList<>();
        for (PiiRule.Match match : found) {
            if (kept.stream().noneMatch(k -> match.start() < k.end() && k.start() < match.end())) {
                kept.add(match);
            }
        }
        kept.sort(Comparator.comparingInt(PiiRule.Match::start));
        return kept;
    }
}
