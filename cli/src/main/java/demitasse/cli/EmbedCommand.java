package demitasse.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demitasse.bertembed.Embedding;
import demitasse.cli.data.DataFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code embed}: sentence embeddings of lines. */
@Command(
        name = "embed",
        description = "Embed lines of text: JSON lines on stdout, or raw little-endian f32 with --out.",
        footer = {"", "An input named *.jsonl has one object a line with `text`. An output named *.jsonl is JSON lines."
        })
final class EmbedCommand extends BaseCommand {
    private static final int BATCH = 32;
    private static final String JSON_LINES = ".jsonl";

    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            description = "A sentence encoder (default: the bundled MiniLM).")
    private String model;

    @Option(names = "--in", paramLabel = "FILE", description = "Lines of text (default: stdin).")
    private Path input;

    @Option(names = "--out", paramLabel = "FILE", description = "Where to write [lines][dimensions] f32.")
    private Path output;

    @Mixin
    private LoadChoice load;

    @Override
    void run() throws IOException {
        List<String> lines = lines();
        Path file = ModelOption.embedding(model, store());
        int cut = 0;
        try (Embedding embedding = Load.embedding(file, load.threads(), load.exact());
                Output target = output == null ? null : new Output(output)) {
            boolean raw = output != null && !output.toString().endsWith(JSON_LINES);
            for (int from = 0; from < lines.size(); from += BATCH) {
                List<String> batch = lines.subList(from, Math.min(lines.size(), from + BATCH));
                List<Embedding.Result> results = embedding.embed(batch);
                for (int i = 0; i < results.size(); i++) {
                    Embedding.Result result = results.get(i);
                    cut += result.truncated() ? 1 : 0;
                    if (raw) {
                        LogitsCommand.write(result.vector(), target.stream());
                    } else if (target != null) {
                        target.line(json(from + i, result));
                    } else {
                        out().println(json(from + i, result));
                    }
                }
            }
            if (target != null) {
                target.done();
            }
        }
        if (cut > 0) {
            notes().say(cut + " of " + lines.size() + " texts were longer than the model's window; their ends were not"
                    + " read");
        }
    }

    private static String json(int index, Embedding.Result result) {
        ObjectNode node = JsonLines.object().put("index", index).put("tokens", result.tokens());
        node.put("truncated", result.truncated());
        ArrayNode vector = node.putArray("embedding");
        for (float value : result.vector()) {
            vector.add(value);
        }
        return JsonLines.write(node);
    }

    /** An empty line is a text too, so that rows of input and output agree; only the end of the last line is none. */
    private List<String> lines() throws IOException {
        if (input != null && input.toString().endsWith(JSON_LINES)) {
            List<String> texts = new ArrayList<>();
            for (DataFile.Row row : DataFile.jsonLines(input)) {
                texts.add(row.textOf("text", "query"));
            }
            return texts;
        }
        String text =
                input == null ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8) : DataFile.text(input);
        if (text.isEmpty()) {
            return List.of();
        }
        String whole = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        return Arrays.stream(whole.split("\n", -1))
                .map(line -> line.endsWith("\r") ? line.substring(0, line.length() - 1) : line)
                .toList();
    }
}
