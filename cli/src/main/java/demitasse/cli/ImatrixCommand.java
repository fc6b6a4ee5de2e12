package demitasse.cli;

import demitasse.cli.data.DataFile;
import demitasse.phi3.ImportanceCollector;
import demitasse.phi3.LanguageModel;
import demitasse.phi3.LoadOptions;
import demitasse.phi3.Perplexity;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code imatrix}: which columns of a model's matrices matter for a text, as llama-imatrix computes it. */
@Command(
        name = "imatrix",
        description = "Compute an importance matrix from a text, for quantize --imatrix; llama-imatrix's GGUF form.")
final class ImatrixCommand extends BaseCommand {
    @Option(
            names = {"-m", "--model"},
            required = true,
            paramLabel = "MODEL",
            description = "A decoder model.")
    private String model;

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "TEXT",
            description = "The text, in UTF-8.")
    private Path input;

    @Option(
            names = {"-o", "--out"},
            required = true,
            paramLabel = "FILE",
            description = "Where to write.")
    private Path output;

    @Option(
            names = {"-c", "--context"},
            paramLabel = "N",
            description = "Tokens of a chunk (default: ${DEFAULT-VALUE}).")
    private int context = 512;

    @Option(names = "--chunks", paramLabel = "N", description = "Chunks at most (default: the whole text).")
    private int chunks = Integer.MAX_VALUE;

    @Mixin
    private LoadChoice load;

    @Override
    void run() throws IOException {
        if (context < 1 || chunks < 1) {
            throw usage("context and chunks: at least 1");
        }
        String text = PerplexityCommand.withoutLastLineEnd(DataFile.text(input));
        LoadOptions options = load.options();
        try (LanguageModel loaded = Load.language(ModelOption.resolve(model, store()), options)) {
            int[] ids = Perplexity.encode(loaded, text);
            int count = PerplexityCommand.chunks(input, ids, context, chunks);
            Notes notes = notes();
            ImportanceCollector.of(loaded, ids, context, count, done -> notes.say(done + " of " + count + " chunks"))
                    .write(output, input.toString());
        }
    }
}
