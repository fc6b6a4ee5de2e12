package demitasse.agent.pii;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Counts by type, over texts; {@link PiiText} says what counts. */
final class PiiScore {
    /** Annotations, those of them found, findings, those of them right. */
    private static final class Counts {
        int wanted;
        int hit;
        int found;
        int right;
    }

    private final Map<String, Counts> counts = new TreeMap<>();

    /** @return what was missed ("-type text") and found wrongly ("+type text") */
    List<String> add(PiiText text) {
        List<String> errors = new ArrayList<>();
        for (PiiSpan wanted : text.wanted()) {
            boolean hit = text.isHit(wanted);
            of(wanted.type()).wanted++;
            of(wanted.type()).hit += hit ? 1 : 0;
            if (!hit && PiiText.CORE.contains(wanted.type())) {
                errors.add("-" + wanted.type() + " " + text.cut(wanted) + " | " + text.text());
            }
        }
        for (PiiSpan found : text.found()) {
            boolean right = text.isRight(found);
            of(found.type()).found++;
            of(found.type()).right += right ? 1 : 0;
            if (!right) {
                errors.add("+" + found.type() + " " + text.cut(found) + " | " + text.text());
            }
        }
        return errors;
    }

    private Counts of(String type) {
        return counts.computeIfAbsent(type, t -> new Counts());
    }

    double recall(String type) {
        Counts c = of(type);
        return c.wanted == 0 ? 1 : (double) c.hit / c.wanted;
    }

    double precision(String type) {
        Counts c = of(type);
        return c.found == 0 ? 1 : (double) c.right / c.found;
    }

    /** Recall and precision of the types that occur and must be masked. */
    void print(String name, PrintWriter out) {
        counts.forEach((type, c) -> {
            if (PiiText.CORE.contains(type)) {
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
