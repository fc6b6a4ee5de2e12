package demitasse.bench;

import demitasse.gguf.GgmlType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the JMH benchmarks of the kernels, each in a JVM of its own, and puts them beside the machine's peaks. */
public final class KernelBench {
    /** What can be measured. */
    public enum Kernel {
        MATVEC,
        GEMM,
        ATTENTION,
        QUANTIZE,
        ROWS
    }

    /**
     * @param types of the matrices
     * @param seconds of measuring for each line, after as much warm-up and at least three seconds
     */
    public record Options(Set<Kernel> kernels, Set<GgmlType> types, int threads, int seconds) {
        public Options {
            types.stream()
                    .filter(type -> !RandomBlocks.supports(type))
                    .findFirst()
                    .ifPresent(type -> {
                        throw new IllegalArgumentException(
                                "no kernel of " + type + "; there are " + RandomBlocks.names());
                    });
            if (threads < 1 || seconds < 1) {
                throw new IllegalArgumentException("at least 1 thread and 1 second");
            }
            kernels = Set.copyOf(kernels);
            types = types.isEmpty() ? Set.of() : EnumSet.copyOf(types);
        }
    }

    private static final int ITERATIONS = 10;
    private static final long MILLIS = 1000;
    private static final double MEDIAN = 50;
    /** The Vector API is a thousand times slower until C2 has compiled a kernel, which takes a while to begin. */
    private static final int LEAST_WARM_UP_SECONDS = 3;

    private static final int[] DEPTHS = {1024, 4096};
    private static final String HEAP = "-Xmx3g";

    private final Options options;
    private final Consumer<String> report;
    private final List<KernelRow> rows = new ArrayList<>();

    private KernelBench(Options options, Consumer<String> report) {
        this.options = options;
        this.report = report;
    }

    /** All types that have random blocks. */
    public static Set<GgmlType> types() {
        return RandomBlocks.types();
    }

    /** @throws IOException if a measuring JVM fails */
    public static KernelReport run(Options options, Consumer<String> report) throws IOException {
        KernelBench bench = new KernelBench(options, report);
        KernelPeaks peaks = bench.peaks();
        for (Kernel kernel : Kernel.values()) {
            if (options.kernels().contains(kernel)) {
                bench.measure(kernel);
            }
        }
        return new KernelReport(options.threads(), peaks, bench.rows);
    }

    private KernelPeaks peaks() throws IOException {
        Map<String, String> all = Map.of("threads", Integer.toString(options.threads()));
        double triad = 3.0 * Float.BYTES * PeakBenchmark.FAR / time(PeakBenchmark.class, "memoryTriad", all);
        double sum = (double) Integer.BYTES * PeakBenchmark.FAR / time(PeakBenchmark.class, "memorySum", all);
        double near = 3.0 * Float.BYTES * PeakBenchmark.NEAR / time(PeakBenchmark.class, "cacheTriad", Map.of());
        double products = (double) PeakBenchmark.FMA_ROUNDS * PeakBenchmark.FMA_CHAIN * PeakBenchmark.NEAR;
        return new KernelPeaks(triad, sum, near, products / time(PeakBenchmark.class, "multiplyAdd", all));
    }

    private void measure(Kernel kernel) throws IOException {
        switch (kernel) {
            case MATVEC -> matrices("mat-vec", 1);
            case GEMM -> matrices("gemm, " + MatrixBenchmark.BATCH + " tokens", MatrixBenchmark.BATCH);
            case ATTENTION -> {
                for (int depth : DEPTHS) {
                    attention("attention at " + depth, depth, 1);
                }
                attention("attention at " + DEPTHS[0] + ", 128 tokens", DEPTHS[0], MatrixBenchmark.BATCH);
            }
            case QUANTIZE -> quantize();
            case ROWS -> {
                row("rmsNorm", 3);
                row("rope", 2);
                row("softmax", 2);
                row("swiglu", 3);
            }
        }
    }

