package demitasse.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import demitasse.phi3.DivergenceResult;
import demitasse.phi3.DivergenceResult.Estimate;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;

/** What {@code perplexity --kl-divergence} prints: llama-perplexity's lines, or one JSON object. */
final class DivergenceReport {
    private static final double PERCENT = 100;
    private static final double[] TAILS = {0.999, 0.99, 0.95, 0.9};
    private static final double QUARTER = 0.25;

    private final DivergenceResult result;

    DivergenceReport(DivergenceResult result) {
        this.result = result;
    }

    String line() {
        return String.format(
                Locale.ROOT,
                "[%d] PPL %.4f, KLD %.5f, RMS \u0394p %.3f %%, same top p %.3f %%",
                result.chunks(),
                result.perplexity().value(),
                result.divergence().value(),
                PERCENT * result.probabilityRms().value(),
                PERCENT * result.sameTop().value());
    }

    void print(PrintWriter out) {
        out.println("====== Perplexity statistics ======");
        estimate(out, "Mean PPL(Q)                   ", result.perplexity());
        estimate(out, "Mean PPL(base)                ", result.basePerplexity());
        out.printf(Locale.ROOT, "Cor(ln(PPL(Q)), ln(PPL(base))): %6.2f%%%n", PERCENT * result.correlation());
        estimate(out, "Mean ln(PPL(Q)/PPL(base))     ", result.logRatio());
        estimate(out, "Mean PPL(Q)/PPL(base)         ", result.ratio());
        estimate(out, "Mean PPL(Q)-PPL(base)         ", result.difference());
        out.printf("%n====== KL divergence statistics ======%n");
        estimate(out, "Mean    KLD", result.divergence());
        percentiles(out, "KLD", result.divergences(), false, "%10.6f", 1);
        out.printf("%n====== Token probability statistics ======%n");
        percent(out, "Mean    \u0394p", result.probabilityChange());
        percentiles(out, "\u0394p", result.probabilityChanges(), true, "%6.3f%%", PERCENT);
        percent(out, "RMS \u0394p    ", result.probabilityRms());
        percent(out, "Same top p", result.sameTop());
    }

    private static void estimate(PrintWriter out, String name, Estimate estimate) {
        out.printf(Locale.ROOT, "%s: %10.6f \u00b1 %10.6f%n", name, estimate.value(), estimate.deviation());
    }

    private static void percent(PrintWriter out, String name, Estimate estimate) {
        out.printf(
                Locale.ROOT,
                "%s: %6.3f \u00b1 %5.3f %%%n",
                name,
                PERCENT * estimate.value(),
                PERCENT * estimate.deviation());
    }

    private static void percentiles(
            PrintWriter out, String name, float[] values, boolean quarters, String form, double scale) {
        value(out, "Maximum", name, values, 1, form, scale);
        for (double tail : TAILS) {
            value(out, label(tail), name, values, tail, form, scale);
        }
        if (quarters) {
            value(out, label(1 - QUARTER), name, values, 1 - QUARTER, form, scale);
        }
        value(out, "Median ", name, values, 0.5, form, scale);
        if (quarters) {
            value(out, label(QUARTER), name, values, QUARTER, form, scale);
        }
        for (int i = TAILS.length - 1; i >= 0; i--) {
            value(out, label(1 - TAILS[i]), name, values, 1 - TAILS[i], form, scale);
        }
        value(out, "Minimum", name, values, 0, form, scale);
    }

    private static String label(double fraction) {
        return String.format(Locale.ROOT, "%4.1f%%  ", PERCENT * fraction);
    }

    private static void value(
            PrintWriter out, String label, String name, float[] values, double fraction, String form, double scale) {
        double value = scale * DivergenceResult.percentile(values, fraction);
        out.printf(Locale.ROOT, "%s %s: " + form + "%n", label, name, value);
    }

    /** Probabilities are 0 to 1 here. */
    ObjectNode json() {
        ObjectNode node = JsonLines.object();
        node.put("chunks", result.chunks()).put("scored", result.scored());
        Map.of(
                        "perplexity", result.perplexity(),
                        "base_perplexity", result.basePerplexity(),
                        "log_ratio", result.logRatio(),
                        "ratio", result.ratio(),
                        "difference", result.difference(),
                        "kl_divergence", result.divergence(),
                        "probability_change", result.probabilityChange(),
                        "probability_rms", result.probabilityRms(),
                        "same_top", result.sameTop())
                .entrySet()
                .stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> node.putObject(entry.getKey())
                        .put("value", entry.getValue().value())
                        .put("deviation", entry.getValue().deviation()));
        node.put("correlation", result.correlation());
        percentiles(node.putObject("kl_divergence_percentiles"), result.divergences());
        percentiles(node.putObject("probability_change_percentiles"), result.probabilityChanges());
        return node;
    }

    private static void percentiles(ObjectNode node, float[] values) {
        for (double percent : new double[] {0, 0.1, 1, 5, 10, 25, 50, 75, 90, 95, 99, 99.9, PERCENT}) {
            node.put(
                    String.format(Locale.ROOT, "%.1f", percent),
                    DivergenceResult.percentile(values, percent / PERCENT));
        }
    }
}
