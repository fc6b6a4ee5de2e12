package demitasse.cli;

import demitasse.agent.AnswerMode;
import demitasse.agent.Assistant;
import demitasse.agent.Classification;
import demitasse.cli.data.DataFile;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code classify}: the intents of messages. */
@Command(name = "classify", description = "Find the intent of messages: lines {id, intent, confidence}.")
final class ClassifyCommand extends BaseCommand {
    @Option(names = "--in", required = true, paramLabel = "FILE", description = "JSONL with id and query.")
    private Path input;

    @Option(names = "--out", paramLabel = "FILE", description = "Where to write (default: stdout).")
    private Path output;

    @Override
    void run() throws IOException {
        var rows = DataFile.jsonLines(input);
        try (Engines engines = new Engines(ModelOption.embedding(null, store()))) {
            Assistant assistant = engines.assistant(engines.knowledge(null), null, AnswerMode.EXTRACTIVE, null);
            JsonLines.answer(rows, output, out(), row -> {
                Classification found = assistant.classify(row.textOf("query", "text"));
                return row.answer().put("intent", found.intent().label()).put("confidence", found.confidence());
            });
        }
    }
}