    private void matrices(String name, int tokens) throws IOException {
        for (GgmlType type : options.types()) {
            double nanos = time(
                    MatrixBenchmark.class,
                    "multiply",
                    Map.of("type", type.name(), "tokens", "" + tokens, "threads", "" + options.threads()));
            long weights = (long) MatrixBenchmark.rows(type, tokens) * MatrixBenchmark.COLUMNS;
            add(new KernelRow(
                    name,
                    type.name(),
                    nanos,
                    type.bytesFor(weights),
                    weights * tokens,
                    tokens == 1 ? KernelRow.Limit.MEMORY : KernelRow.Limit.ARITHMETIC));
        }
    }

    private void attention(String name, int depth, int tokens) throws IOException {
        double nanos = time(
                AttentionBenchmark.class,
                "attend",
                Map.of("depth", "" + depth, "tokens", "" + tokens, "threads", "" + options.threads()));
        add(new KernelRow(
                name,
                "F16",
                nanos,
                AttentionBenchmark.bytes(depth),
                AttentionBenchmark.multiplications(depth, tokens),
                tokens == 1 ? KernelRow.Limit.MEMORY : KernelRow.Limit.ARITHMETIC));
    }

    private void quantize() throws IOException {
        double with = time(RowBenchmark.class, "quantizeAndPanel", Map.of());
        double without = time(RowBenchmark.class, "panel", Map.of());
        long values = (long) RowBenchmark.WIDTH * RowBenchmark.QUANTIZED_TOKENS;
        add(new KernelRow(
                "quantise, " + RowBenchmark.QUANTIZED_TOKENS + " tokens",
                "int8",
                Math.max(1, with - without),
                values * (Float.BYTES + Short.BYTES),
                0,
                KernelRow.Limit.CACHE));
    }

    /** @param streams arrays of a row's length that are read or written */
    private void row(String method, int streams) throws IOException {
        double nanos = time(RowBenchmark.class, method, Map.of());
        long bytes = (long) streams * Float.BYTES * RowBenchmark.WIDTH;
        add(new KernelRow(method, "F32", nanos, bytes, 0, KernelRow.Limit.CACHE));
    }

    private void add(KernelRow row) {
        report.accept(row.line());
        rows.add(row);
    }

    /** Nanoseconds a call. */
    private double time(Class<?> type, String method, Map<String, String> parameters) throws IOException {
        ChainedOptionsBuilder builder = new OptionsBuilder()
                .include("^" + type.getName().replace(".", "\\.") + "\\." + method + "$")
                .forks(1)
                .warmupIterations(ITERATIONS)
                .warmupTime(TimeValue.milliseconds(warmUpSeconds() * MILLIS / ITERATIONS))
                .measurementIterations(ITERATIONS)
                .measurementTime(TimeValue.milliseconds(options.seconds() * MILLIS / ITERATIONS))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .jvmArgs(jvmArguments());
        parameters.forEach(builder::param);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            // Its results are read here, and what the JVMs say of themselves is of no interest.
            OutputFormat silent = OutputFormatFactory.createFormatInstance(out, VerboseMode.SILENT);
            Collection<RunResult> results = new Runner(builder.build(), silent).run();
            // The median: an iteration in which a compiler or a neighbour was busy does not count.
            return results.iterator().next().getPrimaryResult().getStatistics().getPercentile(MEDIAN);
        } catch (RunnerException e) {
            String last = said.toString(StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .reduce((first, second) -> second)
                    .orElse(e.getMessage());
            throw new IOException("the benchmark " + type.getSimpleName() + "." + method + " failed: " + last, e);
        }
    }

    private int warmUpSeconds() {
        return Math.max(LEAST_WARM_UP_SECONDS, options.seconds());
    }

    /** What decides how kernels are compiled is as here (-XX:UseAVX=2); the heap and the start-up cache are not. */
    private static String[] jvmArguments() {
        List<String> arguments = new ArrayList<>(
                List.of("--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", HEAP));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-XX:") || argument.startsWith("-Ddemitasse.scalar"))
                .filter(argument -> !argument.startsWith("-XX:AOT"))
                .forEach(arguments::add);
        return arguments.toArray(String[]::new);
    }
}
