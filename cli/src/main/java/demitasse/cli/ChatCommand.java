package demitasse.cli;

import demitasse.agent.AnswerMode;
import demitasse.agent.Assistant;
import demitasse.agent.Rehearsal;
import demitasse.phi3.LanguageModel;
import demitasse.phi3.LoadOptions;
import demitasse.phi3.SamplingOptions;
import demitasse.rag.KnowledgeBase;
import demitasse.server.ChatGenerator;
import java.io.IOException;
import java.nio.file.Path;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chat}: a conversation in the terminal. */
@Command(
        name = "chat",
        description = "Talk to a model, or with --kb to the assistant.",
        footer = {"", "Within: /undo  /clear  /save FILE  /help  /quit; Ctrl-C stops an answer, Ctrl-D ends."})
final class ChatCommand extends BaseCommand {
    private static final String HELP = "/undo takes the last exchange back, /clear begins anew, /save FILE writes the"
            + " conversation as JSON lines, /quit ends";

    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            description = "A chat model (default: " + Catalog.DEFAULT_CHAT + "; with --kb none).")
    private String model;

    @Option(names = "--kb", paramLabel = "PATH", description = "Documents: the assistant answers from them.")
    private Path knowledge;

    @Option(names = "--system", paramLabel = "TEXT", description = "A system message for the model.")
    private String system;

    @Option(
            names = {"-c", "--context"},
            paramLabel = "N",
            description = "Size of the context (default: the model's, at most 4096).")
    private int context;

    @Option(
            names = {"-n", "--tokens"},
            paramLabel = "N",
            description = "The most tokens of an answer (default: ${DEFAULT-VALUE}).")
    private int tokens = 512;

    @Mixin
    private TextsChoice texts;

    @Mixin
    private ThreadsChoice threads;

    @Mixin
    private SamplingChoice sampling;

    @Mixin
    private CacheChoice cache;

    @Override
    void run() throws IOException {
        SamplingOptions choice = sampling.options();
        ModelStore store = store();
        if (knowledge != null) {
            try (Engines engines = new Engines(ModelOption.embedding(null, store))) {
                KnowledgeBase base = engines.knowledge(null);
                base.put(demitasse.rag.DocumentReader.read(knowledge));
                ChatGenerator chat = model == null ? null : engines.chat(model, store);
                Assistant assistant = engines.assistant(base, chat, AnswerMode.AUTO, texts.texts());
                // While the customer reads and types.
                Rehearsal rehearsal = assistant.rehearsal();
                Thread.ofPlatform().daemon().name("demitasse-warm-up").start(() -> {
                    while (rehearsal.next()) {}
                });
                talk(new AssistantConversation(assistant));
            }
            return;
        }
        Path file = ModelOption.resolve(model == null ? Catalog.DEFAULT_CHAT : model, store);
        try (LanguageModel loaded = Load.language(file, cache.apply(new LoadOptions(threads.count(), false)));
                ModelConversation conversation =
                        new ModelConversation(loaded, context, tokens, system, choice, notes())) {
            talk(conversation);
        }
    }

    private void talk(Conversation conversation) throws IOException {
        try (Terminal terminal = TerminalBuilder.builder().dumb(true).build()) {
            LineReader reader = LineReaderBuilder.builder()
                    .terminal(terminal)
                    .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true) // "!" is no history command here
                    .build();
            terminal.handle(Terminal.Signal.INT, signal -> conversation.interrupt());
            notes().say(HELP);
            String prompt = terminal.getType().startsWith(Terminal.TYPE_DUMB) ? "" : "> "; // a pipe wants answers only
            while (true) {
                String line;
                try {
                    line = reader.readLine(prompt).strip();
                } catch (UserInterruptException e) {
                    continue; // Ctrl-C at the prompt drops what was typed
                } catch (EndOfFileException e) {
                    return;
                }
                if (line.equals("/quit") || line.equals("/exit")) {
                    return;
                }
                if (!line.isEmpty()) {
                    turn(conversation, line, terminal);
                }
            }
        }
    }

    /** A failed turn does not end the conversation. */
    private void turn(Conversation conversation, String line, Terminal terminal) {
        try {
            switch (line.split("\\s+", 2)[0]) {
                case "/undo" -> notes().say(conversation.undo() ? "taken back" : "nothing to take back");
                case "/clear" -> {
                    conversation.clear();
                    notes().say("a new conversation");
                }
                case "/save" ->
                    save(conversation, line.substring("/save".length()).strip());
                case "/help" -> notes().say(HELP);
                default -> {
                    conversation.say(line, text -> {
                        terminal.writer().print(text);
                        terminal.writer().flush();
                    });
                    terminal.writer().println();
                    terminal.writer().flush();
                }
            }
        } catch (IOException | RuntimeException e) {
            notes().say(Failures.line(e));
        }
    }

    private void save(Conversation conversation, String name) throws IOException {
        if (name.isEmpty()) {
            notes().say("/save wants a file name");
            return;
        }
        try (Output output = new Output(Path.of(name))) {
            for (Conversation.Turn turn : conversation.turns()) {
                output.line(JsonLines.write(
                        JsonLines.object().put("role", turn.role()).put("content", turn.content())));
            }
            output.done();
        }
        notes().say("saved to " + name);
    }
}
