package demitasse.cli;

import demitasse.bench.KernelBench;
import demitasse.bench.KernelReport;
import demitasse.gguf.GgmlType;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench kernels}: each kernel alone, beside what the machine can do at most. */
@Command(
        name = "kernels",
        description = {
            "Measure each kernel alone (JMH, a JVM for each line) and the machine's peaks for memory and arithmetic.",
            "All types take about five minutes."
        })
final class BenchKernelsCommand extends BaseCommand {
    /** How the figures are printed; MD is another name of TABLE. */
    enum Format {
        TABLE,
        MD,
        JSON
    }

    @Option(
            names = "--kernels",
            paramLabel = "KERNEL",
            split = ",",
            description = "Some of ${COMPLETION-CANDIDATES} (default: all).")
    private List<KernelBench.Kernel> kernels = List.of(KernelBench.Kernel.values());

    @Option(
            names = "--types",
            paramLabel = "TYPE",
            split = ",",
            description = "Matrices of these types, for example Q4_K,F16 (default: all).")
    private List<GgmlType> types = List.copyOf(KernelBench.types());

    @Mixin
    private ThreadsChoice threads;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "Measuring for each line, after a warm-up as long, at least 3 (default: ${DEFAULT-VALUE}).")
    private int seconds = 2;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES} in any case (default: ${DEFAULT-VALUE}).")
    private Format format = Format.TABLE;

    @Override
    void run() throws IOException {
        KernelBench.Options options;
        try {
            options = new KernelBench.Options(EnumSet.copyOf(kernels), EnumSet.copyOf(types), threads.count(), seconds);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
        KernelReport report = KernelBench.run(options, line -> notes().say(line));
        out().print(format == Format.JSON ? report.json(BenchCommand.machine()) : report.table(BenchCommand.machine()));
    }
}
