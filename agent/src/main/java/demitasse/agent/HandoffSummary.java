package demitasse.agent;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a person who takes over needs, in a few short lines: "reason: what the customer wants", then lines "key: text" for
 * what there is of urgency, last (words), shown (documents), disliked, unanswered (how many in succession), details,
 * language and wishes. Made from what is stored, so it is masked as that is; numbers of orders stay.
 */
final class HandoffSummary {
    private static final List<String> URGENCY = List.of("normal", "high", "emergency");
    private static final String CUSTOMER = "customer";
    private static final int WORDS_CHARS = 240;
    private static final int MAX_DOCUMENTS = 5;
    private static final int MAX_DETAILS = 8;
    /** "order 58812", "Bestellung Nr. 4471182", "#90021", or a long number by itself; no dates and no prices. */
    private static final Pattern NUMBER = Pattern.compile(
            "(?iU)(?<![\\w.,/€$£-])(?:\\b(order|invoice|bill|tracking|ticket"
                    + "|booking|claim|customer|account|serial|reference|ref|case|article|item|parcel|policy|contract|voucher|bestell\\w*"
                    + "|rechnung\\w*|kunden\\w*|sendung\\w*|auftrag\\w*|artikel\\w*|commande|facture|colis|suivi|client|pedido|factura|env[ií]o"
                    + "|ordine|fattura|spedizione|bestelling|bestelnummer|factuur|klantnummer|encomenda|zamówieni\\w*)"
                    + "(?: (?:number|no\\.?|nr\\.?|n[º°.]|num\\.?|id|is))*[ :#]{1,3}|#)?([a-z]{0,4}-?\\d[\\da-z-]{3,24})(?![\\w€$£%]|[.,/]\\d)");

    private static final Pattern YEAR_OR_DATE = Pattern.compile(
            "(?:19|20)\\d{2}|\\d{1,4}-\\d{1,2}-\\d{1,4}|\\d+(?:st|nd|rd|th|min|days?|ml|kg|mm|cm|watts?|volts?)");
    private static final int LONG_NUMBER = 5;

    private final SessionData session;
    private final List<StoredMessage> matter;
    private final List<StoredMessage> said;

    /** @param session with the message that led here */
    HandoffSummary(SessionData session) {
        this.session = session;
        Instant before = session.handoffs().stream()
                .filter(handoff -> !handoff.isOpen())
                .map(Handoff::updatedAt)
                .max(Instant::compareTo)
                .orElse(Instant.MIN);
        this.matter = session.messages().stream()
                .filter(message -> message.at().isAfter(before))
                .toList();
        this.said = matter.stream()
                .filter(message -> message.role().equals(CUSTOMER))
                .toList();
    }

    /**
     * @param isAside whether a text is a greeting or a wish for a person, and no matter by itself
     * @param failures how many messages in succession had no answer
     * @param language code of the language that the customer writes in
     */
    String text(Escalation.Reason reason, Predicate<String> isAside, int failures, String language) {
        List<String> texts = said.stream().map(StoredMessage::text).toList();
        List<String> questions = texts.stream().filter(isAside.negate()).toList();
        String trigger = texts.isEmpty() ? "" : texts.getLast();
        boolean asksOnly = reason == Escalation.Reason.ASKED && !questions.isEmpty();
        String wants = questions.isEmpty() ? trigger : questions.getFirst();
        String last = asksOnly && isAside.test(trigger) ? questions.getLast() : trigger;
        List<String> lines = new ArrayList<>();
        lines.add(reason.label() + ": " + words(wants));
        add(lines, "urgency", URGENCY.get(reason.urgency()));
        add(lines, "last", last.equals(wants) ? "" : words(last));
        add(lines, "shown", joined(titles(matter.stream()), MAX_DOCUMENTS));
        add(lines, "disliked", disliked());
        add(lines, "unanswered", failures > 0 ? String.valueOf(failures) : "");
        add(lines, "details", details(texts));
        add(lines, "language", language);
        add(lines, "wishes", wishes());
        return String.join("\n", lines);
    }

    private static void add(List<String> lines, String key, String text) {
        if (!text.isEmpty()) {
            lines.add(key + ": " + text);
        }
    }

    /** In one line, cut where it is long. */
    private static String words(String text) {
        return MessageText.cut(text.replaceAll("\\s+", " ").strip(), WORDS_CHARS);
    }

    private static Set<String> titles(Stream<StoredMessage> messages) {
        return messages.flatMap(message -> message.sources().stream())
                .map(HandoffSummary::words)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static String joined(Set<String> parts, int most) {
        return parts.stream().limit(most).collect(Collectors.joining("; ")) + (parts.size() > most ? "; …" : "");
    }

    /** The documents of answers that the customer did not like, and why as far as they said. */
    private String disliked() {
        Set<String> disliked = new LinkedHashSet<>();
        for (SessionData.Feedback opinion : session.feedback()) {
            if (!opinion.helpful()) {
                Set<String> titles = titles(matter.stream().filter(message -> message.id() == opinion.messageId()));
                String what = titles.isEmpty() ? "an answer" : joined(titles, MAX_DOCUMENTS);
                String why = Stream.of(opinion.reason(), words(opinion.comment()))
                        .filter(text -> !text.isEmpty())
                        .collect(Collectors.joining(", "));
                disliked.add(what + (why.isEmpty() ? "" : " (" + why + ")"));
            }
        }
        return joined(disliked, MAX_DOCUMENTS);
    }

    private static String details(List<String> texts) {
        Set<String> details = new LinkedHashSet<>();
        for (String text : texts) {
            Matcher number = NUMBER.matcher(text);
            while (number.find()) {
                boolean named = number.group(1) != null || number.group().startsWith("#");
                boolean digits =
                        number.group(2).chars().filter(Character::isDigit).count() >= LONG_NUMBER;
                if (named || digits && !YEAR_OR_DATE.matcher(number.group(2)).matches()) {
                    details.add(words(number.group()));
                }
            }
        }
        texts.forEach(text -> MessageText.MASK.matcher(text).results().forEach(mask -> details.add(mask.group())));
        return joined(details, MAX_DETAILS);
    }

    private String wishes() {
        Preferences preferences = session.preferences();
        List<String> wishes = new ArrayList<>();
        if (!preferences.language().isEmpty()) {
            wishes.add("answers in " + LanguageNames.inEnglish(preferences.language()));
        }
        if (!preferences.name().isEmpty()) {
            wishes.add("to be called by name");
        }
        if (preferences.brief()) {
            wishes.add("short answers");
        }
        return String.join(", ", wishes);
    }
}
