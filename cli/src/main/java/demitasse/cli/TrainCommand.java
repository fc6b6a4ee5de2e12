package demitasse.cli;

import demitasse.agent.HeadTrainer;
import demitasse.agent.pii.TaggerTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code train}: makes the small models of the assistant anew. What it prints is what their cards say. */
@Command(
        name = "train",
        description = "Train the assistant's small models on evaluation data; the figures go to stdout.",
        footer = {
            "",
            "What is in use stands in agent/src/main/resources/demitasse/agent, the tagger in pii/ there,",
            "reader.bin in rag/src/main/resources/demitasse/rag;",
            "copy new files there and build again."
        })
final class TrainCommand extends BaseCommand {
    /** What can be trained. */
    enum Part {
        /** intents.json, intent-examples.bin, intent-sharpness.txt, intent-documents.json, signals.json, signal-examples.bin. */
        HEADS,
        /**
         * reader.bin: whether a passage answers a question; and floor.txt: below which evidence the assistant says that it does
         * not know.
         */
        READER,
        /** tagger.bin: finds names and addresses. */
        TAGGER
    }

    @Parameters(index = "0", paramLabel = "PART", description = "${COMPLETION-CANDIDATES}, in any case.")
    private Part part;

    @Option(
            names = "--shops",
            paramLabel = "DIR",
            defaultValue = "training/shops",
            description = "Folder of made-up shops, for all but TAGGER. Default: ${DEFAULT-VALUE}.")
    private Path shops;

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "Folder with intents/ and the like.")
    private Path data;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the files are written.")
    private Path output;

    @Override
    void run() throws IOException {
        if (!Files.isDirectory(data)) {
            throw new InputException(data + ": no such folder");
        }
        if (part == Part.TAGGER) {
            TaggerTrainer.train(data, output, out());
        } else {
            trainOnVectors();
        }
        notes().say("written to " + output);
    }

    private void trainOnVectors() throws IOException {
        try (Engines engines = new Engines(ModelOption.embedding(null, store()))) {
            HeadTrainer trainer = new HeadTrainer(engines.embedder(), out());
            if (part == Part.READER) {
                trainer.trainReader(data, shops, output);
            } else {
                trainer.train(data, shops, output);
            }
        }
    }
}
