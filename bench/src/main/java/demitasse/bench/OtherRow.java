package demitasse.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One row of another program's llama-bench output.
 *
 * @param rate tokens a second, the mean of its repetitions
 * @param program what it says of itself: build and CPU
 */
record OtherRow(int prompt, int generate, int depth, double rate, String program) {
    /**
     * Reads JSON or JSONL; text before the first bracket that begins a line is passed over.
     *
     * @throws IOException if there is no row in it
     */
    static List<OtherRow> parse(String output) throws IOException {
        List<OtherRow> rows = new ArrayList<>();
        int from = start(output);
        if (from >= 0) {
            try (MappingIterator<JsonNode> values =
                    BenchReport.JSON.readerFor(JsonNode.class).readValues(output.substring(from))) {
                while (values.hasNext()) {
                    add(values.next(), rows);
                }
            } catch (JsonProcessingException | RuntimeException e) {
                throw new IOException("no llama-bench JSON on its standard output: " + firstLine(e.getMessage()), e);
            }
        }
        if (rows.isEmpty()) {
            throw new IOException("no llama-bench JSON on its standard output (-o json?)");
        }
        return rows;
    }

    private static int start(String output) {
        int at = 0;
        for (String line : output.split("\n", -1)) {
            String text = line.strip();
            if (text.startsWith("[") && (text.length() == 1 || text.matches("\\[\\s*[{\\]].*"))
                    || text.startsWith("{")) {
                return at;
            }
            at += line.length() + 1;
        }
        return -1;
    }

    private static void add(JsonNode value, List<OtherRow> rows) throws IOException {
        if (value.isArray()) {
            for (JsonNode one : value) {
                add(one, rows);
            }
            return;
        }
        if (!value.path("n_prompt").isInt()
                || !value.path("n_gen").isInt()
                || !value.path("avg_ts").isNumber()) {
            throw new IOException("its JSON has no n_prompt, n_gen and avg_ts");
        }
        rows.add(new OtherRow(
                value.get("n_prompt").intValue(),
                value.get("n_gen").intValue(),
                value.path("n_depth").asInt(0), // versions before depth
                value.get("avg_ts").doubleValue(),
                value.path("backends").asText("") + " "
                        + value.path("build_commit").asText("")));
    }

    private static String firstLine(String message) {
        return message == null ? "" : message.lines().findFirst().orElse("");
    }

    String test() {
        return name(prompt, generate, depth);
    }

    private static String name(int prompt, int generate, int depth) {
        return prompt + generate == 0 ? "nothing" : new BenchTest(prompt, generate, depth, 1, 1).name();
    }
}
