package demitasse.cli;

import demitasse.cli.eval.Evaluation;
import demitasse.cli.eval.EvaluationTable;
import demitasse.cli.eval.Measure;
import demitasse.cli.eval.Part;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code eval}: the whole evaluation of the assistant on a folder of data. */
@Command(
        name = "eval",
        description = "Evaluate the assistant on a folder of data: one table of figures with 95 %% intervals.",
        footer = {"", "docs/EVALUATION.md says what the figures mean, and what they do not."})
final class EvalCommand extends BaseCommand {
    @Parameters(
            index = "0",
            paramLabel = "DIR",
            description = "Folder with resolution/, retrieval/, intents/, pii/, sts/, or some of them.")
    private Path data;

    @Option(
            names = "--parts",
            paramLabel = "PART",
            split = ",",
            description = "Only these: ${COMPLETION-CANDIDATES}, in any case (default: all that the folder has).")
    private Set<Part> parts = EnumSet.noneOf(Part.class);

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES} in any case (default: ${DEFAULT-VALUE}).")
    private EvaluationTable.Format format = EvaluationTable.Format.TABLE;

    @Option(names = "--report", paramLabel = "FILE", description = "Write a Markdown page of the worst errors.")
    private Path report;

    @Option(
            names = "--predictions",
            paramLabel = "FILE",
            description = "What `ask` wrote for resolution/queries.jsonl: scored instead of asking.")
    private Path predictions;

    @Override
    void run() throws IOException {
        if (report == null) {
            out().print(EvaluationTable.of(format, evaluate(null)));
            return;
        }
        try (Output file = new Output(report)) {
            out().print(EvaluationTable.of(format, evaluate(file)));
            file.done();
        }
        notes().say("errors written to " + report);
    }

    private List<Measure> evaluate(Output errors) throws IOException {
        try (Engines engines = new Engines(ModelOption.embedding(null, store()))) {
            Evaluation evaluation = new Evaluation(data, engines.embedder(), notes()::say);
            List<Measure> measures = evaluation.run(parts, predictions);
            if (errors != null) {
                errors.line(evaluation.errors());
            }
            return measures;
        }
    }
}
