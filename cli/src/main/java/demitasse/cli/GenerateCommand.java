package demitasse.cli;

import demitasse.phi3.ChatMessage;
import demitasse.phi3.GenerationOptions;
import demitasse.phi3.GenerationResult;
import demitasse.phi3.LanguageModel;
import demitasse.phi3.LoadOptions;
import demitasse.phi3.Prompt;
import demitasse.phi3.SamplingOptions;
import demitasse.phi3.Session;
import demitasse.phi3.grammar.Grammar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code generate}: one completion. */
@Command(name = "generate", description = "Complete a prompt; the text goes to stdout as it comes.")
final class GenerateCommand extends BaseCommand {
    /** A KV cache costs memory: what a conversation needs, not the 128k that some models allow. */
    private static final int USUAL_CONTEXT = 4096;

    @Option(
            names = {"-m", "--model"},
            required = true,
            paramLabel = "MODEL",
            description = "A decoder model.")
    private String model;

    @Option(
            names = {"-p", "--prompt"},
            required = true,
            paramLabel = "TEXT",
            description = "The prompt: a user's message, or with --raw the text to go on from.")
    private String prompt;

    @Option(names = "--system", paramLabel = "TEXT", description = "A system message before it.")
    private String system;

    @Option(
            names = {"-n", "--tokens"},
            paramLabel = "N",
            description = "The most tokens to generate; -1: until the context is full (default: ${DEFAULT-VALUE}).")
    private int tokens = 256;

    @Option(
            names = {"-c", "--context"},
            paramLabel = "N",
            description = "Size of the context (default: the model's, at most 4096).")
    private int context;

    @Option(names = "--stop", paramLabel = "TEXT", description = "Stop before this text; may be repeated.")
    private List<String> stop = new ArrayList<>();

    @Option(names = "--raw", description = "No chat template; control tokens in the prompt are meant.")
    private boolean raw;

    @Option(
            names = "--speculative",
            description =
                    "Guess tokens from what was said before and check several at once: the same text, sooner where"
                            + " it repeats the prompt.")
    private boolean speculative;

    @Mixin
    private LoadChoice load;

    @Option(
            names = "--prompt-cache",
            paramLabel = "FILE",
            description = "Go on with the keys and values in this file, if it is there, and write them back.")
    private Path promptCache;

    @Mixin
    private SamplingChoice sampling;

    @Mixin
    private GrammarChoice grammar;

    @Mixin
    private CacheChoice cache;

    @Override
    void run() throws IOException {
        SamplingOptions choice = sampling.options();
        if (context < 0) {
            throw usage("a context has at least 1 token");
        }
        if (grammar.both()) {
            throw usage("give --grammar or --json-schema, not both");
        }
        Grammar wanted = grammar.read();
        LoadOptions options = cache.apply(load.options());
        try (LanguageModel loaded = Load.language(ModelOption.resolve(model, store()), options)) {
            int[] ids = loaded.encode(prompt(loaded));
            int size = context > 0 ? context : Math.min(loaded.trainedContext(), Math.max(USUAL_CONTEXT, room(ids)));
            try (Session session = loaded.newSession(size)) {
                if (promptCache != null && Files.exists(promptCache)) {
                    session.restore(promptCache);
                }
                var how = new GenerationOptions(tokens, choice, stop, wanted, speculative);
                GenerationResult result = session.generate(ids, how, text -> {
                    out().print(text);
                    out().flush();
                    return !out().checkError(); // the reader of a pipe may have had enough
                });
                out().println();
                notes().say(summary(result));
                if (promptCache != null) {
                    session.save(promptCache);
                }
            }
        }
    }

    private int room(int[] ids) {
        return (int) Math.min(Integer.MAX_VALUE, (long) ids.length + Math.max(0, tokens));
    }

    private Prompt prompt(LanguageModel loaded) {
        if (raw) {
            return Prompt.raw(system == null ? prompt : system + prompt);
        }
        if (loaded.chatTemplate().isEmpty()) {
            throw new InputException(model + " has no chat template that we know: use --raw");
        }
        List<ChatMessage> messages = new ArrayList<>();
        if (system != null) {
            messages.add(new ChatMessage("system", system));
        }
        messages.add(new ChatMessage("user", prompt));
        return loaded.chatPrompt(messages);
    }

    static String summary(GenerationResult result) {
        String drafts = result.draftedTokens() == 0
                ? ""
                : ", " + result.acceptedTokens() + " of " + result.draftedTokens() + " drafted tokens accepted";
        return String.format(
                Locale.ROOT,
                "prompt %d tokens (%d cached) at %.1f/s, generated %d at %.1f/s%s, ended by %s",
                result.promptTokens(),
                result.cachedTokens(),
                rate(result.promptTokens() - result.cachedTokens(), result.promptSeconds()),
                result.generatedTokens(),
                rate(result.generatedTokens(), result.generationSeconds()),
                drafts,
                result.finishReason().name().toLowerCase(Locale.ROOT));
    }

    private static double rate(int tokens, double seconds) {
        return seconds <= 0 ? 0 : tokens / seconds;
    }
}
