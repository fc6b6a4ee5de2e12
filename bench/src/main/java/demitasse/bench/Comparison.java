package demitasse.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Our runs and another program's by turns, so that a machine that is slow for a while is slow for both: the ratio of
 * each pair counts, not that of the means. While the other runs, our threads are parked.
 */
public final class Comparison {
    /**
     * One test.
     *
     * @param ours tokens a second in each round
     * @param theirs likewise
     */
    record Row(String test, List<Double> ours, List<Double> theirs) {
        List<Double> ratios() {
            List<Double> ratios = new ArrayList<>();
            for (int i = 0; i < ours.size(); i++) {
                ratios.add(ours.get(i) / theirs.get(i));
            }
            return ratios;
        }
    }

    private static final double SECOND = 1e9;

    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final Set<String> onlyOurs = new LinkedHashSet<>();
    private final Set<String> onlyTheirs = new LinkedHashSet<>();
    private String program = "";

    /**
     * Runs {@code rounds} pairs, ours first. Each of our tests is run once uncounted after every pause, as the other
     * program has its own warm-up.
     *
     * @param bench warm already
     * @param command prints llama-bench's JSON
     * @param report gets a line of progress now and then
     * @throws IOException if the other program fails, or has no test in common with ours
     */
    public static Comparison run(
            ModelBench bench, List<BenchTest> tests, int rounds, List<String> command, Consumer<String> report)
            throws IOException {
        OtherBench other = new OtherBench(command);
        Comparison comparison = new Comparison();
        for (int round = 1; round <= rounds; round++) {
            Map<String, Double> ours = new LinkedHashMap<>();
            for (BenchTest test : tests) {
                bench.runBriefly(test);
                ours.put(test.name(), test.tokens() * SECOND / bench.run(test));
            }
            report.accept("round " + round + " of " + rounds + ": ours " + ours);
            List<OtherRow> theirs = other.run();
            comparison.add(ours, theirs);
            report.accept("round " + round + " of " + rounds + ": theirs "
                    + theirs.stream().map(row -> row.test() + "=" + row.rate()).toList());
        }
        return comparison;
    }

    /** @throws IOException if a test stands twice in theirs, or none is ours */
    void add(Map<String, Double> ours, List<OtherRow> theirs) throws IOException {
        Map<String, Double> named = new LinkedHashMap<>();
        for (OtherRow row : theirs) {
            program = row.program().strip();
            if (named.put(row.test(), row.rate()) != null) {
                throw new IOException("the other program has " + row.test() + " more than once");
            }
        }
        onlyTheirs.addAll(named.keySet());
        onlyTheirs.removeAll(ours.keySet());
        onlyOurs.addAll(ours.keySet());
        onlyOurs.removeAll(named.keySet());
        ours.forEach((test, rate) -> {
            if (named.containsKey(test)) {
                Row row = rows.computeIfAbsent(test, name -> new Row(name, new ArrayList<>(), new ArrayList<>()));
                row.ours().add(rate);
                row.theirs().add(named.get(test));
            }
        });
        if (rows.isEmpty()) {
            throw new IOException("no test in common: ours " + String.join(", ", ours.keySet()) + ", theirs "
                    + String.join(", ", named.keySet()));
        }
    }

    /** Tests that only one of both ran, for a note; empty if there are none. */
    public String unmatched() {
        String ours = onlyOurs.isEmpty() ? "" : "only ours: " + String.join(", ", onlyOurs);
        String theirs = onlyTheirs.isEmpty() ? "" : "only theirs: " + String.join(", ", onlyTheirs);
        return ours.isEmpty() || theirs.isEmpty() ? ours + theirs : ours + "; " + theirs;
    }

    public String table(BenchMachine machine, BenchModel model) {
        StringBuilder text = new StringBuilder(
                "| test | ours, tokens/s | theirs | ours / theirs | least | most | pairs |\n|---|--:|--:|--:|--:|--:|--:|\n");
        for (Row row : rows.values()) {
            List<Double> ratios = row.ratios();
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %.2f | %.2f | %.3f | %.3f | %.3f | %d |%n",
                    row.test(),
                    median(row.ours()),
                    median(row.theirs()),
                    median(ratios),
                    least(ratios),
                    most(ratios),
                    ratios.size()));
        }
        return text.append(String.format(
                        "%n%s (%s); medians of pairs run by turns; theirs: %s%n%s%n",
                        model.name(), model.type(), program, machine.line()))
                .toString();
    }

    public String json(BenchMachine machine, BenchModel model) {
        ArrayNode all = BenchReport.JSON.createArrayNode();
        for (Row row : rows.values()) {
            List<Double> ratios = row.ratios();
            ObjectNode node = all.addObject();
            node.put("test", row.test())
                    .put("model_filename", model.file())
                    .put("model_type", model.type())
                    .put("ours_ts", median(row.ours()))
                    .put("theirs_ts", median(row.theirs()))
                    .put("ratio", median(ratios))
                    .put("ratio_min", least(ratios))
                    .put("ratio_max", most(ratios))
                    .put("theirs", program)
                    .put("cpu_info", machine.cpu())
                    .put("vector_bits", machine.vectorBits())
                    .put("jvm", machine.jvm())
                    .put("build_commit", machine.commit());
            put(node.putArray("ours_samples_ts"), row.ours());
            put(node.putArray("theirs_samples_ts"), row.theirs());
        }
        return BenchReport.pretty(all);
    }

    private static void put(ArrayNode array, List<Double> values) {
        values.forEach(array::add);
    }

    static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(v -> v).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double least(List<Double> values) {
        return values.stream().mapToDouble(v -> v).min().orElseThrow();
    }

    private static double most(List<Double> values) {
        return values.stream().mapToDouble(v -> v).max().orElseThrow();
    }
}
