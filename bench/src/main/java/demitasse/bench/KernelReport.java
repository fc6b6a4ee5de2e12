package demitasse.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** The kernels' figures for people or programs. */
public final class KernelReport {
    private final int threads;
    private final KernelPeaks peaks;
    private final List<KernelRow> rows;

    KernelReport(int threads, KernelPeaks peaks, List<KernelRow> rows) {
        this.threads = threads;
        this.peaks = peaks;
        this.rows = List.copyOf(rows);
    }

    public String table(BenchMachine machine) {
        StringBuilder text =
                new StringBuilder("| kernel | type | ns/op | GB/s | GMAC/s | % of peak |\n|---|---|--:|--:|--:|--:|\n");
        for (KernelRow row : rows) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %.0f | %.1f | %s | %.0f (%s) |%n",
                    row.kernel(),
                    row.type(),
                    row.nanos(),
                    row.bandwidth(),
                    row.products() == 0 ? "" : String.format(Locale.ROOT, "%.1f", row.arithmetic()),
                    row.percent(peaks),
                    row.limit().name().toLowerCase(Locale.ROOT)));
        }
        return text.append(String.format(
                        Locale.ROOT,
                        "%nPeaks, %d threads: memory %.1f GB/s reading, %.1f triad; float multiply-adds %.1f G/s;"
                                + " one thread in the near cache: triad %.1f GB/s. Rows and quantising: one thread."
                                + " Kernels that multiply 16-bit integers can pass 100 %%.%n%s%n",
                        threads,
                        peaks.read(),
                        peaks.triad(),
                        peaks.multiplyAdd(),
                        peaks.cache(),
                        machine.line()))
                .toString();
    }

    public String json(BenchMachine machine) {
        ArrayNode all = BenchReport.JSON.createArrayNode();
        for (KernelRow row : rows) {
            ObjectNode node = all.addObject();
            node.put("kernel", row.kernel())
                    .put("type", row.type())
                    .put("n_threads", row.limit() == KernelRow.Limit.CACHE ? 1 : threads)
                    .put("ns_op", row.nanos())
                    .put("gb_s", row.bandwidth())
                    .put("gmac_s", row.arithmetic())
                    .put("percent_of_peak", row.percent(peaks))
                    .put("limit", row.limit().name().toLowerCase(Locale.ROOT))
                    .put("peak_read_gb_s", peaks.read())
                    .put("peak_triad_gb_s", peaks.triad())
                    .put("peak_cache_gb_s", peaks.cache())
                    .put("peak_gmac_s", peaks.multiplyAdd())
                    .put("cpu_info", machine.cpu())
                    .put("vector_bits", machine.vectorBits())
                    .put("jvm", machine.jvm())
                    .put("build_commit", machine.commit());
        }
        return BenchReport.pretty(all);
    }
}
