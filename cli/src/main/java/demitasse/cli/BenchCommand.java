package demitasse.cli;

import demitasse.bench.BenchMachine;
import demitasse.bench.BenchModel;
import demitasse.bench.BenchReport;
import demitasse.bench.BenchRow;
import demitasse.bench.BenchTest;
import demitasse.bench.ModelBench;
import demitasse.bench.SyntheticModel;
import demitasse.bench.WarmUp;
import demitasse.phi3.LanguageModel;
import demitasse.phi3.LoadOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench}: prompt and generation speed, as llama-bench measures them. */
@Command(
        name = "bench",
        description = {
            "Measure tokens a second: pp is reading a prompt, tg is generating.",
            "Numbers may be lists (-p 128,512): all combinations are run."
        },
        subcommands = {BenchCompareCommand.class, BenchKernelsCommand.class})
final class BenchCommand extends BaseCommand {
    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(
            names = {"-t", "--threads"},
            paramLabel = "N",
            split = ",",
            description = "Threads (default: all processors).")
    private List<Integer> threads = List.of(0);

    @Option(
            names = {"-r", "--repetitions"},
            paramLabel = "N",
            description = "Measured runs of each test (default: ${DEFAULT-VALUE}).")
    private int repetitions = 5;

    @Option(
            names = "--parallel",
            paramLabel = "S",
            split = ",",
            description = "Sessions that do the test side by side; their tokens are counted together (default:"
                    + " ${DEFAULT-VALUE}).")
    private List<Integer> parallel = List.of(1);

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES} in any case (default: ${DEFAULT-VALUE}).")
    private BenchReport.Format format = BenchReport.Format.TABLE;

    @Option(
            names = "--write",
            paramLabel = "FILE",
            description = "Write the synthetic model to this GGUF file, for other programs, and time nothing.")
    private Path write;

    @Override
    void run() throws IOException {
        List<BenchTest> tests;
        Path file;
        try {
            if (write != null) {
                write();
                return;
            }
            tests = options.plan(parallel).tests();
            if (repetitions < 1) {
                throw new IllegalArgumentException("at least 1 repetition");
            }
            file = options.file(store(), notes());
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
        BenchModel described = BenchModel.of(file);
        List<BenchRow> rows = new ArrayList<>();
        for (int asked : threads) {
            int count = ThreadsChoice.orAll(asked);
            notes().say("loading " + file);
            try (LanguageModel model = Load.language(file, new LoadOptions(count, false));
                    ModelBench bench = new ModelBench(model, tests)) {
                for (BenchTest test : tests) {
                    rows.add(time(bench, test, described, count));
                }
            }
        }
        out().print(BenchReport.of(format, machine(), rows));
    }

    private BenchRow time(ModelBench bench, BenchTest test, BenchModel model, int count) {
        Instant begin = Instant.now();
        WarmUp warmUp = options.cold ? WarmUp.NONE : bench.warmUp(test);
        notes().say(test.name() + " warm-up: " + warmUp.line());
        List<Long> samples = new ArrayList<>();
        for (int i = 1; i <= repetitions; i++) {
            samples.add(bench.run(test));
            notes().say(test.name() + " " + i + " of " + repetitions);
        }
        return new BenchRow(model, count, test, warmUp, begin, samples);
    }

    private void write() throws IOException {
        if (!options.isSynthetic()) {
            throw new IllegalArgumentException("--write wants --synthetic");
        }
        SyntheticModel model = options.synthetic();
        Path folder = write.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new InputException(write + ": cannot be written: there is no folder " + folder);
        }
        if (Files.exists(write, LinkOption.NOFOLLOW_LINKS)) {
            throw new InputException(write + ": is there already");
        }
        try (Progress progress = notes().progress("writing " + write)) {
            model.write(write, progress::at);
        }
    }

    static BenchMachine machine() {
        return BenchMachine.here(SourceCommit.of(Places.root()));
    }
}
