package demitasse.cli.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The figures as text for people or programs. */
public final class EvaluationTable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NOTE = "In brackets the 95 % interval: " + Bootstrap.RESAMPLES
            + " resamples of the queries or texts, seed " + Bootstrap.SEED
            + ". What ships was fitted on the practice data (docs/EVALUATION.md): there these figures flatter.";
    private static final List<String> HEADER = List.of("part", "set", "of", "figures");
    private static final double FEW = 10;

    /** How figures are printed. */
    public enum Format {
        TABLE,
        JSON,
        MD
    }

    private EvaluationTable() {}

    public static String of(Format format, List<Measure> measures) {
        return switch (format) {
            case TABLE -> table(rows(measures));
            case MD -> markdown(rows(measures));
            case JSON -> json(measures);
        };
    }

    /** Figures of one subject share a row; those without a subject have one each. */
    private static List<List<String>> rows(List<Measure> measures) {
        List<List<String>> rows = new ArrayList<>();
        for (Measure m : measures) {
            List<String> row = List.of(m.part().label(), m.set(), m.subject(), figure(m));
            List<String> last = rows.isEmpty() ? List.of() : rows.getLast();
            if (!m.subject().isEmpty() && !last.isEmpty() && last.subList(0, 3).equals(row.subList(0, 3))) {
                rows.set(rows.size() - 1, List.of(row.get(0), row.get(1), row.get(2), last.get(3) + "  " + row.get(3)));
            } else {
                rows.add(row);
            }
        }
        return rows;
    }

    private static String figure(Measure m) {
        return m.metric() + " " + number(m.value()) + " [" + number(m.low()) + ", " + number(m.high()) + "] of "
                + m.count();
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, value < FEW ? "%.3f" : "%.1f", value);
    }

    private static String table(List<List<String>> rows) {
        int[] widths = new int[HEADER.size()];
        for (int c = 0; c < widths.length; c++) {
            int column = c;
            widths[c] = Math.max(
                    HEADER.get(c).length(),
                    rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0));
        }
        StringBuilder text = new StringBuilder();
        line(text, HEADER, widths);
        rows.forEach(row -> line(text, row, widths));
        return text.append('\n').append(NOTE).append('\n').toString();
    }

    private static void line(StringBuilder text, List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int c = 0; c < widths.length; c++) {
            line.append(row.get(c)).repeat(' ', widths[c] - row.get(c).length() + 2);
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }

    private static String markdown(List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        text.append("| ").append(String.join(" | ", HEADER)).append(" |\n|---|---|---|---|\n");
        rows.forEach(row -> text.append("| ").append(String.join(" | ", row)).append(" |\n"));
        return text.append('\n').append(NOTE).append('\n').toString();
    }

    private static String json(List<Measure> measures) {
        ObjectNode root = JSON.createObjectNode();
        root.put("resamples", Bootstrap.RESAMPLES).put("seed", Bootstrap.SEED).put("interval", 0.95);
        ArrayNode array = root.putArray("measures");
        for (Measure m : measures) {
            ObjectNode node = array.addObject();
            node.put("part", m.part().label())
                    .put("set", m.set())
                    .put("of", m.subject())
                    .put("metric", m.metric())
                    .put("count", m.count());
            put(node, "value", m.value());
            put(node, "low", m.low());
            put(node, "high", m.high());
        }
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // a tree of numbers and strings can always be written
        }
    }

    private static void put(ObjectNode node, String name, double value) {
        if (Double.isNaN(value)) {
            node.putNull(name);
        } else {
            node.put(name, value);
        }
    }
}
