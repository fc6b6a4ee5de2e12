package demitasse.cli;

import demitasse.bench.BenchPlan;
import demitasse.bench.SyntheticModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What is timed: the options that {@code bench} and {@code bench compare} share. */
final class BenchOptions {
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
            names = {"-p", "--prompt", "--n-prompt"},
            paramLabel = "N",
            split = ",",
            description = "Tokens of the prompt; 0 leaves the test out (default: ${DEFAULT-VALUE}).")
    private List<Integer> prompts = List.of(128);

    @Option(
            names = {"-n", "--generate", "--n-gen"},
            paramLabel = "N",
            split = ",",
            description = "Tokens to generate; 0 leaves the test out (default: ${DEFAULT-VALUE}).")
    private List<Integer> generations = List.of(32);

    @Option(
            names = "-pg",
            paramLabel = "P,N",
            description = "Also read a prompt of P tokens and then generate N; may be given several times.")
    private List<String> pairs = List.of();

    @Option(
            names = {"-d", "--depth", "--n-depth"},
            paramLabel = "N",
            split = ",",
            description = "Tokens in the context before each test, not counted (default: ${DEFAULT-VALUE}).")
    private List<Integer> depths = List.of(0);

    @Option(
            names = {"-b", "--batch", "--batch-size"},
            paramLabel = "N",
            split = ",",
            description = "The most prompt tokens given to the model at once (default: ${DEFAULT-VALUE}).")
    private List<Integer> batches = List.of(512);

    @Option(
            names = "--no-warmup",
            description = "Time at once, while the JIT compilers still work: for trying things out.")
    boolean cold;

    /** @throws IllegalArgumentException if the numbers make no tests */
    BenchPlan plan(List<Integer> parallel) {
        return new BenchPlan(
                prompts, generations, pairs.stream().map(BenchPlan.Pair::parse).toList(), depths, batches, parallel);
    }

    boolean isSynthetic() {
        return subject.synthetic != null;
    }

    /** @throws IllegalArgumentException naming what there is */
    SyntheticModel synthetic() {
        return SyntheticModel.named(subject.synthetic);
    }

    /**
     * The model's file, fetched or written if need be.
     *
     * @throws IllegalArgumentException if there is no such synthetic model
     */
    Path file(ModelStore store, Notes notes) throws IOException {
        if (!isSynthetic()) {
            return ModelOption.resolve(subject.model == null ? Catalog.DEFAULT_CHAT : subject.model, store);
        }
        SyntheticModel synthetic = synthetic();
        try (Progress progress = notes.progress("writing " + synthetic.fileName())) {
            return synthetic.in(Places.cache(), progress::at);
        }
    }
}
