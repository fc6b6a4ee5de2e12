package demitasse.cli.eval;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.agent.pii.PiiFilter;
import demitasse.agent.pii.PiiSpan;
import demitasse.agent.pii.PiiText;
import demitasse.cli.data.DataFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The filter of personal data, by type and file. */
final class PiiPart {
    private static final Set<String> CORE = PiiText.CORE;
    private static final String ALL_CORE = "core";
    private static final double PER_THOUSAND = 1000;

    private final Sheet sheet;
    private final PiiFilter filter = new PiiFilter();

    /** Sums of one text for one subject: spans that are there, of those found, spans found, of those right. */
    private record Counts(double[] wanted, double[] hit, double[] found, double[] right) {
        Counts(int texts) {
            this(new double[texts], new double[texts], new double[texts], new double[texts]);
        }
    }

    PiiPart(Sheet sheet) {
        this.sheet = sheet;
    }

    static List<Path> files(Path data) throws IOException {
        return DataFile.in(data.resolve("pii"), ".jsonl");
    }

    void run(Path file) throws IOException {
        List<PiiText> texts = new ArrayList<>();
        for (DataFile.Row row : DataFile.read(file)) {
            texts.add(text(row));
        }
        String set = DataFile.stem(file);
        if (texts.stream().allMatch(t -> t.wanted().isEmpty())) {
            negatives(set, texts);
        } else {
            positives(set, texts);
        }
        texts.forEach(text -> mistakes(set, text));
    }

    private PiiText text(DataFile.Row row) throws IOException {
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

    /** Texts without personal data: whatever is found is wrong. */
    private void negatives(String set, List<PiiText> texts) {
        double[] spans = new double[texts.size()];
        double[] alarmed = new double[texts.size()];
        for (int i = 0; i < spans.length; i++) {
            List<PiiSpan> found = texts.get(i).found();
            spans[i] = PER_THOUSAND
                    * found.stream().filter(f -> CORE.contains(f.type())).count();
            alarmed[i] = found.isEmpty() ? 0 : 1;
        }
        sheet.of(Part.PII, set, "no personal data")
                .mean("core_false_alarms_per_1000", spans)
                .mean("texts_with_any_alarm", alarmed);
    }

    private void positives(String set, List<PiiText> texts) {
        TreeMap<String, Counts> counts = new TreeMap<>();
        double[] masked = new double[texts.size()];
        for (int i = 0; i < texts.size(); i++) {
            PiiText text = texts.get(i);
            for (PiiSpan wanted : text.wanted()) {
                for (Counts c : of(counts, wanted.type(), texts.size())) {
                    c.wanted[i]++;
                    c.hit[i] += text.isHit(wanted) ? 1 : 0;
                }
                masked[i] += CORE.contains(wanted.type()) && text.isMasked(wanted) ? 1 : 0;
            }
            for (PiiSpan found : text.found()) {
                for (Counts c : of(counts, found.type(), texts.size())) {
                    c.found[i]++;
                    c.right[i] += text.isRight(found) ? 1 : 0;
                }
            }
        }
        TreeSet<String> reported = new TreeSet<>(CORE);
        texts.forEach(t -> t.found().forEach(f -> reported.add(f.type())));
        counts.forEach((type, c) -> {
            if (reported.contains(type)) {
                write(set, type, c);
            }
        });
        Counts core = counts.getOrDefault(ALL_CORE, new Counts(texts.size()));
        write(set, ALL_CORE, core);
        sheet.of(Part.PII, set, ALL_CORE).ratio("masked_whole", masked, core.wanted);
    }

    private static List<Counts> of(TreeMap<String, Counts> counts, String type, int texts) {
        Counts own = counts.computeIfAbsent(type, t -> new Counts(texts));
        return CORE.contains(type)
                ? List.of(own, counts.computeIfAbsent(ALL_CORE, t -> new Counts(texts)))
                : List.of(own);
    }

    private void write(String set, String subject, Counts c) {
        int n = c.wanted.length;
        long wanted = Math.round(Arrays.stream(c.wanted).sum());
        sheet.of(Part.PII, set, subject)
                .ratio("precision", c.right, c.found)
                .ratio("recall", c.hit, c.wanted)
                .figure("f1", n, wanted, items -> f1(c, items));
    }

    private static double f1(Counts c, int[] items) {
        double precision = 0;
        double found = 0;
        double hit = 0;
        double wanted = 0;
        for (int item : items) {
            precision += c.right[item];
            found += c.found[item];
            hit += c.hit[item];
            wanted += c.wanted[item];
        }
        if (wanted == 0) {
            return Double.NaN;
        }
        double recall = hit / wanted;
        precision = found == 0 ? 0 : precision / found;
        return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
    }

    private void mistakes(String set, PiiText text) {
        for (PiiSpan wanted : text.wanted()) {
            if (CORE.contains(wanted.type()) && !text.isHit(wanted)) {
                String got = text.isMasked(wanted) ? "masked as another type" : "not masked";
                sheet.mistake(new Mistake(
                        Mistake.Kind.MISSED_PERSONAL_DATA,
                        set,
                        text.text(),
                        wanted.type() + ": " + text.cut(wanted),
                        got,
                        text.isMasked(wanted) ? 0 : 1));
            }
        }
        for (PiiSpan found : text.found()) {
            boolean counts = CORE.contains(found.type()) || text.wanted().isEmpty();
            if (counts && !text.isRight(found)) {
                sheet.mistake(new Mistake(
                        Mistake.Kind.FALSE_PERSONAL_DATA,
                        set,
                        text.text(),
                        "no " + found.type(),
                        found.type() + ": " + text.cut(found),
                        0));
            }
        }
    }
}
