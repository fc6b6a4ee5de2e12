package demitasse.agent.pii;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds and masks personal data: email, phone, credit_card, iban, ssn, ip and date_of_birth by rules with checksums, name
 * and address by a trained tagger, and a shop's own terms. Order, invoice and tracking numbers are left alone. Immutable.
 */
public final class PiiFilter {
    private static final String DEFAULT_REGION = "US";

    private static final PiiRule STREETS = new StreetRule();
    private static final PiiRule INTRODUCTION = new IntroductionRule();

    private final List<PiiRule> rules;
    private final PhoneRule phones;
    /** Null: rules alone. */
    private final Tagger tagger;

    private final PiiTerms terms;

    /**
     * For customers who write their phone numbers as in the United States, with the terms of the file that the system
     * property {@link PiiTerms#FILE_PROPERTY} names, if any.
     *
     * @throws IllegalArgumentException if that file cannot be read
     */
    public PiiFilter() {
        this(PiiTerms.configured());
    }

    /** @param terms what is always or never masked */
    public PiiFilter(PiiTerms terms) {
        this(DEFAULT_REGION, terms);
    }

    /** @param region ISO 3166 code of the country whose phone numbers are written without a country code */
    public PiiFilter(String region, PiiTerms terms) {
        this(region, Tagger.bundled(), terms);
    }

    /** Without names and addresses. */
    static PiiFilter rulesOnly() {
        return new PiiFilter(DEFAULT_REGION, null, PiiTerms.none());
    }

    static PiiFilter with(Tagger tagger) {
        return new PiiFilter(DEFAULT_REGION, tagger, PiiTerms.none());
    }

    private PiiFilter(String region, Tagger tagger, PiiTerms terms) {
        this.tagger = tagger;
        this.terms = terms;
        // The order decides between matches of the same length: what a checksum proves comes first.
        rules = List.of(
                new EmailRule(),
                new IbanRule(),
                new CreditCardRule(),
                new SsnRule(),
                new IpRule(),
                new BirthDateRule());
        phones = new PhoneRule(region);
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
    public Redaction redact(String text, Set<String> left) {
        List<PiiRule.Match> matches = matches(text).stream()
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

    /** All findings without overlaps, by position. */
    List<PiiRule.Match> matches(String text) {
        List<PiiRule.Match> found = new ArrayList<>();
        for (PiiRule rule : rules) {
            found.addAll(rule.find(text));
        }
        found.addAll(phones.find(text, Passages.of(text, found).main()));
        List<PiiRule.Match> byRules = withoutOverlaps(found);
        List<PiiRule.Match> detected = new ArrayList<>(byRules);
        if (tagger != null) {
            detected.addAll(namesAndAddresses(text, byRules));
        }
        List<PiiRule.Match> all = new ArrayList<>(terms.find(text));
        all.addAll(terms.allowed(text, detected));
        return withoutOverlaps(all);
    }

    /** The tagger knows English only: in other languages rules decide on its names, and on addresses it needs a number. */
    private List<PiiRule.Match> namesAndAddresses(String text, List<PiiRule.Match> byRules) {
        List<PiiRule.Match> tagged = joined(tagger.find(text, byRules), STREETS.find(text));
        List<PiiRule.Match> noWords = new ArrayList<>(byRules);
        tagged.stream().filter(match -> match.type().equals("address")).forEach(noWords::add);
        Passages passages = Passages.of(text, noWords);
        List<PiiRule.Match> detected = new ArrayList<>(INTRODUCTION.find(text));
        detected.addAll(OtherNames.introduced(text));
        for (PiiRule.Match match : tagged) {
            boolean number = text.substring(match.start(), match.end()).chars().anyMatch(Character::isDigit);
            if (!passages.isForeignAt(match.start()) || match.type().equals("address") && number) {
                detected.add(match);
            }
        }
        if (passages.hasForeign()) {
            detected.addAll(OtherNames.of(text, passages, tagged));
        }
        return detected;
    }

    /** What the tagger found, and addresses by rules, which become one with addresses that they overlap. */
    private static List<PiiRule.Match> joined(List<PiiRule.Match> tagged, List<PiiRule.Match> streets) {
        List<PiiRule.Match> all = new ArrayList<>(tagged);
        for (PiiRule.Match street : streets) {
            int start = street.start();
            int end = street.end();
            for (PiiRule.Match other : List.copyOf(all)) {
                if (other.start() < end && start < other.end()) {
                    all.remove(other);
                    start = other.type().equals(street.type()) ? Math.min(start, other.start()) : start;
                    end = other.type().equals(street.type()) ? Math.max(end, other.end()) : end;
                }
            }
            all.add(new PiiRule.Match(street.type(), start, end));
        }
        return all;
    }

    private static List<PiiRule.Match> withoutOverlaps(List<PiiRule.Match> found) {
        // A stable sort: among equals the earlier rule wins.
        List<PiiRule.Match> longestFirst = new ArrayList<>(found);
        longestFirst.sort(Comparator.comparingInt(PiiRule.Match::length).reversed());
        List<PiiRule.Match> kept = new ArrayList<>();
        for (PiiRule.Match match : longestFirst) {
            if (kept.stream().noneMatch(k -> match.start() < k.end() && k.start() < match.end())) {
                kept.add(match);
            }
        }
        kept.sort(Comparator.comparingInt(PiiRule.Match::start));
        return kept;
    }
}
