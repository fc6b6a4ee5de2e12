package demitasse.cli.eval;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.agent.pii.PiiFilter;
import demitasse.agent.pii.PiiSpan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** A text with the spans that are personal data and those that the filter finds; offsets in code points. */
record PiiText(String text, List<PiiSpan> wanted, List<PiiSpan> found) {
    static PiiText of(DataFile.Row row, PiiFilter filter) throws IOException {
        String text = row.text("text");
        List<PiiSpan> wanted = new ArrayList<>();
        int length = text.codePointCount(0, text.length());
        for (JsonNode span : row.json().path("spans")) {
            int start = span.path("start").asInt(-1);
            int end = span.path("end").asInt(-1);
            if (start < 0 || end <= start || end > length || !span.path("type").isTextual()) {
                throw row.fault("a span has a type, and start and end within the text");
            }
            wanted.add(new PiiSpan(span.get("type").textValue(), start, end));
        }
        return new PiiText(text, wanted, filter.redact(text).spans());
    }

    private static boolean overlap(PiiSpan a, PiiSpan b) {
        return a.start() < b.end() && b.start() < a.end();
    }

    /** Something of the same type was found that overlaps it. */
    boolean isHit(PiiSpan wanted) {
        return found.stream().anyMatch(f -> f.type().equals(wanted.type()) && overlap(f, wanted));
    }

    /** Every character of it is masked, as whatever type. */
    boolean isMasked(PiiSpan wanted) {
        return IntStream.range(wanted.start(), wanted.end())
                .filter(i -> Character.isLetterOrDigit(text.codePointAt(text.offsetByCodePoints(0, i))))
                .allMatch(i -> found.stream().anyMatch(f -> f.start() <= i && i < f.end()));
    }

    /** It overlaps personal data of its type, or of a type that may be masked as what one likes. */
    boolean isRight(PiiSpan span, Set<String> core) {
        return wanted.stream()
                .anyMatch(w -> overlap(span, w) && (span.type().equals(w.type()) || !core.contains(w.type())));
    }

    String cut(PiiSpan span) {
        int from = text.offsetByCodePoints(0, span.start());
        return text.substring(from, text.offsetByCodePoints(from, span.end() - span.start()));
    }
}
