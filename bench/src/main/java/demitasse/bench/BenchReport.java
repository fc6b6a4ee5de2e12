package demitasse.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** Rows as text for people or programs. */
public final class BenchReport {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double MIB = 1 << 20;

    /** How rows are printed. */
    public enum Format {
        TABLE,
        JSON,
        CSV
    }

    private BenchReport() {}

    public static String of(Format format, BenchMachine machine, List<BenchRow> rows) {
        return switch (format) {
            case TABLE -> table(machine, rows);
            case JSON -> json(machine, rows);
            case CSV -> csv(machine, rows);
        };
    }

    private static String table(BenchMachine machine, List<BenchRow> rows) {
        StringBuilder text = new StringBuilder("| model | size | threads | test | tokens/s |\n|---|--:|--:|--:|--:|\n");
        for (BenchRow row : rows) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %.2f MiB | %d | %s | %.2f ± %.2f |%n",
                    row.model(),
                    row.size() / MIB,
                    row.threads(),
                    row.test(),
                    row.mean(),
                    row.deviation()));
        }
        return text.append(String.format(
                        Locale.ROOT,
                        "%n%s (%d processors), %d-bit vectors, %s, %s, %s%n",
                        machine.cpu(),
                        machine.processors(),
                        machine.vectorBits(),
                        machine.jvm(),
                        machine.os(),
                        machine.date()))
                .toString();
    }

    private static String json(BenchMachine machine, List<BenchRow> rows) {
        ArrayNode all = JSON.createArrayNode();
        for (BenchRow row : rows) {
            ObjectNode node = all.addObject();
            node.put("model", row.model())
                    .put("size", row.size())
                    .put("threads", row.threads())
                    .put("test", row.test())
                    .put("mean", row.mean())
                    .put("stddev", row.deviation());
            ArrayNode samples = node.putArray("samples");
            row.samples().forEach(samples::add);
            node.put("cpu", machine.cpu())
                    .put("processors", machine.processors())
                    .put("vector_bits", machine.vectorBits())
                    .put("jvm", machine.jvm())
                    .put("os", machine.os())
                    .put("date", machine.date());
        }
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // a tree of numbers and strings can always be written
        }
    }

    private static String csv(BenchMachine machine, List<BenchRow> rows) {
        StringBuilder text = new StringBuilder("model,size,threads,test,mean,stddev,cpu,vector_bits,jvm,date\n");
        for (BenchRow row : rows) {
            text.append(String.format(
                    Locale.ROOT,
                    "%s,%d,%d,%s,%.4f,%.4f,%s,%d,%s,%s%n",
                    quoted(row.model()),
                    row.size(),
                    row.threads(),
                    row.test(),
                    row.mean(),
                    row.deviation(),
                    quoted(machine.cpu()),
                    machine.vectorBits(),
                    quoted(machine.jvm()),
                    machine.date()));
        }
        return text.toString();
    }

    private static String quoted(String field) {
        return '"' + field.replace("\"", "\"\"") + '"';
    }
}
