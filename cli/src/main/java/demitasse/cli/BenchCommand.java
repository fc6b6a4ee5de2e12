package demitasse.cli;

import demitasse.bench.BenchMachine;
import demitasse.bench.BenchReport;
import demitasse.bench.BenchRow;
import demitasse.bench.ModelBench;
import demitasse.bench.SyntheticModel;
import demitasse.phi3.LanguageModel;
import demitasse.phi3.LoadOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench}: prompt and generation speed, as llama-bench measures them. */
@Command(name = "bench", description = "Measure tokens a second: pp is reading a prompt, tg is generating.")
final class BenchCommand extends BaseCommand {
    /** Which model to time. */
    static final class Subject {
        @Option(
                names = {"-m", "--model"},
                paramLabel = "MODEL",
                description = "A decoder model (default: the default chat model).")
        private String model;

        @Option(
                names = "--synthetic",
                paramLabel = "SHAPE:TYPE",
                description = "Random weights in a published model's shape, for example phi-3-mini:Q4_K_M; written"
                        + " to the cache once.")
        private String synthetic;
    }

    @ArgGroup(exclusive = true)
    private Subject subject = new Subject();

    @Option(
            names = {"-p", "--prompt"},
            paramLabel = "N",
            description = "Tokens of the prompt; 0 leaves the test out (default: ${DEFAULT-VALUE}).")
    private int prompt = 128;

    @Option(
            names = {"-n", "--generate"},
            paramLabel = "N",
            description = "Tokens to generate; 0 leaves the test out (default: ${DEFAULT-VALUE}).")
    private int generate = 32;

    @Option(
            names = {"-t", "--threads"},
            paramLabel = "N",
            description = "Threads (default: all processors).")
    private int threads;

    @Option(
            names = {"-r", "--repetitions"},
            paramLabel = "N",
            description = "Measured runs of each test (default: ${DEFAULT-VALUE}).")
    private int repetitions = 5;

    @Option(
            names = {"-b", "--batch"},
            paramLabel = "N",
            description = "The most prompt tokens given to the model at once (default: ${DEFAULT-VALUE}).")
    private int batch = 512;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES} in any case (default: ${DEFAULT-VALUE}).")
    private BenchReport.Format format = BenchReport.Format.TABLE;

    @Override
    void run() throws IOException {
        ModelBench.Options options;
        try {
            options = new ModelBench.Options(prompt, generate, repetitions, batch);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
        Path file = file();
        int count = Threads.orAll(threads);
        notes().say("loading " + file);
        try (LanguageModel model = Load.language(file, new LoadOptions(count, false))) {
            List<BenchRow> rows = ModelBench.run(model, Files.size(file), count, options, line -> notes().say(line));
            out().print(BenchReport.of(format, BenchMachine.here(), rows));
        }
    }

    private Path file() throws IOException {
        if (subject.synthetic == null) {
            return ModelOption.resolve(subject.model == null ? Catalog.DEFAULT_CHAT : subject.model, store());
        }
        SyntheticModel synthetic;
        try {
            synthetic = SyntheticModel.named(subject.synthetic);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
        try (Progress progress = notes().progress("writing " + synthetic.fileName())) {
            return synthetic.in(Places.cache(), progress::at);
        }
    }
}
