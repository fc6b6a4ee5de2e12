package demitasse.cli;

import demitasse.agent.HeadTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code train}: makes the small heads of the assistant anew. What it prints is what their card says. */
@Command(
        name = "train",
        description = "Train the assistant's heads on evaluation data; the figures go to stdout.",
        footer = {
            "",
            "The heads in use stand in agent/src/main/resources/demitasse/agent; copy new ones there and build again."
        })
final class TrainCommand extends BaseCommand {
    /** What can be trained. */
    enum Part {
        /** intents.json and signals.json. */
        HEADS,
        /** floor.txt: below which search score the assistant says that it does not know. */
        FLOOR
    }

    @Parameters(index = "0", paramLabel = "PART", description = "${COMPLETION-CANDIDATES}, in any case.")
    private Part part;

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "Folder with intents/ and the like.")
    private Path data;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the heads are written.")
    private Path output;

    @Override
    void run() throws IOException {
        if (!Files.isDirectory(data)) {
            throw new InputException(data + ": no such folder");
        }
        try (Engines engines = new Engines(ModelOption.embedding(null, store()))) {
            HeadTrainer trainer = new HeadTrainer(engines.embedder(), out());
            switch (part) {
                case HEADS -> trainer.train(data, output);
                case FLOOR -> trainer.trainFloor(data, output);
            }
        }
        notes().say("written to " + output);
    }
}
