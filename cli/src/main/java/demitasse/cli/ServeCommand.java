package demitasse.cli;

import demitasse.agent.AnswerMode;
import demitasse.agent.Assistant;
import demitasse.agent.Quota;
import demitasse.agent.Retention;
import demitasse.phi3.LoadOptions;
import demitasse.phi3.SamplingOptions;
import demitasse.rag.DatabaseFile;
import demitasse.rag.Document;
import demitasse.rag.DocumentReader;
import demitasse.rag.KnowledgeBase;
import demitasse.rag.KnowledgeSource;
import demitasse.server.ChatGenerator;
import demitasse.server.ConnectionLimits;
import demitasse.server.DemitasseServer;
import demitasse.server.Limits;
import demitasse.server.Operations;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code serve}: the assistant, its pages and the API, until it is told to stop. */
@Command(
        name = "serve",
        description = "Serve the chat page, the assistant and an OpenAI-like API.",
        footer = {
            "",
            "Without options: a sample knowledge base, the bundled sentence encoder, and the default chat model if it"
                    + " is here or can be pulled. Sampling options hold for API requests that do not say otherwise;"
                    + " the assistant itself is greedy."
        })
final class ServeCommand extends BaseCommand {
    private static final long MEGABYTE = 1_000_000;

    @Option(names = "--host", paramLabel = "HOST", description = "Address to listen on (default: ${DEFAULT-VALUE}).")
    private String host = DemitasseServer.Config.LOOPBACK;

