package demitasse.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Rows as text for people or programs. JSON and CSV have llama-bench's field names, so that its scripts read ours, and
 * a few more; what llama-bench can set and we cannot has its neutral value.
 */
public final class BenchReport {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final double MIB = 1 << 20;
    private static final List<String> SAMPLES = List.of("samples_ns", "samples_ts");

    /** How rows are printed; MD is another name of TABLE. */
    public enum Format {
        TABLE,
        MD,
        JSON,
        JSONL,
        CSV
    }

    private BenchReport() {}

    public static String of(Format format, BenchMachine machine, List<BenchRow> rows) {
        return switch (format) {
            case TABLE, MD -> table(machine, rows);
            case JSON -> pretty(array(machine, rows));
            case JSONL ->
                rows.stream().map(row -> text(node(machine, row)) + "\n").collect(Collectors.joining());
            case CSV -> csv(machine, rows);
        };
    }

    private static String table(BenchMachine machine, List<BenchRow> rows) {
        StringBuilder text = new StringBuilder("| model | size | threads | test | tokens/s |\n|---|--:|--:|--:|--:|\n");
        for (BenchRow row : rows) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %.2f MiB | %d | %s | %.2f ± %.2f |%n",
                    row.model().name(),
                    row.model().bytes() / MIB,
                    row.threads(),
                    row.test().name(),
                    row.mean(),
                    row.deviation()));
        }
        return text.append("\n").append(machine.line()).append("\n").toString();
    }

    private static ArrayNode array(BenchMachine machine, List<BenchRow> rows) {
        ArrayNode all = JSON.createArrayNode();
        rows.forEach(row -> all.add(node(machine, row)));
        return all;
    }

    private static ObjectNode node(BenchMachine machine, BenchRow row) {
        ObjectNode node = JSON.createObjectNode();
        node.put("build_commit", machine.commit())
                .put("build_number", 0)
                .put("cpu_info", machine.cpu())
                .put("gpu_info", "")
                .put("backends", "Demitasse")
                .put("model_filename", row.model().file())
                .put("model_type", row.model().type())
                .put("model_size", row.model().bytes())
                .put("model_n_params", row.model().parameters())
                .put("n_batch", row.test().batch())
                .put("n_ubatch", row.test().batch())
                .put("n_threads", row.threads());
        putNeutral(node);
        node.put("test", row.test().name())
                .put("n_prompt", row.test().prompt())
                .put("n_gen", row.test().generate())
                .put("n_depth", row.test().depth())
                .put("n_parallel", row.test().parallel())
                .put("test_time", row.time().truncatedTo(ChronoUnit.SECONDS).toString())
                .put("avg_ns", Math.round(row.meanNanos()))
                .put("stddev_ns", Math.round(row.deviationNanos()))
                .put("avg_ts", row.mean())
                .put("stddev_ts", row.deviation())
                .put("warmup_runs", row.warmUp().runs())
                .put("warmup_ns", row.warmUp().nanos())
                .put("processors", machine.processors())
                .put("vector_bits", machine.vectorBits())
                .put("jvm", machine.jvm())
                .put("os", machine.os());
        ArrayNode nanos = node.putArray("samples_ns");
        row.samples().forEach(nanos::add);
        ArrayNode rates = node.putArray("samples_ts");
        row.rates().forEach(rates::add);
        return node;
    }

    /** Scripts ask for all of these. */
    private static void putNeutral(ObjectNode node) {
        node.put("cpu_mask", "0x0")
                .put("cpu_strict", false)
                .put("poll", 0)
                .put("type_k", "f16")
                .put("type_v", "f16")
                .put("n_gpu_layers", 0)
                .put("n_cpu_moe", 0)
                .put("split_mode", "none")
                .put("main_gpu", 0)
                .put("no_kv_offload", false)
                .put("flash_attn", 1)
                .put("devices", "auto")
                .put("tensor_split", "0.00")
                .put("tensor_buft_overrides", "none")
                .put("load_mode", "heap")
                .put("embeddings", false)
                .put("no_op_offload", 0)
                .put("no_host", false)
                .put("repack", true)
                .put("fit_target", 0)
                .put("fit_min_ctx", 0);
    }

    private static String csv(BenchMachine machine, List<BenchRow> rows) {
        StringBuilder text = new StringBuilder();
        for (BenchRow row : rows) {
            ObjectNode node = node(machine, row).remove(SAMPLES);
            if (text.isEmpty()) {
                text.append(
                        node.properties().stream().map(field -> field.getKey()).collect(Collectors.joining(",")));
                text.append('\n');
            }
            text.append(node.properties().stream()
                            .map(field -> quoted(field.getValue()))
                            .collect(Collectors.joining(",")))
                    .append('\n');
        }
        return text.toString();
    }

    /** As llama-bench: every field in quotes, truth as 0 and 1. */
    private static String quoted(JsonNode value) {
        String field = value.isBoolean() ? (value.booleanValue() ? "1" : "0") : value.asText();
        return '"' + field.replace("\"", "\"\"") + '"';
    }

    private static String text(JsonNode node) {
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // a tree of numbers and strings can always be written
        }
    }

    static String pretty(JsonNode node) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
