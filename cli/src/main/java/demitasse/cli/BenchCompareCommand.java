package demitasse.cli;

import demitasse.bench.BenchModel;
import demitasse.bench.BenchTest;
import demitasse.bench.Comparison;
import demitasse.bench.ModelBench;
import demitasse.phi3.LanguageModel;
import demitasse.phi3.LoadOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench compare}: our speed against another program's, by turns. */
@Command(
        name = "compare",
        description = {
            "Run ours and another program by turns and print the ratios of the pairs.",
            "For example: bench compare -m F -p 128 -n 32 -t 2 -- llama-bench -m F -p 128 -n 32 -t 2 -r 1 -o json"
        })
final class BenchCompareCommand extends BaseCommand {
    /** How the ratios are printed; MD is another name of TABLE. */
    enum Format {
        TABLE,
        MD,
        JSON
    }

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(
            names = {"-t", "--threads"},
            paramLabel = "N",
            description = "Our threads (default: all processors).")
    private int threads;

    @Option(
            names = {"-r", "--rounds"},
            paramLabel = "ROUNDS",
            description = "Pairs of runs (default: ${DEFAULT-VALUE}).")
    private int rounds = 5;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES} in any case (default: ${DEFAULT-VALUE}).")
    private Format format = Format.TABLE;

    @Parameters(
            paramLabel = "CMD",
            arity = "1..*",
            description = "After --: the other program, which prints llama-bench's JSON (-o json).")
    private List<String> command;

    @Override
    void run() throws IOException {
        List<BenchTest> tests;
        Path file;
        try {
            tests = options.plan(List.of(1)).tests();
            if (rounds < 1) {
                throw new IllegalArgumentException("at least 1 round");
            }
            if (tests.stream().map(BenchTest::name).distinct().count() < tests.size()) {
                throw new IllegalArgumentException("the same test twice: give one batch size, and each number once");
            }
            file = options.file(store(), notes());
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
        notes().say("loading " + file);
        try (LanguageModel model = Load.language(file, new LoadOptions(ThreadsChoice.orAll(threads), false));
                ModelBench bench = new ModelBench(model, tests)) {
            if (!options.cold) {
                tests.forEach(test -> notes().say(
                                test.name() + " warm-up: " + bench.warmUp(test).line()));
            }
            Comparison comparison = Comparison.run(bench, tests, rounds, command, line -> notes().say(line));
            if (!comparison.unmatched().isEmpty()) {
                notes().say(comparison.unmatched());
            }
            BenchModel described = BenchModel.of(file);
            out().print(
                            format == Format.JSON
                                    ? comparison.json(BenchCommand.machine(), described)
                                    : comparison.table(BenchCommand.machine(), described));
        }
    }
}
