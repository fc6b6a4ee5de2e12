package demitasse.agent.pii;

import demitasse.rag.Vocabulary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Finds and masks personal data: email, phone, credit_card, iban, ssn, ip and date_of_birth by rules with checksums, name
 * and address by a trained tagger, and a shop's own terms. Order, invoice and tracking numbers are left alone. Immutable.
 */
public final class PiiFilter {
    private static final String DEFAULT_REGION = "US";

    private static final PiiRule EMAILS = new EmailRule();
    private static final PiiRule STREETS = new StreetRule();
    private static final PiiRule INTRODUCTION = new IntroductionRule();

    private final String region;
    private final List<PiiRule> english;
    /** Rules for texts in other languages, by language. */
    private final Map<String, List<PiiRule>> others = new ConcurrentHashMap<>();
    /** Null: rules alone. */
    private final Tagger tagger;

    private final PiiTerms terms;
    /** Null: none. */
    private final Supplier<Vocabulary> shop;

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

    /**
     * As {@link #PiiFilter()}, for customers of a shop: what its documents write as names of goods and firms is no name of a
     * person, unless somebody says that it is theirs.
     *
     * @param words those of the documents, asked for with each text
     */
    public static PiiFilter ofShop(Supplier<Vocabulary> words) {
        return new PiiFilter(DEFAULT_REGION, Tagger.bundled(), PiiTerms.configured(), words);
    }

    /** @param region ISO 3166 code of the country whose phone numbers are written without a country code */
    public PiiFilter(String region, PiiTerms terms) {
        this(region, Tagger.bundled(), terms, null);
    }

    /** Without names and addresses. */
    static PiiFilter rulesOnly() {
        return new PiiFilter(DEFAULT_REGION, null, PiiTerms.none(), null);
    }

    static PiiFilter with(Tagger tagger) {
        return new PiiFilter(DEFAULT_REGION, tagger, PiiTerms.none(), null);
    }

    private PiiFilter(String region, Tagger tagger, PiiTerms terms, Supplier<Vocabulary> shop) {
        this.shop = shop;
        this.tagger = tagger;
        this.terms = terms;
        this.region = region;
        english = rules(Context.ENGLISH, BirthDateRule.ENGLISH, PhoneRule.english(region));
    }

    private static List<PiiRule> rules(Context context, BirthDateRule birthDates, PhoneRule phones) {
        // The order decides between matches of the same length: what a checksum proves comes first.
        return List.of(
                new IbanRule(), new CreditCardRule(context), new SsnRule(context), new IpRule(), birthDates, phones);
    }

    private List<PiiRule> rules(String language) {
        return language.equals(WrittenLanguage.ENGLISH)
                ? english
                : others.computeIfAbsent(
                        language, code -> rules(Context.OTHER, BirthDateRule.OTHER, PhoneRule.other(code, region)));
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
        List<PiiRule.Match> found = new ArrayList<>(EMAILS.find(text));
        Passages passages = tagger == null ? Passages.ENGLISH : Passages.of(text, found);
        for (PiiRule rule : rules(passages.main())) {
            found.addAll(rule.find(text));
        }
        List<PiiRule.Match> byRules = withoutOverlaps(found);
        List<PiiRule.Match> detected = new ArrayList<>(byRules);
        if (tagger != null) {
            detected.addAll(namesAndAddresses(text, passages, byRules));
        }
        List<PiiRule.Match> all = new ArrayList<>(terms.find(text));
        all.addAll(terms.allowed(text, detected));
        return withoutOverlaps(all);
    }

    /** The tagger knows English only: in other languages rules decide on its names, and on addresses it needs a number. */
    private List<PiiRule.Match> namesAndAddresses(String text, Passages whole, List<PiiRule.Match> byRules) {
        List<PiiRule.Match> tagged = joined(tagger.find(text, byRules), STREETS.find(text));
        List<PiiRule.Match> noWords = new ArrayList<>(byRules);
        tagged.stream().filter(match -> match.type().equals("address")).forEach(noWords::add);
        Passages passages = noWords.isEmpty() ? whole : Passages.of(text, noWords);
        List<PiiRule.Match> likely = new ArrayList<>();
        for (PiiRule.Match match : tagged) {
            boolean number = text.substring(match.start(), match.end()).chars().anyMatch(Character::isDigit);
            if (!passages.isForeignAt(match.start()) || match.type().equals("address") && number) {
                likely.add(match);
            }
        }
        List<PiiRule.Match> detected = new ArrayList<>(INTRODUCTION.find(text));
        detected.addAll(AnnouncedNames.introduced(text));
        if (passages.hasForeign()) {
            AnnouncedNames.of(text).stream()
                    .filter(match -> passages.isForeignAt(match.start()))
                    .forEach(detected::add);
            likely.addAll(LikelyNames.of(text, passages, tagged));
        }
        if (shop != null) {
            ShopNames goods = new ShopNames(shop.get());
            likely.removeIf(match -> goods.isOne(text, match));
        }
        detected.addAll(likely);
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
