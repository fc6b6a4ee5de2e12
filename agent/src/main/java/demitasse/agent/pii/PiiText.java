package demitasse.agent.pii;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A text with the spans that are personal data and those that a filter finds, and what counts as found and as right;
 * offsets in code points.
 */
public record PiiText(String text, List<PiiSpan> wanted, List<PiiSpan> found) {
    /** What must be masked; other types may be. */
    public static final Set<String> CORE = Set.of("name", "email", "phone", "ssn", "credit_card", "address");

    private static boolean overlap(PiiSpan a, PiiSpan b) {
        return a.start() < b.end() && b.start() < a.end();
    }

    /** Something of the same type was found that overlaps it. */
    public boolean isHit(PiiSpan span) {
        return found.stream().anyMatch(f -> f.type().equals(span.type()) && overlap(f, span));
    }

    /** Every letter and digit of it is masked, as whatever type. */
    public boolean isMasked(PiiSpan span) {
        return IntStream.range(span.start(), span.end())
                .filter(i -> Character.isLetterOrDigit(text.codePointAt(text.offsetByCodePoints(0, i))))
                .allMatch(i -> found.stream().anyMatch(f -> f.start() <= i && i < f.end()));
    }

    /** It overlaps personal data of its type, or of a type that may be masked as what one likes. */
    public boolean isRight(PiiSpan span) {
        return wanted.stream()
                .anyMatch(w -> overlap(span, w) && (span.type().equals(w.type()) || !CORE.contains(w.type())));
    }

    public String cut(PiiSpan span) {
        int from = text.offsetByCodePoints(0, span.start());
        return text.substring(from, text.offsetByCodePoints(from, span.end() - span.start()));
    }
}