    @Option(names = "--port", paramLabel = "PORT", description = "0: any free one (default: ${DEFAULT-VALUE}).")
    private int port = DemitasseServer.Config.DEFAULT_PORT;

    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            description = "The chat model; none: answers are the documents' own sentences" + " (default: "
                    + Catalog.DEFAULT_CHAT + ").")
    private String model;

    @Option(
            names = "--kb",
            paramLabel = "PATH",
            description = "Documents to answer from, instead of what the data folder holds.")
    private Path knowledge;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where knowledge, sessions and hand-offs are kept (default: ${DEFAULT-VALUE}).")
    private Path data = Places.data();

    @Option(
            names = "--answers",
            paramLabel = "MODE",
            description = "${COMPLETION-CANDIDATES} in any case (default: ${DEFAULT-VALUE}).")
    private AnswerMode answers = AnswerMode.AUTO;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            description = "Answers that the chat model works on at once (default: 4).")
    private int parallel;

    @Option(
            names = "--kv-memory",
            paramLabel = "MB",
            description = "The most memory for keys and values of all conversations (default: what the heap has).")
    private long cacheMegabytes;

    @Option(
            names = "--set-aside-damaged",
            description = "Give databases that are damaged another name and begin with empty ones.")
    private boolean setAside;

    @Option(
            names = "--texts",
            paramLabel = "DIR",
            description =
                    "The shop's own phrases and rules by language, which add to the bundled ones (default: the folder"
                            + " texts in the data folder, if there is one).")
    private Path texts;

    @Mixin
    private ServerChoice server;

    @Mixin
    private LogChoice log;

    @Mixin
    private RetentionChoice retention;

    @Mixin
    private ProtectionChoice protection;

    @Mixin
    private LimitsChoice limits;

    @Mixin
    private CacheChoice cache;

    @Mixin
    private SamplingChoice sampling;

    @Override
    void run() throws Exception {
        SamplingOptions usual = sampling.options();
        Retention kept = retention.retention();
        ConnectionLimits connections = limits.connections();
        Quota quota = limits.quota();
        if (port < 0 || port > 0xffff) {
            throw usage("--port: 0 to 65535, not " + port);
        }
        if (parallel < 0 || cacheMegabytes < 0) {
            throw usage("--parallel and --kv-memory: at least 1");
        }
        if (!protection.isUsable()) {
            throw usage("--rate-limit: 0 or more");
        }
        if (server.drainSeconds() < 0 || server.isWatch() && knowledge == null) {
            throw usage(server.drainSeconds() < 0 ? "--drain: 0 or more" : "--watch: needs --kb");
        }
        Settings settings = (Settings) spec().commandLine().getDefaultValueProvider();
        if (server.isPrint()) {
            out().print(ConfigReport.of(spec(), settings));
            return;
        }
        log.apply();
        settings.unknownVariables(spec()).forEach(name -> notes().say(name + " is no setting and does nothing"));
        String state = knowledge == null ? "" : KnowledgeSource.state(knowledge);
        List<Document> documents = knowledge == null ? List.of() : DocumentReader.read(knowledge);
        ModelStore store = store();
        // The chat model loads, or downloads, beside the sentence encoder and the knowledge base.
        try (ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor();
                DataFolder folder = DataFolder.share(data);
                Engines engines = new Engines(ModelOption.embedding(null, store))) {
            if (Places.isOpenToOthers(folder.path())) {
                notes().say(data + ": others on this machine can look into it (chmod 700)");
            }
            if (setAside) {
                for (Path database : databases().values()) {
                    setAside(database);
                }
            }
            Future<ChatGenerator> loading = beside.submit(() -> chat(engines, store));
            KnowledgeBase base = engines.knowledge(folder.path().resolve(IngestCommand.KNOWLEDGE));
            fill(base, documents);
            ChatGenerator chat = result(loading);
            Path own = texts == null ? Assistant.textsIn(folder.path()) : texts;
            Assistant assistant =
                    engines.assistant(base, chat, answers, data.resolve(DataFolder.CONVERSATIONS), kept, quota, own);
            DemitasseServer.Config config = DemitasseServer.Config.of(assistant)
                    .withHost(host)
                    .withPort(port)
                    .withChat(chat)
                    .withEmbedding(engines.embedding(), Catalog.DEFAULT_EMBEDDING)
                    .withSampling(usual)
                    .withLimits(Limits.defaults().withStopPatience(server.drain()))
                    .withProtection(protection.protection(data).withConnections(connections));
            if (server.isWatch()) {
                engines.keep(new KnowledgeWatch(new KnowledgeSource(base, knowledge), state))
                        .start();
            }
            serve(config, engines, new Operations(base, databases()));
        }
    }

    private Map<String, Path> databases() {
        return Map.of(
                "knowledge", data.resolve(IngestCommand.KNOWLEDGE),
                "conversations", data.resolve(DataFolder.CONVERSATIONS));
    }

    /** In a log of objects every line is one. */
    @Override
    Notes notes() {
        return log.isJson() ? Notes.inLog() : super.notes();
    }

    private void setAside(Path database) throws IOException {
        if (DatabaseFile.isDamaged(database)) {
            notes().say(database + " is damaged; it is now " + DatabaseFile.setAside(database, Instant.now()));
        }
    }

    private static ChatGenerator result(Future<ChatGenerator> loading) throws Exception {
        try {
            return loading.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private void fill(KnowledgeBase base, List<Document> documents) throws IOException {
        if (knowledge != null) {
            base.fillFrom(knowledge, documents);
        } else if (base.documents().isEmpty()) {
            notes().say("no knowledge base given: serving the sample one (see --kb)");
            base.put(SampleKnowledge.documents());
        }
    }

    /** The default model may be missing; one that was asked for may not. */
    private ChatGenerator chat(Engines engines, ModelStore store) throws IOException {
        if (ModelOption.NONE.equals(model)) {
            return null;
        }
        LoadOptions load = cache.apply(LoadOptions.defaults()).withCacheBytes(cacheMegabytes * MEGABYTE);
        if (model != null) {
            return engines.chat(model, store, load, parallel);
        }
        try {
            return engines.chat(Catalog.DEFAULT_CHAT, store, load, parallel);
        } catch (IOException e) {
            notes().say(Failures.line(e));
            notes().say("going on without a chat model: answers are the documents' own sentences");
            return null;
        }
    }

    private void serve(DemitasseServer.Config config, Engines engines, Operations upkeep) throws Exception {
        DemitasseServer server = engines.keep(DemitasseServer.start(config, upkeep));
        // SIGTERM and Ctrl-C: requests are finished, databases closed, before the JVM goes.
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            engines.close();
                            stopped.countDown();
                        },
                        "demitasse-stop"));
        out().println(server.url());
        notes().say("ready at " + server.url() + " with "
                + upkeep.knowledge().documents().size()
                + " documents and "
                + (config.chat() == null ? "no chat model" : config.chat().name()) + "; Ctrl-C stops it");
        stopped.await();
    }
}
