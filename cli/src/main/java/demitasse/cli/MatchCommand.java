package demitasse.cli;

import com.fasterxml.jackson.databind.node.BooleanNode;
import demitasse.cli.data.DataFile;
import demitasse.phi3.grammar.Grammar;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code match}: which texts does a grammar accept. */
@Command(
        name = "match",
        description = "Does a grammar accept each line's `text` as a whole: true or false, one a line.")
final class MatchCommand extends BaseCommand {
    @Mixin
    private GrammarChoice grammar;

    @Option(names = "--in", required = true, paramLabel = "FILE", description = "JSONL with text.")
    private Path input;

    @Option(names = "--out", paramLabel = "FILE", description = "Where to write (default: stdout).")
    private Path output;

    @Override
    void run() throws IOException {
        if (grammar.both() || !grammar.given()) {
            throw usage("give --grammar or --json-schema");
        }
        Grammar accepted = grammar.read();
        JsonLines.answer(
                DataFile.jsonLines(input),
                output,
                out(),
                row -> BooleanNode.valueOf(accepted.accepts(row.textOf("text"))));
    }
}
