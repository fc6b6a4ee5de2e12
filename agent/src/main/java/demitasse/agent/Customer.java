package demitasse.agent;

import demitasse.agent.pii.PiiFilter;
import demitasse.agent.pii.PiiSpan;
import demitasse.agent.pii.Redaction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Who writes, as far as they said: what the message wishes for, and what is kept of earlier wishes. */
record Customer(Wishes wishes, Preferences preferences) {
    private static final String MASK = "[NAME]";
    private static final Pattern CALL_ME = Pattern.compile("(?iu)\\bcalls? me (?:just )?[\"“'‘]?\\[NAME]");
    private static final String GREETING = "greeting";

    /** The phrase that answers a message that has wishes and asks for nothing else. */
    Optional<String> wish(String masked) {
        return wishes.phrase(masked);
    }

    /** A masked message without "call me [NAME]", which is no wish for a telephone call. */
    String withoutWish(String masked) {
        return wishes.name() == null ? masked : CALL_ME.matcher(masked).replaceAll(" ");
    }

    /** The phrase for a kind of small talk, with the customer's name where it has a place. */
    String wording(String phrase) {
        return phrase.equals(GREETING) && !preferences.name().isEmpty() ? GREETING + ".name" : phrase;
    }

    /** Masks a text, the names that customers wish to be called by too, where the filter has not found them. */
    static Redaction redact(String text, PiiFilter pii, String... names) {
        Redaction redaction = pii.redact(text);
        List<PiiSpan> missed = new ArrayList<>();
        Stream.of(names)
                .filter(name -> !name.isEmpty())
                .sorted(Comparator.comparingInt(String::length).reversed())
                .flatMap(name -> occurrences(name, text))
                .filter(span -> redaction.spans().stream().noneMatch(found -> covers(found, span)))
                .filter(span -> missed.stream().noneMatch(longer -> overlap(longer, span)))
                .forEachOrdered(missed::add);
        if (missed.isEmpty()) {
            return redaction;
        }
        List<PiiSpan> spans = new ArrayList<>(redaction.spans());
        spans.removeIf(found -> missed.stream().anyMatch(span -> overlap(found, span)));
        spans.addAll(missed);
        spans.sort(Comparator.comparingInt(PiiSpan::start));
        return new Redaction(pii.redact(masked(text, missed)).text(), List.copyOf(spans));
    }

    private static boolean covers(PiiSpan a, PiiSpan b) {
        return a.start() <= b.start() && b.end() <= a.end();
    }

    private static boolean overlap(PiiSpan a, PiiSpan b) {
        return a.start() < b.end() && b.start() < a.end();
    }

    private static Stream<PiiSpan> occurrences(String name, String text) {
        Matcher matcher = Pattern.compile("(?<![\\p{L}\\p{N}])" + Pattern.quote(name) + "(?![\\p{L}\\p{N}])")
                .matcher(text);
        return matcher.results()
                .map(found -> new PiiSpan(
                        "name", text.codePointCount(0, found.start()), text.codePointCount(0, found.end())));
    }

    private static String masked(String text, List<PiiSpan> spans) {
        StringBuilder masked = new StringBuilder(text);
        spans.stream()
                .sorted(Comparator.comparingInt(PiiSpan::start).reversed())
                .forEach(span -> masked.replace(
                        text.offsetByCodePoints(0, span.start()), text.offsetByCodePoints(0, span.end()), MASK));
        return masked.toString();
    }
}
