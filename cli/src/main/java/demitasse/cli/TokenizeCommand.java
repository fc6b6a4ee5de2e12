package demitasse.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import demitasse.cli.data.DataFile;
import demitasse.gguf.GgufFile;
import demitasse.gguf.ModelLoadException;
import demitasse.tokenizer.Tokenizer;
import demitasse.tokenizer.Tokenizers;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tokenize}: token ids as JSON arrays. Reads the vocabulary only, not the weights. */
@Command(
        name = "tokenize",
        description = "Token ids of a text, or of each line's `text` in a JSONL file, as JSON arrays.")
final class TokenizeCommand extends BaseCommand {
    @Option(
            names = {"-m", "--model"},
            required = true,
            paramLabel = "MODEL",
            description = "The model whose vocabulary is used.")
    private String model;

    @Parameters(arity = "0..1", paramLabel = "TEXT", description = "The text.")
    private String text;

    @Option(
            names = "--cases",
            paramLabel = "FILE",
            description = "JSONL with text, add_special, parse_special (both false when absent).")
    private Path cases;

    @Option(names = "--out", paramLabel = "FILE", description = "Where to write the arrays, one a line.")
    private Path output;

    @Option(names = "--add-special", description = "TEXT: add BOS, EOS, [CLS], [SEP] as the vocabulary asks for.")
    private boolean addSpecial;

    @Option(names = "--parse-special", description = "TEXT: recognise control tokens.")
    private boolean parseSpecial;

    @Override
    void run() throws IOException {
        if ((text == null) == (cases == null)) {
            throw usage("give a TEXT or --cases");
        }
        Tokenizer tokenizer;
        Path path = ModelOption.resolve(model, store());
        try (GgufFile file = GgufFile.open(path)) {
            tokenizer = Tokenizers.load(file.metadata());
        } catch (ModelLoadException e) {
            throw Load.named(path, e);
        }
        if (cases == null) {
            out().println(JsonLines.write(array(tokenizer.encode(text, addSpecial, parseSpecial))));
            return;
        }
        JsonLines.answer(
                DataFile.jsonLines(cases),
                output,
                out(),
                row -> array(tokenizer.encode(
                        row.textOf("text"),
                        row.flag("add_special", addSpecial),
                        row.flag("parse_special", parseSpecial))));
    }

    private static ArrayNode array(int[] ids) {
        ArrayNode array = JsonLines.JSON.createArrayNode();
        for (int id : ids) {
            array.add(id);
        }
        return array;
    }
}
