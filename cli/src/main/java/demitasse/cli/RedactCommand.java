package demitasse.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demitasse.agent.pii.PiiFilter;
import demitasse.agent.pii.PiiSpan;
import demitasse.agent.pii.PiiTerms;
import demitasse.agent.pii.Redaction;
import demitasse.cli.data.DataFile;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code redact}: masks personal data. */
@Command(
        name = "redact",
        description = "Mask personal data: lines {id, text, spans:[{type, start, end}]}, offsets in code points.")
final class RedactCommand extends BaseCommand {
    @Option(names = "--in", required = true, paramLabel = "FILE", description = "JSONL with id and text.")
    private Path input;

    @Option(names = "--out", paramLabel = "FILE", description = "Where to write (default: stdout).")
    private Path output;

    @Option(
            names = "--terms",
            paramLabel = "FILE",
            description = "Lines 'always WORDS' or 'never WORDS': what is masked, or not, in any case.")
    private Path terms;

    @Override
    void run() throws IOException {
        PiiFilter filter = terms == null ? new PiiFilter() : new PiiFilter(PiiTerms.read(terms));
        JsonLines.answer(DataFile.jsonLines(input), output, out(), row -> {
            Redaction redaction = filter.redact(row.textOf("text", "query"));
            ObjectNode node = row.answer().put("text", redaction.text());
            ArrayNode spans = node.putArray("spans");
            for (PiiSpan span : redaction.spans()) {
                spans.addObject()
                        .put("type", span.type())
                        .put("start", span.start())
                        .put("end", span.end());
            }
            return node;
        });
    }
}
