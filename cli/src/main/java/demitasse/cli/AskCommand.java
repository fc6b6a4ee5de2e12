package demitasse.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demitasse.agent.AnswerMode;
import demitasse.agent.Assistant;
import demitasse.agent.Reply;
import demitasse.cli.data.DataFile;
import demitasse.rag.DocumentReader;
import demitasse.rag.KnowledgeBase;
import demitasse.server.ChatGenerator;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ask}: puts questions to the assistant, each in a fresh session; for evaluation. */
@Command(
        name = "ask",
        description = "Answer queries from a knowledge base: lines {id, escalated, declined, sources, answer, intent,"
                + " confidence, ms}.")
final class AskCommand extends BaseCommand {
    private static final double NANOS_IN_MS = 1e6;

    @Option(names = "--kb", required = true, paramLabel = "PATH", description = "Documents: a file or a folder.")
    private Path knowledge;

    @Option(names = "--queries", required = true, paramLabel = "FILE", description = "JSONL with id and query.")
    private Path queries;

    @Option(names = "--out", paramLabel = "FILE", description = "Where to write (default: stdout).")
    private Path output;

    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            description = "A chat model (default: none, or with --answers generated the default one).")
    private String model;

    @Option(
            names = "--answers",
            paramLabel = "MODE",
            description = "${COMPLETION-CANDIDATES} in any case (default: ${DEFAULT-VALUE}).")
    private AnswerMode answers = AnswerMode.AUTO;

    @Mixin
    private TextsChoice texts;

    @Override
    void run() throws IOException {
        var rows = DataFile.jsonLines(queries);
        var documents = DocumentReader.read(knowledge);
        ModelStore store = store();
        try (Engines engines = new Engines(ModelOption.embedding(null, store))) {
            KnowledgeBase base = engines.knowledge(null);
            base.put(documents);
            String name = model == null && answers == AnswerMode.GENERATED ? Catalog.DEFAULT_CHAT : model;
            ChatGenerator chat = name == null ? null : engines.chat(name, store);
            Assistant assistant = engines.assistant(base, chat, answers, texts.texts());
            JsonLines.answer(rows, output, out(), row -> {
                long start = System.nanoTime();
                Reply reply = assistant.reply("ask-" + row.line(), row.textOf("query", "text"), text -> {});
                return json(row.answer(), reply, (System.nanoTime() - start) / NANOS_IN_MS);
            });
        }
    }

    private static ObjectNode json(ObjectNode node, Reply reply, double ms) {
        node.put("escalated", reply.escalated()).put("declined", reply.declined());
        ArrayNode sources = node.putArray("sources");
        reply.sources().forEach(source -> sources.add(source.id()));
        return node.put("answer", reply.answer())
                .put("intent", reply.intent().label())
                .put("confidence", reply.confidence())
                .put("ms", Math.round(ms * 10) / 10.0);
    }
}
