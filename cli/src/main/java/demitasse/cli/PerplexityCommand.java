package demitasse.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import demitasse.cli.data.DataFile;
import demitasse.gguf.ModelLoadException;
import demitasse.phi3.Divergence;
import demitasse.phi3.LanguageModel;
import demitasse.phi3.LoadOptions;
import demitasse.phi3.Perplexity;
import demitasse.phi3.SavedLogits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code perplexity}: how well a model foresees a text, by llama-perplexity's convention. */
@Command(
        name = "perplexity",
        description = "How well a model foresees a text; less is better. Figures compare with llama-perplexity's.",
        footer = {
            "",
            "The text is cut into chunks of the context's size; in each, the tokens of the second half are scored."
        })
final class PerplexityCommand extends BaseCommand {
    @Option(
            names = {"-m", "--model"},
            required = true,
            paramLabel = "MODEL",
            description = "A decoder model.")
    private String model;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "TEXT",
            description = "The text, in UTF-8; not with --kl-divergence, which takes it from the base.")
    private Path input;

    @Option(
            names = {"--kl-divergence-base", "--save-all-logits"},
            paramLabel = "FILE",
            description = "Also save what the model foresees, 16 bits a token and position, as llama-perplexity does;"
                    + " with --kl-divergence, what is compared with.")
    private Path base;

    @Option(names = "--kl-divergence", description = "How far the model is from the one that the base was saved with.")
    private boolean divergence;

    @Option(
            names = {"-c", "--context"},
            paramLabel = "N",
            description = "Tokens of a chunk (default: ${DEFAULT-VALUE}).")
    private int context = 512;

    @Option(names = "--chunks", paramLabel = "N", description = "Chunks at most (default: the whole text).")
    private int chunks = Integer.MAX_VALUE;

    @Option(names = "--json", description = "The result as one JSON object.")
    private boolean json;

    @Mixin
    private LoadChoice load;

    @Mixin
    private CacheChoice cache;

    @Override
    void run() throws IOException {
        if (context < Perplexity.SMALLEST_CONTEXT) {
            throw usage("context: at least " + Perplexity.SMALLEST_CONTEXT + " tokens, not " + context);
        }
        if (chunks < 1) {
            throw usage("chunks: at least 1, not " + chunks);
        }
        LoadOptions options = cache.apply(load.options());
        if (divergence) {
            compare(options);
            return;
        }
        if (input == null) {
            throw usage("--file is missing");
        }
        String text = withoutLastLineEnd(DataFile.text(input));
        try (LanguageModel loaded = Load.language(ModelOption.resolve(model, store()), options)) {
            int[] ids = Perplexity.encode(loaded, text);
            int count = chunks(input, ids, context, chunks);
            Notes notes = notes();
            notes.say(ids.length + " tokens, " + count + " chunks of " + context);
            Consumer<Perplexity.Result> progress = soFar -> notes.say(line(soFar));
            if (base == null) {
                print(Perplexity.of(loaded, ids, context, count, progress));
                return;
            }
            try (Output file = new Output(base)) {
                print(Perplexity.save(loaded, ids, context, count, file.stream(), progress));
                file.done();
            }
        }
    }

    private void compare(LoadOptions options) throws IOException {
        if (base == null) {
            throw usage("--kl-divergence needs --kl-divergence-base");
        }
        Path file = ModelOption.resolve(model, store());
        try (SavedLogits saved = SavedLogits.open(base);
                LanguageModel loaded = Load.language(file, options)) {
            int count = Math.min(chunks, saved.chunks());
            Notes notes = notes();
            notes.say(base + ": " + count + " chunks of " + saved.context());
            DivergenceReport report = new DivergenceReport(
                    Divergence.of(loaded, saved, count, soFar -> notes.say(new DivergenceReport(soFar).line())));
            if (json) {
                out().println(JsonLines.write(report.json()));
            } else {
                report.print(out());
            }
        } catch (ModelLoadException e) {
            throw Load.named(file, e);
        }
    }

    private void print(Perplexity.Result result) {
        if (json) {
            ObjectNode node = JsonLines.object().put("perplexity", result.value());
            node.put("deviation", result.deviation());
            node.put("chunks", result.chunks());
            node.put("scored", result.scored());
            out().println(JsonLines.write(node));
        } else {
            out().printf(Locale.ROOT, "PPL = %.4f +/- %.5f%n", result.value(), result.deviation());
        }
    }

    private static String line(Perplexity.Result result) {
        return String.format(Locale.ROOT, "[%d] %.4f", result.chunks(), result.value());
    }

    /** How many chunks of a text there are, up to {@code most}; a text without a whole one is refused. */
    static int chunks(Path input, int[] ids, int context, int most) {
        int count = Math.min(most, Perplexity.chunks(ids.length, context));
        if (count == 0) {
            throw new InputException(
                    input + ": " + ids.length + " tokens, fewer than one chunk of " + context + " (-c)");
        }
        return count;
    }

    /** llama.cpp's {@code -f} drops one. */
    static String withoutLastLineEnd(String text) {
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }
}
