package demitasse.agent.pii;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Counts by type. An annotation is found where a finding of its type overlaps it; a finding is right where it overlaps an
 * annotation of its type or of a type that need not be found.
 */
final class PiiScore {
    private static final Set<String> CORE = Set.of("name", "email", "phone", "ssn", "credit_card", "address");

    /** Annotations, those of them found, findings, those of them right. */
    private static final class Counts {
        int wanted;
        int hit;
        int found;
        int right;
    }

    private final Map<String, Counts> counts = new TreeMap<>();

    /** @return what was missed ("-type text") and found wrongly ("+type text") */
    List<String> add(String text, JsonNode annotations, List<PiiSpan> found) {
        List<String> errors = new java.util.ArrayList<>();
        for (JsonNode wanted : annotations) {
            String type = wanted.get("type").asText();
            boolean hit = found.stream().anyMatch(f -> f.type().equals(type) && overlap(f, wanted));
            of(type).wanted++;
            of(type).hit += hit ? 1 : 0;
            if (!hit && CORE.contains(type)) {
                errors.add("-" + type + " "
                        + cut(
                                text,
                                wanted.get("start").asInt(),
                                wanted.get("end").asInt()) + " | " + text);
            }
        }
        for (PiiSpan f : found) {
            boolean right = false;
            for (JsonNode wanted : annotations) {
                String type = wanted.get("type").asText();
                right |= overlap(f, wanted) && (f.type().equals(type) || !CORE.contains(type));
            }
            of(f.type()).found++;
            of(f.type()).right += right ? 1 : 0;
            if (!right) {
                errors.add("+" + f.type() + " " + cut(text, f.start(), f.end()) + " | " + text);
            }
        }
        return errors;
    }

    private Counts of(String type) {
        return counts.computeIfAbsent(type, t -> new Counts());
    }

    private static boolean overlap(PiiSpan found, JsonNode wanted) {
        return found.start() < wanted.get("end").asInt() && wanted.get("start").asInt() < found.end();
    }

    private static String cut(String text, int start, int end) {
        return text.substring(text.offsetByCodePoints(0, start), text.offsetByCodePoints(0, end));
    }

    double recall(String type) {
        Counts c = of(type);
        return c.wanted == 0 ? 1 : (double) c.hit / c.wanted;
    }

    double precision(String type) {
        Counts c = of(type);
        return c.found == 0 ? 1 : (double) c.right / c.found;
    }

    /** Recall and precision of the core types that occur. */
    void print(String name, PrintWriter out) {
        counts.forEach((type, c) -> {
            if (CORE.contains(type)) {
                out.printf(
                        Locale.ROOT,
                        "%-34s %-12s wanted %4d recall %.3f found %4d precision %.3f%n",
                        name,
                        type,
                        c.wanted,
                        recall(type),
                        c.found,
                        precision(type));
            }
        });
    }
}
